"""Facts and floors survive as bytes, the old ones too."""

from __future__ import annotations

import builtins
from dataclasses import is_dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NewType, cast, get_args, get_origin, get_type_hints

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acd.facts import Body, CallEnded, CallQueued
from acd.model import Floor
from acd.schema import SCHEMAS, subject
from kernel.fact import Fact, Stream
from kernel.ids import CallId, QueueId, TenantId
from store import lifts
from store.codec import UnknownFact, decode, dump_floor, encode, load_floor, unopened
from store.errors import Unreadable

GOLDEN = Path(__file__).parents[2] / "data" / "facts"
AT = datetime(2026, 11, 21, 1, 2, 3, 456789, tzinfo=UTC)

SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    datetime: st.datetimes(timezones=st.just(UTC)),
    int: st.integers(-(2**53), 2**53),
    float: st.floats(allow_nan=False, allow_infinity=False),
    str: st.text(max_size=8),
    bool: st.booleans(),
    type(None): st.none(),
}


@cache
def any_of(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a type as JSON can hold them: whole numbers of 53 bits, finite floats, moments in UTC."""
    if hint in SIMPLE:
        return SIMPLE[hint]
    if isinstance(hint, NewType):
        return any_of(hint.__supertype__)
    if is_dataclass(hint):
        return st.builds(cast(type, hint), **{name: any_of(part) for name, part in get_type_hints(hint).items()})
    parts = [any_of(part) for part in get_args(hint) if part is not Ellipsis]
    match get_origin(hint):
        case builtins.tuple if get_args(hint)[-1] is Ellipsis:
            return st.lists(parts[0], max_size=2).map(tuple)
        case builtins.tuple:
            return st.tuples(*parts)
        case builtins.list:
            return st.lists(parts[0], max_size=2)
        case builtins.set:
            return st.sets(parts[0], max_size=2)
        case builtins.dict:
            return st.dictionaries(parts[0], parts[1], max_size=2)
        case None:
            return st.sampled_from(hint)
        case _:
            return st.one_of(parts)


def fact_of(body: Body, seq: int = 1) -> Fact[Body | UnknownFact]:
    name = type(body).__name__
    return Fact(TenantId("even"), 3, seq, AT, Stream.FLOOR, name, SCHEMAS[type(body)], subject(body), body)


def queued() -> Fact[Body | UnknownFact]:
    return fact_of(CallQueued(CallId("call_1"), QueueId("front"), 0, AT, 1))


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_every_kept_line_is_read_for_ever(path: Path) -> None:
    name, schema = path.stem.split(".")
    line = path.read_bytes().removesuffix(b"\n")
    fact = decode(line)
    assert type(fact.body).__name__ == name
    assert fact.schema == SCHEMAS[type(fact.body)]
    if int(schema) == fact.schema:
        assert encode(fact) == line


def test_every_schema_has_a_kept_line() -> None:
    wanted = {f"{cls.__name__}.{n}.json" for cls, newest in SCHEMAS.items() for n in range(1, newest + 1)}
    assert wanted == {path.name for path in GOLDEN.iterdir()}


@given(st.one_of([any_of(cls) for cls in get_args(Body)]))
def test_a_fact_comes_back_equal(body: Body) -> None:
    fact = fact_of(body)
    line = encode(fact)
    assert b"\n" not in line
    assert decode(line) == fact
    assert encode(decode(line)) == line


# A floor has many parts, and a slow machine may take long to think of one.
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_of(Floor))
def test_a_floor_comes_back_equal_and_as_the_same_bytes(floor: Floor) -> None:
    data = dump_floor(floor)
    again = load_floor(data)
    assert again == floor
    assert dump_floor(again) == data


def test_a_floor_of_another_shape_is_said_to_be_unreadable() -> None:
    raw = orjson.loads(dump_floor(Floor(TenantId("even"))))
    for broken in ({**raw, "shape": "older"}, {**raw, "floor": {"tenant": 7}}, {}):
        with pytest.raises(Unreadable):
            load_floor(orjson.dumps(broken))


def test_a_fact_of_a_later_version_is_kept_and_not_an_error() -> None:
    for change in ({"type": "SomethingNew"}, {"schema": 99}):
        line = orjson.dumps({**orjson.loads(encode(queued())), **change})
        fact = decode(line)
        assert fact.body == UnknownFact(line)
        assert (fact.seq, fact.subject) == (1, "call_1")
        assert encode(fact) == line


def test_a_fact_that_nobody_opened_is_told_apart_by_its_head_and_stays_the_line_it_was() -> None:
    fact = fact_of(CallEnded(CallId("call_1"), "done"), seq=7)
    line = encode(fact)
    passed = unopened(line)
    assert passed == replace(fact, body=UnknownFact(line, "call_1"))
    assert encode(passed) == line
    for broken in (b"[]", b"{", line[:-2], orjson.dumps({**orjson.loads(line), "body": 1}), line.replace(b"seq", b"s")):
        with pytest.raises(Unreadable):
            unopened(broken)


def test_an_old_schema_is_lifted_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    old = orjson.loads(encode(fact_of(CallEnded(CallId("call_1"), "done"))))
    old["body"] = {"id": "call_1"}
    monkeypatch.setitem(SCHEMAS, CallEnded, 3)
    monkeypatch.setitem(lifts.LIFTS, ("CallEnded", 1), lambda body: {"call": body["id"]})
    monkeypatch.setitem(lifts.LIFTS, ("CallEnded", 2), lambda body: {**body, "outcome": "completed"})
    fact = decode(orjson.dumps(old))
    assert (fact.schema, fact.body) == (3, CallEnded(CallId("call_1"), "completed"))


@pytest.mark.parametrize(
    "line", [b"", b"{", b"[]", b"7", b"{}", encode(queued()).replace(b'"position":1', b'"position":"x"')]
)
def test_what_is_not_a_fact_is_unreadable(line: bytes) -> None:
    with pytest.raises(Unreadable):
        decode(line)


def test_a_code_that_was_called_otherwise_is_read_as_what_it_is_called_now() -> None:
    golden = (GOLDEN / "DialRefused.1.json").read_bytes()
    now = decode(golden.replace(b"channels_exhausted", b"emergency_not_available_on_line"))
    assert decode(golden.replace(b"channels_exhausted", b"emergency_not_carried")) == now
