@allowed(['Standard_LRS', 'Standard_ZRS'])
param sku string = 'Standard_LRS'
param names array
param secure bool = true

var settings = {
  A: 'a'
}

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' = if (secure) {
  name: 'st${uniqueString(resourceGroup().id)}'
  location: resourceGroup().location
  kind: 'StorageV2'
  sku: {
    name: sku
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-01-01' = {
  parent: account
  name: 'default'
}

resource containers 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01' = [for (name, at) in names: {
  parent: blobs
  name: '${name}${at}'
}]

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: 'app'
  location: resourceGroup().location
  properties: {
    siteConfig: {
      appSettings: [for setting in items(settings): {
        name: setting.key
        value: setting.value
      }]
    }
  }
}

output endpoint string = account.properties.primaryEndpoints.blob
output host string = app.properties.defaultHostName
output lower array = map(names, n => toLower(n))
