// expect: Microsoft.Storage/storageAccounts.kind: 'StorageV9' is none of
// expect: Microsoft.Storage/storageAccounts.sku: required, but missing
// expect: Microsoft.Storage/storageAccounts.properties.publicBlobs: no such property
// expect: Microsoft.Storage/storageAccounts.properties.allowSharedKeyAccess: string where bool belongs
// expect: Microsoft.Storage/storageAccounts.properties.creationTime: read-only
// expect: Microsoft.KeyVault/vaults: API version 2019-09-01, the checked one is
// expect: Microsoft.KeyVault/vaults.properties.sku.family: 'B' is none of
// expect: Microsoft.EventHub/namespaces.name: 'ehns' is below minLength 6
// expect: Microsoft.Web/sites/config: name is 'authsettingsV3', which names no variant
// expect: Microsoft.Web/sites.properties.siteConfig.appSettings[].val: no such property
// expect: Microsoft.Nowhere/things: no schema
resource account 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: 'account'
  location: 'westeurope'
  kind: 'StorageV9'
  properties: {
    publicBlobs: true
    allowSharedKeyAccess: 'no'
    creationTime: 'now'
  }
}

resource vault 'Microsoft.KeyVault/vaults@2019-09-01' = {
  name: 'vault'
  location: 'westeurope'
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'B'
      name: 'standard'
    }
  }
}

resource hubs 'Microsoft.EventHub/namespaces@2024-01-01' = {
  name: 'ehns'
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: 'app'
  location: 'westeurope'
  properties: {
    siteConfig: {
      appSettings: [for n in ['a']: {
        name: n
        val: n
      }]
    }
  }
}

resource auth 'Microsoft.Web/sites/config@2024-11-01' = {
  parent: app
  name: 'authsettingsV3'
}

resource nothing 'Microsoft.Nowhere/things@2024-01-01' = {
  name: 'x'
}
