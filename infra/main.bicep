// Forebay in one resource group: storage, events, secrets, database, logs and one Functions app on Flex
// Consumption, which costs nothing while nothing happens. Deploy: see README.md.
targetScope = 'resourceGroup'

@description('Short name of the environment, such as dev or prod: lower-case letters and digits; part of every name.')
@minLength(2)
@maxLength(8)
param environment string

@description('Where everything is. Flex Consumption must be offered there: az functionapp list-flexconsumption-locations.')
param location string = resourceGroup().location

@description('When NetSuite is read: six-field NCRONTAB, UTC.')
param extractNetsuiteSchedule string = '0 0 * * * *'

@description('When Salesforce and HubSpot are read: six-field NCRONTAB, UTC.')
param extractCrmSchedule string = '0 20 * * * *'

@description('JSON array of the sources to read: tenant, id, connector, settings, names of secrets.')
param sources string = '[]'

@description('JSON object: Entra tenant id -> Forebay tenant.')
param tenants string = '{}'

@description('Of usual figures, the share that may be called unusual: a number above 0 and at most 0.1.')
param falseAlarmRate string = '0.001'

@description('Clock by which hours and weekdays of figures are told, such as +02:00 or -05:30; summer time is not followed.')
@minLength(6)
@maxLength(6)
param zoneOffset string = '+00:00'

@description('Application (client) id of the Entra app registration people and programs sign in to.')
param authClientId string

@description('Entra tenant whose accounts may sign in.')
param authTenantId string = tenant().tenantId

@description('Object id of the Entra group (or user) that administers the database and creates its users.')
param sqlAdministratorObjectId string

@description('Display name of the same group or user.')
param sqlAdministratorName string

@description('Whether the database administrator above is a group, a user or an application.')
@allowed(['Group', 'User', 'Application'])
param sqlAdministratorType string = 'Group'

@description('Memory of one instance in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 512

@description('Most instances at once: an upper bound of the bill.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Partitions of each hub: the most instances that can consume it at once. Cannot be changed later.')
@minValue(1)
@maxValue(32)
param partitionCount int = 4

@description('Most vCores of the serverless database.')
@allowed([1, 2, 4])
param sqlMaxVcores int = 2

@description('Minutes without work after which the database pauses; -1 for never.')
param sqlAutoPauseMinutes int = 60

@description('Redundancy of stored pages.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_RAGRS'])
param storageSku string = 'Standard_LRS'

@description('Days that logs are kept.')
param logRetentionDays int = 30

@description('Who is told about failures and dead letters; empty for nobody.')
param alertEmail string = ''

var suffix = uniqueString(resourceGroup().id, environment)
var tags = {
  application: 'forebay'
  environment: environment
}

module identity 'modules/identity.bicep' = {
  name: 'identity'
  params: {
    name: 'id-forebay-${environment}'
    location: location
    tags: tags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  params: {
    name: 'forebay-${environment}'
    location: location
    retentionDays: logRetentionDays
    tags: tags
  }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  params: {
    name: take('stforebay${toLower(environment)}${suffix}', 24)
    location: location
    sku: storageSku
    principalId: identity.outputs.principalId
    tags: tags
  }
}

module events 'modules/events.bicep' = {
  name: 'events'
  params: {
    name: 'evhns-forebay-${environment}-${suffix}'
    location: location
    partitionCount: partitionCount
    principalId: identity.outputs.principalId
    tags: tags
  }
}

module secrets 'modules/secrets.bicep' = {
  name: 'secrets'
  params: {
    name: take('kv-fb-${environment}-${suffix}', 24)
    location: location
    principalId: identity.outputs.principalId
    tags: tags
  }
}

module database 'modules/database.bicep' = {
  name: 'database'
  params: {
    serverName: 'sql-forebay-${environment}-${suffix}'
    location: location
    administratorObjectId: sqlAdministratorObjectId
    administratorName: sqlAdministratorName
    administratorType: sqlAdministratorType
    maxVcores: sqlMaxVcores
    autoPauseMinutes: sqlAutoPauseMinutes
    tags: tags
  }
}

module telemetryRole 'modules/telemetry-role.bicep' = {
  name: 'telemetry-role'
  params: {
    componentName: monitoring.outputs.componentName
    principalId: identity.outputs.principalId
  }
}

// Roles come before the app: its first start fails without them.
module app 'modules/app.bicep' = {
  name: 'app'
  dependsOn: [
    telemetryRole
  ]
  params: {
    // The Functions host's id is the first 32 characters of this name, so they must differ between apps
    // that share storage.
    name: 'func-forebay-${environment}-${suffix}'
    location: location
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storageAccountName: storage.outputs.accountName
    deploymentContainerUrl: storage.outputs.deploymentContainerUrl
    blobUrl: storage.outputs.blobUrl
    rawContainer: storage.outputs.rawContainer
    eventHubsNamespace: events.outputs.fullyQualifiedNamespace
    keyVaultUrl: secrets.outputs.vaultUrl
    sqlConnectionString: database.outputs.connectionString
    telemetryConnectionString: monitoring.outputs.connectionString
    extractNetsuiteSchedule: extractNetsuiteSchedule
    extractCrmSchedule: extractCrmSchedule
    sources: sources
    tenants: tenants
    falseAlarmRate: falseAlarmRate
    zoneOffset: zoneOffset
    authClientId: authClientId
    authTenantId: authTenantId
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    tags: tags
  }
}

module alerts 'modules/alerts.bicep' = if (!empty(alertEmail)) {
  name: 'alerts'
  params: {
    name: 'forebay-${environment}'
    location: location
    componentId: monitoring.outputs.componentId
    email: alertEmail
    tags: tags
  }
}

output functionAppName string = app.outputs.name
output url string = app.outputs.url
output identityName string = identity.outputs.name
output identityClientId string = identity.outputs.clientId
output storageAccountName string = storage.outputs.accountName
output eventHubsNamespace string = events.outputs.fullyQualifiedNamespace
output keyVaultName string = secrets.outputs.vaultName
output sqlServer string = database.outputs.serverFqdn
output sqlDatabase string = database.outputs.databaseName
