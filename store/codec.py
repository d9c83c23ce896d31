"""Facts and floors as bytes: one JSON object per fact, readable for ever, and a floor that comes back exactly."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from functools import cache
from hashlib import blake2b
from typing import Any, Final, TypeVar, get_args, get_type_hints

import orjson
from pydantic import TypeAdapter, ValidationError

from acd.facts import Body
from acd.model import Floor
from acd.schema import SCHEMAS
from kernel.fact import Fact, Stream
from kernel.ids import TenantId
from reports.interval import Runs
from store.errors import Unreadable
from store.lifts import LIFTS

Opened = TypeVar("Opened")
"""A body as a reader has it."""
_CLASSES: Final[dict[str, type]] = {cls.__name__: cls for cls in get_args(Body)}


@dataclass(frozen=True, slots=True)
class UnknownFact:
    """A fact of a type or a schema that this version does not know, or that nobody has opened; `raw` is its whole line,
    kept as it was, `call` the call it is about, where that was looked for."""

    raw: bytes
    call: str | None = None


def encode(fact: Fact[Body | UnknownFact]) -> bytes:
    """The fact as one line of JSON without its end of line; an unknown fact is the line it came from."""
    if isinstance(fact.body, UnknownFact):
        return fact.body.raw
    return orjson.dumps(fact)


def decode(line: bytes) -> Fact[Body | UnknownFact]:
    """The fact of a line, lifted to today's schema. Raises Unreadable when the line is not a fact at all."""
    try:
        raw = orjson.loads(line)
        body = _body(raw["type"], raw["schema"], raw["body"])
        if body is None:
            return _with(raw, raw["schema"], UnknownFact(bytes(line)))
        return _with(raw, SCHEMAS[type(body)], body)
    except (orjson.JSONDecodeError, ValidationError, KeyError, TypeError, ValueError) as error:
        raise Unreadable(f"not a fact: {type(error).__name__}") from error


def unopened(line: bytes) -> Fact[UnknownFact]:
    """The fact of a line for who only passes it on: its body stays what it is. Raises Unreadable as `decode` does."""
    try:
        raw = orjson.loads(line)
        call = raw["body"].get("call")
        return _with(raw, raw["schema"], UnknownFact(line, call if isinstance(call, str) else None))
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable(f"not a fact: {type(error).__name__}") from error


def _with(raw: dict[str, Any], schema: int, body: Opened) -> Fact[Opened]:
    """The fact with this body, and with all else as the line says it."""
    return Fact(
        tenant=TenantId(raw["tenant"]),
        epoch=raw["epoch"],
        seq=raw["seq"],
        at=datetime.fromisoformat(raw["at"]),
        stream=Stream(raw["stream"]),
        type=raw["type"],
        schema=schema,
        subject=raw["subject"],
        body=body,
    )


def _body(name: str, schema: int, raw: dict[str, Any]) -> Body | None:
    """The body as today's class, or None when this version cannot know it."""
    cls = _CLASSES.get(name)
    if cls is None or schema > SCHEMAS[cls]:
        return None
    for old in range(schema, SCHEMAS[cls]):
        raw = LIFTS[name, old](raw)
    body: Body = _adapter(cls).validate_python(raw)
    return body


@cache
def _adapter(cls: type) -> TypeAdapter[Any]:
    return TypeAdapter(cls)


def dump_floor(floor: Floor) -> bytes:
    """The floor as JSON, with the mark of its shape; `load_floor` gives an equal one."""
    return orjson.dumps({"shape": _shape(Floor), "floor": floor}, default=_plain)


def load_floor(data: bytes) -> Floor:
    """The floor of `dump_floor`. Raises Unreadable when the classes of a floor have changed since: replay instead."""
    floor: Floor = _load(Floor, "floor", data)
    return floor


def dump_runs(runs: Runs) -> bytes:
    """What the counting of intervals has begun, in the same way; `load_runs` gives an equal one."""
    return orjson.dumps({"shape": _shape(Runs), "runs": runs})


def load_runs(data: bytes) -> Runs:
    """The runs of `dump_runs`. Raises Unreadable as `load_floor` does."""
    runs: Runs = _load(Runs, "runs", data)
    return runs


def _load(kind: Any, name: str, data: bytes) -> Any:
    try:
        raw = orjson.loads(data)
        shape, value = raw["shape"], raw[name]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise Unreadable(f"no {name}") from error
    if shape != _shape(kind):
        raise Unreadable(f"{name} of another shape")
    try:
        return _adapter(kind).validate_python(value)
    except ValidationError as error:
        # The values may be ids of calls: say where it broke, never with what.
        raise Unreadable(f"no {name}: {error.error_count()} fields") from None


def _plain(value: object) -> object:
    if isinstance(value, set):
        return sorted(value)
    raise TypeError(type(value).__name__)


@cache
def _shape(kind: Any) -> str:
    """A digest of every class it is made of, so that nobody has to remember to count a version up."""
    seen: dict[str, list[str]] = {}
    _describe(kind, seen)
    return blake2b(orjson.dumps(seen, option=orjson.OPT_SORT_KEYS), digest_size=8).hexdigest()


def _describe(kind: Any, seen: dict[str, list[str]]) -> None:
    for part in get_args(kind):
        _describe(part, seen)
    if is_dataclass(kind) and isinstance(kind, type) and kind.__name__ not in seen:
        hints = get_type_hints(kind)
        seen[kind.__name__] = [f"{field.name}: {hints[field.name]}" for field in fields(kind)]
        for hint in hints.values():
            _describe(hint, seen)
