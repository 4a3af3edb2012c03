// expect: param unused is not used
// expect: var alsoUnused is not used
// expect: undeclared is not declared
// expect: param size: 'Huge' is not allowed
// expect: param count: string where int belongs
// expect: Microsoft.Storage/storageAccounts/blobServices: its parent must be a Microsoft.Storage/storageAccounts
// expect: Microsoft.EventHub/namespaces/eventhubs: no parent
// expect: hub.properties.capacity: EventhubProperties has no capacity
// expect: FUNCTIONS_WORKER_RUNTIME must not be set
// expect: module missing.bicep does not exist
// expect: module good: no parameter colour
// expect: module good: parameter names is missing
// expect: module good: secure: string where bool belongs
// expect: good.outputs.nothing: the module has no such output
// expect: count is declared twice
param unused string
@allowed(['Small', 'Large'])
param size string = 'Huge'
param count int = 'three'
param count string = 'again'
var alsoUnused = 1
var settings = {
  FUNCTIONS_WORKER_RUNTIME: 'custom'
}

resource hub 'Microsoft.EventHub/namespaces/eventhubs@2024-01-01' = {
  name: 'hub'
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-01-01' = {
  parent: hub
  name: 'default'
}

module missing 'missing.bicep' = {
  name: 'missing'
}

module good 'good.bicep' = {
  name: 'good'
  params: {
    colour: 'red'
    secure: 'yes'
  }
}

output a string = '${undeclared}${size}${count}${settings}'
output b int = hub.properties.capacity
output c string = good.outputs.nothing
