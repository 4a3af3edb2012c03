// Event Hubs: `raw` announces pages, `records` announces records. Standard, because Basic has no consumer
// groups of one's own.
param name string
param location string
param partitionCount int
param principalId string
param tags object

var dataReceiver = 'a638d3c7-ab3a-418d-83e6-5f17a39d4fde'
var dataSender = '2b629674-e913-4c01-ae53-ef4638d8f975'

resource namespace 'Microsoft.EventHub/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: {
    name: 'Standard'
    tier: 'Standard'
    capacity: 1
  }
  properties: {
    disableLocalAuth: true
    isAutoInflateEnabled: true
    maximumThroughputUnits: 4
    minimumTlsVersion: '1.2'
  }
}

resource raw 'Microsoft.EventHub/namespaces/eventhubs@2024-01-01' = {
  parent: namespace
  name: 'raw'
  properties: {
    partitionCount: partitionCount
    retentionDescription: {
      cleanupPolicy: 'Delete'
      retentionTimeInHours: 168
    }
  }
}

// One consumer group per function: two functions on one group would take each other's partitions.
resource transform 'Microsoft.EventHub/namespaces/eventhubs/consumergroups@2024-01-01' = {
  parent: raw
  name: 'transform'
  properties: {
    userMetadata: 'transform_records'
  }
}

resource records 'Microsoft.EventHub/namespaces/eventhubs@2024-01-01' = {
  parent: namespace
  name: 'records'
  // Event Hubs refuses two changes of one namespace at once.
  dependsOn: [
    transform
  ]
  properties: {
    partitionCount: partitionCount
    retentionDescription: {
      cleanupPolicy: 'Delete'
      retentionTimeInHours: 168
    }
  }
}

resource profile 'Microsoft.EventHub/namespaces/eventhubs/consumergroups@2024-01-01' = {
  parent: records
  name: 'profile'
  properties: {
    userMetadata: 'profile_records'
  }
}

resource roles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for role in [dataReceiver, dataSender]: {
  name: guid(namespace.id, principalId, role)
  scope: namespace
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
  }
}]

output fullyQualifiedNamespace string = '${namespace.name}.servicebus.windows.net'
output consumerGroups array = [
  '${raw.name}/${transform.name}'
  '${records.name}/${profile.name}'
]
