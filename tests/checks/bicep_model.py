"""A Bicep file as declarations and references, read by tree-sitter-bicep."""

import dataclasses
import pathlib

import tree_sitter_bicep
from tree_sitter import Language, Parser

PARSER = Parser(Language(tree_sitter_bicep.language()))


def text(node):
    return node.text.decode()


def literal(node):
    """The text of a string without interpolation, else None."""
    if node is None or node.type != "string" or any(c.type == "interpolation" for c in node.children):
        return None
    return "".join(text(c) for c in node.children if c.type == "string_content")


def line(node):
    return node.start_point[0] + 1


def first(node, kind):
    return next((c for c in node.children if c.type == kind), None)


def body(node):
    """The object a declaration or a loop item is made of, through `if` and `for`."""
    for child in node.children:
        if child.type == "object":
            return child
        if child.type in ("for_statement", "if_statement"):
            found = body(child)
            if found is not None:
                return found
    return None


def properties(node):
    """Key -> (value node, property node). A key that is computed is left out."""
    found = {}
    for child in node.children:
        if child.type != "object_property" or len(child.named_children) < 2:
            continue
        key = child.named_children[0]
        name = literal(key) if key.type == "string" else text(key)
        if name is not None:
            found[name] = (child.named_children[-1], child)
    return found


@dataclasses.dataclass
class Declared:
    kind: str
    name: str
    node: object
    # Resources: type and API version. Modules: the file's path, as written.
    target: str = ""
    version: str = ""
    existing: bool = False
    looped: bool = False
    has_default: bool = False
    type_name: str = ""
    allowed: list = None
    parent: object = None


class File:
    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.root = PARSER.parse(self.path.read_bytes()).root_node
        self.syntax_errors = []
        self.declared = {}
        self.resources = []
        self.modules = []
        self.outputs = {}
        self._find_errors(self.root)
        self._read(self.root, None)

    def _find_errors(self, node):
        if node.type == "ERROR" or node.is_missing:
            self.syntax_errors.append(node)
            return
        for child in node.children:
            self._find_errors(child)

    def _read(self, node, parent):
        decorators = []
        for child in node.children:
            if child.type == "decorators":
                decorators = child.children
                continue
            self._declare(child, parent, decorators)
            if child.is_named and child.type != "comment":
                decorators = []

    def _declare(self, node, parent, decorators):
        kinds = {
            "parameter_declaration": "param",
            "variable_declaration": "var",
            "resource_declaration": "resource",
            "module_declaration": "module",
            "output_declaration": "output",
            "user_defined_function": "func",
            "type_declaration": "type",
        }
        kind = kinds.get(node.type)
        if kind is None:
            return
        item = Declared(kind, text(first(node, "identifier")), node, parent=parent)
        if kind == "output":
            self.outputs[item.name] = item
            return
        if kind == "param":
            self._read_param(item, decorators)
        if kind in ("resource", "module"):
            self._read_target(item, parent)
        self.declared.setdefault(item.name, []).append(item)

    def _read_param(self, item, decorators):
        after_type = [c for c in item.node.named_children if c.type not in ("identifier", "type")]
        item.has_default = bool(after_type) or text(item.node).rstrip().endswith("=")
        kind = first(item.node, "type")
        item.type_name = text(kind) if kind is not None else ""
        for decorator in decorators:
            call = first(decorator, "call_expression")
            if call is not None and text(first(call, "identifier")) == "allowed":
                array = first(first(call, "arguments"), "array")
                item.allowed = [text(v).strip("'") for v in array.named_children]

    def _read_target(self, item, parent):
        written = literal(first(item.node, "string")) or ""
        item.target, _, item.version = written.partition("@")
        item.existing = any(text(c) == "existing" for c in item.node.children if c.child_count == 0)
        item.looped = first(item.node, "for_statement") is not None
        if item.kind == "module":
            item.target = written
            self.modules.append(item)
            return
        if parent is not None:
            item.target = f"{parent.target}/{item.target}"
            item.version = item.version or parent.version
        self.resources.append(item)
        content = body(item.node)
        for prop in content.children if content is not None else []:
            for nested in prop.children:
                if nested.type == "resource_declaration":
                    self._declare(nested, item, [])

    def symbol(self, name):
        found = self.declared.get(name)
        return found[0] if found else None


def references(node, local=frozenset()):
    """Every use of a name, with its node, leaving out keys, declarations and function names."""
    kind = node.type
    if kind in ("type", "decorators", "comment", "string_content", "property_identifier"):
        return
    if kind == "identifier":
        if text(node) not in local:
            yield node
        return
    children = list(node.children)
    if kind.endswith("_declaration") or kind == "user_defined_function":
        children.remove(first(node, "identifier"))
        if kind == "user_defined_function":
            names = {text(first(p, "identifier")) for p in first(node, "parameters").named_children}
            local = local | names
            children.remove(first(node, "parameters"))
    elif kind == "object_property" and children and children[0].type == "identifier":
        children = children[1:]
    elif kind == "call_expression":
        callee = children[0]
        children = children[1:] if callee.type == "identifier" else children
    elif kind == "for_statement":
        local = local | loop_names(node)
        if children and first(node, "for_loop_parameters") is None:
            children.remove(first(node, "identifier"))
    elif kind == "for_loop_parameters":
        return
    elif kind == "lambda_expression" or any(c.type == "lambda_expression" for c in children):
        local = local | lambda_names(node)
    for child in children:
        yield from references(child, local)


def loop_names(node):
    parameters = first(node, "for_loop_parameters")
    if parameters is not None:
        return {text(c) for c in parameters.named_children}
    return {text(first(node, "identifier"))}


def lambda_names(node):
    expression = node if node.type == "lambda_expression" else first(node, "lambda_expression")
    head = text(expression).split("=>")[0]
    return {name.strip() for name in head.strip("() ").split(",") if name.strip()}


def member_chains(node):
    """Every outermost `a.b.c`, as (root name node or None if not plain, names)."""
    if node.type == "member_expression":
        names, inner = [], node
        while inner.type == "member_expression":
            names.insert(0, text(inner.children[-1]))
            inner = inner.children[0]
        if inner.type == "identifier":
            yield inner, names
        yield from member_chains(inner)
        return
    for child in node.children:
        yield from member_chains(child)
