"""Checks infra/*.bicep without a compiler and without a network.

    python3 bicep_check.py [--infra FOLDER] [--functions FOLDER]

Against Microsoft's own types (bicep-schemas/): unknown, missing and read-only properties, wrong kinds of
value, enumerations, lengths, API versions, parents. Within the files: syntax, names that are not declared or
not used, modules' files, parameters and outputs, parameter files. Against functions/: hubs, consumer groups
and settings that function.json names. The real `bicep build` and `az deployment group what-if` remain the
last word, where they exist.

First it proves on samples/bicep that it can fail. Exit status 0 only if nothing was found.
"""

import argparse
import json
import pathlib
import re
import sys

import bicep_types
from bicep_model import File, body, line, literal, member_chains, properties, references, text

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent

# Types whose schema Microsoft's program does not print: syntax and references are checked, properties not.
WITHOUT_SCHEMA = {
    "microsoft.insights/actiongroups": "2023-01-01",
    "microsoft.insights/scheduledqueryrules": "2023-12-01",
}

# Settings that break an app on Flex Consumption.
FORBIDDEN_KEYS = {"FUNCTIONS_WORKER_RUNTIME", "FUNCTIONS_EXTENSION_VERSION", "WEBSITE_RUN_FROM_PACKAGE"}

# Names that are always there: the namespaces of built-in functions.
BUILT_IN = {"az", "sys"}


