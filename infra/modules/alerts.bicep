// Mail when functions fail or records are dead-lettered. Both read the app's own log lines.
param name string
param location string
param componentId string
param email string
param tags object

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${name}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'forebay'
    emailReceivers: [
      {
        name: 'operators'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

var rules = [
  {
    name: 'function-failures'
    description: 'Functions fail: see requests in Application Insights.'
    query: 'requests | where success == false'
    severity: 2
  }
  {
    name: 'dead-letters'
    description: 'Records were dead-lettered: see GET /api/v1/dead-letters; replay them after the fix.'
    query: 'traces | where message has_any ("dead-lettered", "dead_lettered")'
    severity: 3
  }
  {
    name: 'streams-failed'
    description: 'A source could not be read: see the evidence in GET /api/v1/runs.'
    query: 'traces | where message has_any ("extraction failed", "stream failed", "run failed")'
    severity: 2
  }
]

resource alerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [for rule in rules: {
  name: 'alert-${name}-${rule.name}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Forebay: ${rule.name}'
    description: rule.description
    enabled: true
    severity: rule.severity
    scopes: [
      componentId
    ]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT15M'
    autoMitigate: true
    criteria: {
      allOf: [
        {
          query: rule.query
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    actions: {
      actionGroups: [
        people.id
      ]
    }
  }
}]
