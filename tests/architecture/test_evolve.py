"""Only acd/evolve/ changes a floor; live floor, restart and board cannot differ while that holds."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOMS, ROOT, name

CHANGERS = frozenset(
    {"add", "append", "appendleft", "clear", "discard", "extend", "insert", "pop", "popitem", "popleft"}
    | {"remove", "reverse", "setdefault", "sort", "update"}
)
CHANGING_FUNCTIONS = frozenset({"insort", "insort_left", "insort_right", "heappush", "heappop", "heapify"})
"""Functions that change their first argument."""
SPOKEN = frozenset(
    {"floor", "agent", "leg", "call", "queue", "conversation"}
    | {"floors", "agents", "legs", "calls", "queues", "conversations"}
)
"""Outside acd other things have fields of the same names; what is called one of these is the model's."""


def mutable_fields(model: str) -> frozenset[str]:
    """The attributes of the model's classes that are not frozen."""
    fields: set[str] = set()
    for node in ast.parse(model).body:
        if isinstance(node, ast.ClassDef) and "frozen=True" not in "".join(map(ast.unparse, node.decorator_list)):
            fields |= {
                entry.target.id
                for entry in node.body
                if isinstance(entry, ast.AnnAssign) and isinstance(entry.target, ast.Name)
            }
    return frozenset(fields)


def spoken(node: ast.expr) -> set[str]:
    """The names along `floor.calls[id].legs`, without what stands in brackets."""
    match node:
        case ast.Name(id=word):
            return {word}
        case ast.Attribute(value=value, attr=word):
            return spoken(value) | {word}
        case ast.Subscript(value=value) | ast.Call(func=value):
            return spoken(value)
    return set()


def changes(source: str, fields: frozenset[str], *, in_acd: bool = True) -> list[str]:
    """Statements that change such an attribute of something other than the module's own `self`."""

    def is_field(node: ast.expr) -> bool:
        while isinstance(node, ast.Subscript):
            node = node.value
        if not isinstance(node, ast.Attribute) or node.attr not in fields:
            return False
        of_self = isinstance(node.value, ast.Name) and node.value.id == "self"
        return not of_self and (in_acd or bool(spoken(node.value) & SPOKEN))

    def targets(node: ast.AST) -> Iterator[ast.expr]:
        match node:
            case ast.Assign(targets=several) | ast.Delete(targets=several):
                for target in several:
                    yield from target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
            case ast.AugAssign(target=target) | ast.AnnAssign(target=target) | ast.For(target=target):
                yield target
            case ast.Call(func=ast.Attribute(value=changed, attr=method)) if method in CHANGERS:
                yield changed
            case ast.Call(func=ast.Name(id=function) | ast.Attribute(attr=function), args=[changed, *_]) if (
                function in CHANGING_FUNCTIONS
            ):
                yield changed
            case ast.Call(func=ast.Name(id="setattr" | "delattr"), args=[changed, *_]):
                yield ast.Attribute(changed, next(iter(fields)))

    tree = ast.parse(source)
    return [ast.unparse(node) for node in ast.walk(tree) if any(is_field(target) for target in targets(node))]


def imports_the_model(source: str) -> bool:
    return any(
        (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("acd.model"))
        or (isinstance(node, ast.Import) and any(alias.name.startswith("acd.model") for alias in node.names))
        for node in ast.walk(ast.parse(source))
    )


FIELDS = frozenset().union(
    *(mutable_fields(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "acd" / "model").glob("*.py")))
)


def looked_at() -> list[Path]:
    found = []
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            evolves = path.is_relative_to(ROOT / "acd" / "evolve") or path.is_relative_to(ROOT / "acd" / "model")
            if not evolves and (room == "acd" or imports_the_model(path.read_text(encoding="utf-8"))):
                found.append(path)
    return found


def test_nobody_but_evolve_changes_a_floor() -> None:
    assert {"calls", "work", "turns"} <= FIELDS
    found = {
        name(path): changes(path.read_text(encoding="utf-8"), FIELDS, in_acd=path.is_relative_to(ROOT / "acd"))
        for path in looked_at()
    }
    assert "acd/decide.py" in found
    assert {file: statements for file, statements in found.items() if statements} == {}


@pytest.mark.parametrize(
    "planted",
    [
        "agent.work = Work.FREE",
        "floor.agents[a].call = None",
        "floor.seq += 1",
        "del floor.calls[call]",
        "floor.calls[call] = Call()",
        "queue.turns.append(turn)",
        "floor.seats.pop(agent)",
        "a, call.place = 1, Place.TALKING",
        "setattr(call, 'place', Place.TALKING)",
        "insort(queue.turns, turn)",
        "bisect.insort(queue.turns, turn)",
    ],
)
def test_a_planted_change_is_seen(planted: str) -> None:
    assert changes(f"def decide(floor):\n    {planted}\n", FIELDS)


@pytest.mark.parametrize(
    "harmless", ["work = agent.work", "self.calls = {}", "found.append(agent.work)", "len(queue.turns)"]
)
def test_reading_and_own_state_are_no_change(harmless: str) -> None:
    assert changes(f"def decide(floor):\n    {harmless}\n", FIELDS) == []


@pytest.mark.parametrize(
    ("statement", "seen"), [("floor.seq = 1", True), ("self.floor.calls.clear()", True), ("board.seq = 1", False)]
)
def test_outside_acd_a_floor_is_known_by_its_name(statement: str, seen: bool) -> None:
    assert bool(changes(statement, FIELDS, in_acd=False)) == seen


def test_evolve_itself_would_be_seen() -> None:
    assert changes((ROOT / "acd" / "evolve" / "calls.py").read_text(encoding="utf-8"), FIELDS)