class Check:
    def __init__(self, types):
        self.types = types
        self.files = {}
        self.found = []
        self.unchecked = set()
        self.resources = 0

    def file(self, path):
        path = path.resolve()
        if path not in self.files:
            self.files[path] = File(path)
            self.run(self.files[path])
        return self.files[path]

    def report(self, file, at, message):
        self.found.append(f"{file.path.name}:{at}: {message}")

    def run(self, file):
        for node in file.syntax_errors:
            self.report(file, line(node), f"syntax error at {text(node)[:40]!r}")
        if file.syntax_errors:
            return
        for name, same in file.declared.items():
            for again in same[1:]:
                self.report(file, line(again.node), f"{name} is declared twice")
        self.names(file)
        for resource in file.resources:
            self.resource(file, resource)
        for module in file.modules:
            self.module(file, module)
        self.chains(file)
        self.defaults(file)

    def names(self, file):
        used = set()
        for node in references(file.root):
            used.add(text(node))
            if text(node) not in file.declared and text(node) not in BUILT_IN:
                self.report(file, line(node), f"{text(node)} is not declared")
        for name, (item, *_) in file.declared.items():
            if item.kind in ("param", "var", "func") and name not in used and not called(file, item):
                self.report(file, line(item.node), f"{item.kind} {name} is not used")
        for node in keys(file.root):
            if text(node).strip("'") in FORBIDDEN_KEYS:
                self.report(file, line(node), f"{text(node)} must not be set on Flex Consumption")

    def resource(self, file, item):
        self.resources += 1
        at, name = line(item.node), item.target
        content = body(item.node)
        if item.target.lower() in WITHOUT_SCHEMA:
            self.unchecked.add(f"{item.target}@{item.version}")
            if item.version != WITHOUT_SCHEMA[item.target.lower()]:
                self.report(file, at, f"{name}: API version {item.version} is not the agreed one")
            return
        known = self.types.find(item.target)
        if known is None:
            self.report(file, at, f"{name}: no schema; add it to bicep_schemas.py")
            return
        version, kind, objects = known
        if item.version != version:
            self.report(file, at, f"{name}: API version {item.version}, the checked one is {version}")
        if content is None:
            self.report(file, at, f"{name}: no body")
            return
        self.parent(file, item, properties(content))
        if not item.existing:
            report = lambda at, message: self.report(file, at, message)  # noqa: E731
            bicep_types.check_object(content, kind, objects, item.target, report)

    def parent(self, file, item, have):
        if item.target.count("/") < 2 or item.parent is not None:
            return
        wanted = item.target.rsplit("/", 1)[0]
        if "parent" in have:
            parent = file.symbol(text(have["parent"][0]))
            if parent is None or parent.target.lower() != wanted.lower():
                self.report(file, line(item.node), f"{item.target}: its parent must be a {wanted}")
        elif "name" in have and "/" not in text(have["name"][0]):
            self.report(file, line(item.node), f"{item.target}: no parent")

    def module(self, file, item):
        path = file.path.parent / item.target
        if not path.is_file():
            self.report(file, line(item.node), f"module {item.target} does not exist")
            return
        inner = self.file(path)
        given = properties(body(item.node)).get("params")
        given = properties(given[0]) if given else {}
        params = {n: i[0] for n, i in inner.declared.items() if i[0].kind == "param"}
        for name, (value, prop) in given.items():
            if name not in params:
                self.report(file, line(prop), f"module {item.name}: no parameter {name}")
            elif (wrong := misfit(value, params[name])) is not None:
                self.report(file, line(prop), f"module {item.name}: {name}: {wrong}")
        for name, param in params.items():
            if not param.has_default and name not in given:
                self.report(file, line(item.node), f"module {item.name}: parameter {name} is missing")

    def chains(self, file):
        for root, names in member_chains(file.root):
            item = file.symbol(text(root))
            if item is None or item.looped:
                continue
            where = f"{item.name}.{'.'.join(names)}"
            if item.kind == "module" and (file.path.parent / item.target).is_file():
                outputs = self.file(file.path.parent / item.target).outputs
                if names[0] == "outputs" and (len(names) < 2 or names[1] not in outputs):
                    self.report(file, line(root), f"{where}: the module has no such output")
            known = self.types.find(item.target) if item.kind == "resource" else None
            if known is not None:
                report = lambda at, message: self.report(file, at, message)  # noqa: E731
                bicep_types.check_path(known[1], known[2], names, where, line(root), report)

    def defaults(self, file):
        for name, (item, *_) in file.declared.items():
            if item.kind == "param" and item.has_default and item.node.named_children:
                wrong = misfit(item.node.named_children[-1], item)
                if wrong is not None:
                    self.report(file, line(item.node), f"param {name}: {wrong}")

    def parameters(self, path):
        """A .bicepparam file, which tree-sitter-bicep cannot read."""
        source = path.read_text()
        used = re.search(r"(?m)^using '([^']+)'", source)
        if not used or not (path.parent / used.group(1)).is_file():
            self.found.append(f"{path.name}:1: `using` names no file")
            return
        template = self.file(path.parent / used.group(1))
        params = {n: i[0] for n, i in template.declared.items() if i[0].kind == "param"}
        given = {}
        for number, written in enumerate(source.splitlines(), 1):
            match = re.fullmatch(r"param (\w+) = (.+)", written)
            if match:
                given[match.group(1)] = (number, match.group(2))
            elif written and not written.startswith(("//", "using ")):
                self.found.append(f"{path.name}:{number}: not understood; write one `param name = value` a line")
        for name, (number, value) in given.items():
            if name not in params:
                self.found.append(f"{path.name}:{number}: {template.path.name} has no parameter {name}")
            elif params[name].allowed and re.fullmatch(r"'[^$']*'|\d+", value) and value.strip("'") not in params[name].allowed:
                self.found.append(f"{path.name}:{number}: {name}: {value} is not allowed")
        for name, param in params.items():
            if not param.has_default and name not in given:
                self.found.append(f"{path.name}:1: parameter {name} is missing")


def called(file, item):
    return item.kind == "func" and re.search(rf"\b{item.name}\(", text(file.root)[: item.node.start_byte])


def keys(node):
    if node.type == "object_property" and node.named_children:
        yield node.named_children[0]
    for child in node.children:
        yield from keys(child)


