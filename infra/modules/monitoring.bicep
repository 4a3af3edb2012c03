// Logs, metrics and traces. Local (key) authentication is off: only Entra identities may write.
param name string
param location string
@minValue(30)
@maxValue(730)
param retentionDays int
param tags object

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: 'log-${name}'
  location: location
  tags: tags
  properties: {
    retentionInDays: retentionDays
    sku: {
      name: 'PerGB2018'
    }
  }
}

resource component 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-${name}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

output componentName string = component.name
output componentId string = component.id
// The connection string names an endpoint; without local authentication its key opens nothing.
output connectionString string = component.properties.ConnectionString
