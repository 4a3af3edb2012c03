"""Vendors Microsoft's types for the Azure resources that infra/ uses.

    npm install @azure/mcp@2.0.5
    python3 bicep_schemas.py node_modules/@azure/mcp-linux-x64/dist/azmcp

The program prints a resource's type as the Bicep compiler knows it. Run this again when infra/ uses a new
type or API version; the result is reproducible and is committed. Types it does not know are listed in
bicep_check.py, which then checks their syntax and references but not their properties.
"""

import gzip
import json
import os
import pathlib
import subprocess
import sys

TYPES = """
Microsoft.Authorization/roleAssignments
Microsoft.EventHub/namespaces
Microsoft.EventHub/namespaces/eventhubs
Microsoft.EventHub/namespaces/eventhubs/consumergroups
Microsoft.Insights/components
Microsoft.KeyVault/vaults
Microsoft.ManagedIdentity/userAssignedIdentities
Microsoft.OperationalInsights/workspaces
Microsoft.Sql/servers
Microsoft.Sql/servers/auditingSettings
Microsoft.Sql/servers/databases
Microsoft.Sql/servers/firewallRules
Microsoft.Storage/storageAccounts
Microsoft.Storage/storageAccounts/blobServices
Microsoft.Storage/storageAccounts/blobServices/containers
Microsoft.Storage/storageAccounts/managementPolicies
Microsoft.Storage/storageAccounts/queueServices
Microsoft.Storage/storageAccounts/queueServices/queues
Microsoft.Web/serverfarms
Microsoft.Web/sites
Microsoft.Web/sites/basicPublishingCredentialsPolicies
Microsoft.Web/sites/config
""".split()

FOLDER = pathlib.Path(__file__).parent / "bicep-schemas"


def ask(program, resource_type):
    environment = dict(
        os.environ, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT="1", AZURE_MCP_COLLECT_TELEMETRY="false"
    )
    command = [program, "bicepschema", "get", "--resource-type", resource_type]
    answer = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)
    try:
        return json.loads(answer.stdout)["results"]["BicepSchemaResult"]
    except (ValueError, KeyError):
        raise SystemExit(f"{resource_type}: no schema: {answer.stdout[:300]}{answer.stderr[:300]}")


def trim(entry):
    """Leaves out what no check reads: descriptions and the functions of resources."""
    if isinstance(entry, dict):
        return {key: trim(value) for key, value in entry.items() if key != "description"}
    if isinstance(entry, list):
        return [trim(e) for e in entry]
    return entry


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    FOLDER.mkdir(exist_ok=True)
    for resource_type in TYPES:
        entries = [trim(e) for e in ask(sys.argv[1], resource_type) if e["$type"] != "ResourceInstanceFunction"]
        text = json.dumps(entries, sort_keys=True, separators=(",", ":")).encode()
        # No time stamp, so that the same schema gives the same bytes.
        (FOLDER / f"{resource_type.replace('/', '__')}.json.gz").write_bytes(gzip.compress(text, 9, mtime=0))
        print(resource_type, [e["name"] for e in entries if e["$type"] == "Resource"], len(text))


if __name__ == "__main__":
    main()