def misfit(value, param):
    """Why a literal does not fit a parameter."""
    kind = bicep_types.LITERAL_KINDS.get(value.type)
    primitive = param.type_name if param.type_name in ("string", "int", "bool", "object", "array") else None
    if kind and primitive and kind != primitive:
        return f"{kind} where {primitive} belongs"
    written = literal(value) if value.type == "string" else text(value) if value.type == "number" else None
    if param.allowed and written is not None and written not in param.allowed:
        return f"{written!r} is not allowed"
    return None


def functions(check, main, folder):
    """Hubs, consumer groups, queues and settings that the functions name must be in the infrastructure."""
    everything = "\n".join(f.path.read_text() for f in check.files.values())
    names = {literal(properties(body(r.node))["name"][0]) for f in check.files.values() for r in f.resources
             if "name" in properties(body(r.node))}
    settings = {text(k).strip("'") for f in check.files.values() for k in keys(f.root)}
    count = 0
    for path in sorted(folder.glob("*/function.json")):
        count += 1
        definition = path.read_text()
        for setting in re.findall(r"%(\w+)%", definition):
            if setting not in settings:
                check.found.append(f"{path.parent.name}: setting {setting} is not among the app's settings")
        for binding in json.loads(definition)["bindings"]:
            for key in ("eventHubName", "consumerGroup", "queueName"):
                value = binding.get(key, "")
                if value and "%" not in value and value != "$Default" and value not in names:
                    check.found.append(f"{path.parent.name}: {key} {value} is not in {main.name}'s modules")
            connection = binding.get("connection")
            service = "accountName" if binding["type"] == "queueTrigger" else "fullyQualifiedNamespace"
            if connection and f"{connection}__{service}" not in everything:
                check.found.append(f"{path.parent.name}: connection {connection} is not among the app's settings")
    return count


def self_test(types):
    """Every sample must give exactly what its `// expect:` lines say."""
    samples = sorted((HERE / "samples" / "bicep").glob("*.bicep"))
    wrong = 0
    for sample in samples:
        expected = re.findall(r"(?m)^// expect: (.+)$", sample.read_text())
        check = Check(types)
        check.file(sample)
        own = [f for f in check.found if f.startswith(sample.name)]
        missed = [e for e in expected if not any(e in f for f in own)]
        surplus = [f for f in own if not any(e in f for e in expected)]
        for message in missed:
            print(f"self-test: {sample.name}: not found: {message}")
        for message in surplus:
            print(f"self-test: found but not expected: {message}")
        wrong += len(missed) + len(surplus)
    if not any("// expect:" in s.read_text() for s in samples):
        print("self-test: no sample that must be refused")
        wrong += 1
    print(f"self-test: {len(samples)} samples, {wrong} wrong")
    return wrong


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--infra", type=pathlib.Path, default=REPOSITORY / "infra")
    arguments.add_argument("--functions", type=pathlib.Path, default=REPOSITORY / "functions")
    options = arguments.parse_args()
    types = bicep_types.Types()
    wrong = self_test(types)
    check = Check(types)
    for path in sorted(options.infra.rglob("*.bicep")):
        check.file(path)
    parameter_files = sorted(options.infra.glob("*.bicepparam"))
    for path in parameter_files:
        check.parameters(path)
    if not check.files:
        print(f"no Bicep in {options.infra}")
        wrong += 1
    bound = functions(check, options.infra / "main.bicep", options.functions)
    for message in sorted(set(check.found)):
        print(message)
    print(f"checked: {len(check.files)} Bicep files, {check.resources} resources, "
          f"{len(parameter_files)} parameter files, {bound} function.json files")
    for name in sorted(check.unchecked):
        print(f"skipped: the properties of {name}: no schema exists for it")
    print(f"findings: {len(set(check.found))}")
    sys.exit(1 if wrong or check.found else 0)


if __name__ == "__main__":
    main()
