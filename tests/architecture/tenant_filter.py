"""Finds statements on a tenant's table that do not say which tenant, in the text of a module."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

MARK = "crosses_tenants"
VERBS = ("select", "update", "delete")


def unfiltered(source: str, columns: Mapping[str, str]) -> list[str]:
    """The line and the fault of each such statement. `columns`: tenant table → the column that names its tenant."""
    tree = ast.parse(source)
    tables = _imported_tables(tree)
    marked = {node for function in _marked(tree) for node in ast.walk(function)}
    faults = [*_hidden_tables(tree), *_core_faults(tree, tables, columns, marked), *_text_faults(tree, columns, marked)]
    return [f"{line}: {fault}" for line, fault in sorted(faults)]


def _imported_tables(tree: ast.AST) -> dict[str, str]:
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("store.tables.")
        for alias in node.names
    }


def _hidden_tables(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Tables must be imported by their names, or nobody can see which one a statement means."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and any(alias.name.startswith("store.tables") for alias in node.names):
            yield node.lineno, "imports the tables' module, not the tables"
        if isinstance(node, ast.ImportFrom) and node.module == "store.tables":
            yield node.lineno, "imports the tables' module, not the tables"


def _marked(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(
            isinstance(decorator, ast.Name) and decorator.id == MARK for decorator in node.decorator_list
        ):
            yield node


def _core_faults(
    tree: ast.AST, tables: Mapping[str, str], columns: Mapping[str, str], marked: set[ast.AST]
) -> Iterator[tuple[int, str]]:
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if node in marked or not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute) and node.func.attr in VERBS and _name(node.func.value) in tables:
            yield node.lineno, f"{node.func.attr} as a method of a table: write {node.func.attr}(table)"
        if _name(node.func) in VERBS:
            chain, filters = _chain(node, parents)
            used = {name for name in _names(chain) if name in tables}
            if not used:
                yield node.lineno, "nobody can see which table this is about"
            for name in sorted(used):
                column = columns.get(tables[name])
                if column is not None and not any(_names_tenant(part, name, column) for part in filters):
                    yield node.lineno, f"{tables[name]} without its tenant"


def _chain(start: ast.Call, parents: Mapping[ast.AST, ast.AST]) -> tuple[ast.AST, list[ast.expr]]:
    """The whole statement that begins with `start`, and the conditions that all must hold."""
    filters: list[ast.expr] = []
    node: ast.AST = start
    while isinstance(method := parents.get(node), ast.Attribute) and isinstance(call := parents.get(method), ast.Call):
        if call.func is not method:
            break
        if method.attr in ("where", "filter"):
            filters += [part for argument in call.args for part in _conjuncts(argument)]
        node = call
    return node, filters


def _conjuncts(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd):
        return _conjuncts(node.left) + _conjuncts(node.right)
    if isinstance(node, ast.Call) and _name(node.func) == "and_":
        return [part for argument in node.args for part in _conjuncts(argument)]
    return [node]


def _names_tenant(node: ast.expr, table: str, column: str) -> bool:
    """`table.c.column == something that is not of the same table`."""
    return (
        isinstance(node, ast.Compare)
        and len(node.ops) == 1
        and isinstance(node.ops[0], ast.Eq)
        and ast.unparse(node.left) == f"{table}.c.{column}"
        and table not in _names(node.comparators[0])
    )


def _text_faults(tree: ast.AST, columns: Mapping[str, str], marked: set[ast.AST]) -> Iterator[tuple[int, str]]:
    """SQL as text: inside a function, or as a constant of the module, which only marked functions may use then."""
    constants = {
        node.value: node.targets[0] if isinstance(node, ast.Assign) else node.target
        for node in ast.iter_child_nodes(tree)
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
    }
    owners = {inner: _name(target) for value, target in constants.items() for inner in ast.walk(value)}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)) or node in marked:
            continue
        for table in _tables_read(node.value, columns):
            if re.search(rf"\b{columns[table]}\s*=\s*:", node.value):
                continue
            if node not in owners or _used_unmarked(tree, owners[node], marked):
                yield node.lineno, f"{table} without its tenant, in text"


def _tables_read(sql: str, columns: Mapping[str, str]) -> set[str]:
    return set(re.findall(r"\b(?:FROM|JOIN|UPDATE)\s+(\w+)", sql)) & set(columns)


def _used_unmarked(tree: ast.AST, constant: str, marked: set[ast.AST]) -> bool:
    uses = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == constant and isinstance(n.ctx, ast.Load)]
    return any(use not in marked for use in uses)


def _names(node: ast.AST) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""
