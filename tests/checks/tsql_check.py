"""Checks T-SQL with Microsoft's own parser and schema compiler, without a server.

    python3 tsql_check.py [--migrations FOLDER] [FOLDER_OF_GENERATED_STATEMENTS]

Parse (ScriptDom 15): every *.sql of the migrations, of infra/sql and of the folder of generated statements,
with line and column. Model (DacFx, target Azure SQL): model.sql of the migrations, a desired state of CREATE
statements only, or the migrations themselves while they only create: tables, columns, keys and variables that
do not resolve. Skipped, and said so: statements when no folder is given, the model when there is none.

First it proves on samples/tsql that it can fail. Exit status 0 only if nothing was found.
"""

import argparse
import pathlib
import re
import sys

import dotnet

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent

# ScriptDom 15 stops at SQL Server 2019. What is newer and right is replaced by something of the same length
# that it knows, so that the rest of the file is still checked; each with the reason.
NEWER = [
    # SQL Server 2022: comparison that treats nulls as values.
    (re.compile(r"\bIS\s+(?:NOT\s+)?DISTINCT\s+FROM\b", re.I), "="),
]

# An unresolved reference is only a warning to DacFx, because it might be a system object of another version.
# In our own schema it is a fault.
UNRESOLVED = 71502


def batches(source):
    return [b for b in re.split(r"(?mi)^[ \t]*GO[ \t]*;?[ \t]*$", source) if b.strip()]


def known_to_2019(source):
    for pattern, same in NEWER:
        source = pattern.sub(lambda m: same.ljust(len(m.group(0))), source)
    return source


def parse(path):
    """Syntax errors of a file."""
    from Microsoft.SqlServer.TransactSql.ScriptDom import TSql150Parser
    from System.IO import StringReader

    source = known_to_2019(path.read_text(encoding="utf-8-sig"))
    _, errors = TSql150Parser(True).Parse(StringReader(source), None)
    return [f"{path.name}:{e.Line}:{e.Column}: SQL{e.Number} {e.Message}" for e in errors or []]


def model(paths):
    """What does not resolve in files that together are one schema."""
    from Microsoft.SqlServer.Dac.Model import SqlServerVersion, TSqlModel, TSqlModelOptions

    schema = TSqlModel(SqlServerVersion.SqlAzure, TSqlModelOptions())
    found = []
    for path in paths:
        for batch in batches(known_to_2019(path.read_text(encoding="utf-8-sig"))):
            created = re.sub(r"(?i)\bCREATE\s+OR\s+ALTER\b", "CREATE", batch)
            try:
                schema.AddObjects(created)
            except Exception as error:  # noqa: BLE001: the bridge gives no narrower class
                found.append(f"{path.name}: {readable(error)}: in {batch.strip().splitlines()[0][:80]!r}")
    for message in schema.Validate():
        if str(message.MessageType) == "Error" or int(message.Number) == UNRESOLVED:
            found.append(f"{paths[0].name}: SQL{message.Number} {message.Message}")
    return found


def desired_state(migrations):
    """The files that say what the schema is: model.sql, or the migrations while they only create."""
    if (migrations / "model.sql").is_file():
        return [migrations / "model.sql"]
    files = sorted(migrations.glob("*.sql"))
    text = "\n".join(re.sub(r"--.*", "", path.read_text(encoding="utf-8-sig")) for path in files)
    return [] if re.search(r"(?im)^\s*(ALTER|DROP|UPDATE|INSERT|EXEC)\b", text) else files


def readable(error):
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines[:3])[:400]


def self_test():
    """Good samples must pass, bad ones must be refused with what their `-- expect:` lines say."""
    wrong = 0
    samples = sorted((HERE / "samples" / "tsql").glob("*.sql"))
    for sample in samples:
        expected = re.findall(r"(?m)^-- expect: (.+)$", sample.read_text())
        found = model([sample]) if sample.name.startswith("model-") else parse(sample)
        missed = [e for e in expected if not any(e in f for f in found)]
        surplus = [] if expected else found
        for message in missed:
            print(f"self-test: {sample.name}: not found: {message} in {found}")
        for message in surplus:
            print(f"self-test: found but not expected: {message}")
        wrong += len(missed) + len(surplus)
    if not any("-- expect:" in s.read_text() for s in samples):
        print("self-test: no sample that must be refused")
        wrong += 1
    print(f"self-test: {len(samples)} samples, {wrong} wrong")
    return wrong


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--migrations", type=pathlib.Path, default=REPOSITORY / "migrations" / "azure")
    arguments.add_argument("statements", type=pathlib.Path, nargs="?", help="folder of generated statements")
    options = arguments.parse_args()
    dotnet.start()
    wrong = self_test()
    found, skipped = [], []

    files = sorted(options.migrations.glob("*.sql"))
    files += sorted((REPOSITORY / "infra" / "sql").glob("*.sql"))
    if not files:
        found.append(f"no migrations in {options.migrations}")
    if options.statements is None:
        skipped.append("generated statements: no folder was given")
    elif not list(options.statements.glob("*.sql")):
        found.append(f"no generated statements in {options.statements}")
    else:
        files += sorted(options.statements.glob("*.sql"))
    for path in files:
        found += parse(path)

    schema = desired_state(options.migrations)
    if schema:
        found += model(schema)
    else:
        skipped.append("model: the migrations alter what they created, and there is no model.sql")

    for message in found:
        print(message)
    modelled = ", ".join(path.name for path in schema) or "nothing"
    print(f"checked: {len(files)} files parsed; as one schema: {modelled}")
    for message in skipped:
        print(f"skipped: {message}")
    print(f"findings: {len(found)}")
    sys.exit(1 if wrong or found else 0)


if __name__ == "__main__":
    main()
