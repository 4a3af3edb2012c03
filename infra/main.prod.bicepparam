using 'main.bicep'

param environment = 'prod'
param extractNetsuiteSchedule = '0 0 * * * *'
param authClientId = readEnvironmentVariable('FOREBAY_AUTH_CLIENT_ID')
param sqlAdministratorObjectId = readEnvironmentVariable('FOREBAY_SQL_ADMIN_OBJECT_ID')
param sqlAdministratorName = readEnvironmentVariable('FOREBAY_SQL_ADMIN_NAME')
param sources = readEnvironmentVariable('FOREBAY_SOURCES')
param tenants = readEnvironmentVariable('FOREBAY_TENANTS')
param falseAlarmRate = readEnvironmentVariable('FOREBAY_FALSE_ALARM_RATE', '0.001')
param zoneOffset = readEnvironmentVariable('FOREBAY_ZONE_OFFSET', '+00:00')
param partitionCount = 8
param sqlMaxVcores = 4
param instanceMemoryMB = 2048
param maximumInstanceCount = 100
param storageSku = 'Standard_ZRS'
param logRetentionDays = 90
param alertEmail = readEnvironmentVariable('FOREBAY_ALERT_EMAIL', '')
