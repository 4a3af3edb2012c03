"""Checks a resource's body against Microsoft's type for it."""

import gzip
import json
import pathlib
import re

from bicep_model import body, line, literal, properties, text

FOLDER = pathlib.Path(__file__).parent / "bicep-schemas"

# Properties of the language itself, which no type lists.
OF_THE_LANGUAGE = {"parent", "scope", "dependsOn"}

LITERAL_KINDS = {"string": "string", "number": "int", "boolean": "bool", "object": "object", "array": "array"}


class Types:
    def __init__(self, folder=FOLDER):
        self.known = {}
        for path in sorted(folder.glob("*.json.gz")):
            entries = json.loads(gzip.decompress(path.read_bytes()))
            objects = {e["name"]: e for e in entries if e["$type"] != "Resource"}
            for entry in entries:
                if entry["$type"] == "Resource":
                    name, _, version = entry["name"].partition("@")
                    self.known[name.lower()] = (version, entry["bodyType"], objects)
        if not self.known:
            raise SystemExit(f"no schemas in {folder}")

    def find(self, resource_type):
        return self.known.get(resource_type.lower())


def choose(kind, have):
    """The variant of a discriminated type that the body's discriminator names."""
    if kind["$type"] != "DiscriminatedObject":
        return kind, None
    key = kind["discriminator"]
    value = literal(have[key][0]) if key in have else None
    elements = kind["elements"]
    elements = elements if isinstance(elements, list) else list(elements.values())
    for element in elements:
        if any(p["name"] == key and p["type"].strip("'") == value for p in element["properties"]):
            joined = dict(element, properties=element["properties"] + kind.get("baseProperties", []))
            return joined, None
    return None, f"{key} is {value!r}, which names no variant of {kind['name']}"


def check_object(node, kind, objects, path, report):
    have = properties(node)
    kind, problem = choose(kind, have)
    if problem:
        report(line(node), f"{path}: {problem}")
        return
    listed = {p["name"]: p for p in kind.get("properties", [])}
    extra = kind.get("additionalPropertiesType")
    top = "/" in path and "." not in path.rsplit("/", 1)[-1]
    for name, (value, prop) in have.items():
        where = f"{path}.{name}"
        if name not in listed:
            if not extra and not (top and name in OF_THE_LANGUAGE):
                report(line(prop), f"{where}: no such property")
            continue
        known = listed[name]
        if "ReadOnly" in known.get("flags", ""):
            report(line(prop), f"{where}: read-only")
        check_value(value, known["type"], known.get("modifiers", ""), objects, where, report)
    for name, known in listed.items():
        if "Required" in known.get("flags", "") and name not in have:
            report(line(node), f"{path}.{name}: required, but missing")


def check_value(node, kind, modifiers, objects, path, report):
    if node.type in ("for_statement", "if_statement"):
        return check_items(node, kind, objects, path, report)
    written = LITERAL_KINDS.get(node.type)
    if written is None:
        return
    expected = expected_kind(kind, objects)
    if expected and written != expected:
        report(line(node), f"{path}: {written} where {expected} belongs")
        return
    if written == "object" and kind in objects:
        check_object(node, objects[kind], objects, path, report)
    elif written == "array":
        check_items(node, kind, objects, path, report)
    elif written in ("string", "int"):
        check_literal(node, kind, modifiers, path, report)


def check_items(node, kind, objects, path, report):
    """The items of an array or of a loop that makes one."""
    if not kind.endswith("[]"):
        if kind not in ("array", "any"):
            report(line(node), f"{path}: array where {kind} belongs")
        return
    item = kind[:-2].strip("()")
    if node.type in ("for_statement", "if_statement"):
        made = body(node)
        items = [made] if made is not None else []
    else:
        items = node.named_children
    for child in items:
        if child.type != "comment":
            check_value(child, item, "", objects, f"{path}[]", report)


def expected_kind(kind, objects):
    if kind in ("string", "int", "bool", "object"):
        return kind
    if kind in objects:
        return "object"
    if kind.endswith("[]") or kind == "array":
        return "array"
    if kind == "any" or "|" in kind and any(k.strip() in objects for k in kind.split("|")):
        return None
    return "string"


def check_literal(node, kind, modifiers, path, report):
    value = literal(node) if node.type == "string" else text(node)
    if value is None:
        return
    if "|" in kind:
        # Longer members hold ", ": split at the bar alone. `| string` only means that the service may
        # add members; one that is not listed is a slip of ours until the schemas are renewed.
        members = [member.strip().strip("'") for member in kind.split("|")]
        if value not in members:
            report(line(node), f"{path}: {value!r} is none of {', '.join(m for m in members if m != 'string')}")
    elif kind not in ("string", "int", "any", "bool") and value != kind.strip("'"):
        report(line(node), f"{path}: {value!r} must be {kind!r}")
    check_modifiers(value, node, modifiers, path, report)


def check_modifiers(value, node, modifiers, path, report):
    limits = dict(re.findall(r"(minLength|maxLength|minValue|maxValue): (-?\d+)", modifiers))
    number = int(value) if node.type == "number" else len(value)
    names = ("minValue", "maxValue") if node.type == "number" else ("minLength", "maxLength")
    if names[0] in limits and number < int(limits[names[0]]):
        report(line(node), f"{path}: {value!r} is below {names[0]} {limits[names[0]]}")
    if names[1] in limits and number > int(limits[names[1]]):
        report(line(node), f"{path}: {value!r} is above {names[1]} {limits[names[1]]}")


def check_path(kind, objects, names, where, at, report):
    """Whether `resource.a.b` exists. Stops where the type is open."""
    for name in names:
        if kind is None or kind.get("additionalPropertiesType") or kind["$type"] == "DiscriminatedObject":
            return
        known = next((p for p in kind.get("properties", []) if p["name"] == name), None)
        if known is None:
            report(at, f"{where}: {kind['name']} has no {name}")
            return
        if "WriteOnly" in known.get("flags", ""):
            report(at, f"{where}: {name} is write-only")
        kind = objects.get(known["type"])
