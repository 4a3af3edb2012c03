// expect: syntax error
resource account 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: 'account'
  location: 'westeurope'
  kind: 'StorageV2'
  sku: {
    name: 'Standard_LRS'
  }

output unfinished string = (
