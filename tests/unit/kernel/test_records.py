"""Records that are made faster are the records they were: frozen, equal by their fields, with the same defaults."""

from __future__ import annotations

import copy
import inspect
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from typing import get_args

import pytest

from acd.effects import Effect
from acd.facts import Body
from acd.inputs import Input
from kernel.records import quick


@quick
@dataclass(frozen=True, slots=True)
class Quick:
    """One with a field that has to be given and two that need not."""

    call: str
    seconds: float = 1.5
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Usual:
    """The same without being faster."""

    call: str
    seconds: float = 1.5
    why: str | None = None


def test_it_is_made_with_the_same_words_and_the_same_defaults() -> None:
    for given in ({"call": "a"}, {"call": "a", "why": "gone"}, {"call": "a", "seconds": 0.0, "why": ""}):
        quickly, usually = Quick(**given), Usual(**given)
        assert [getattr(quickly, one.name) for one in fields(Quick)] == [
            getattr(usually, one.name) for one in fields(Usual)
        ]
    assert Quick("a", 2.0) == Quick(call="a", seconds=2.0) != Quick("a")
    assert inspect.signature(Quick) == inspect.signature(Usual)


def test_it_is_as_frozen_as_before_and_can_be_copied() -> None:
    one = Quick("a", why="gone")
    with pytest.raises(FrozenInstanceError):
        one.call = "b"  # type: ignore[misc]
    assert replace(one, call="b") == Quick("b", why="gone")
    assert one == copy.deepcopy(one) == pickle.loads(pickle.dumps(one))
    assert hash(one) == hash(Quick("a", why="gone"))


def test_what_is_forgotten_or_unknown_is_refused() -> None:
    with pytest.raises(TypeError):
        Quick()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Quick("a", answered=True)  # type: ignore[call-arg]


def test_a_default_of_its_own_for_each_record_is_refused() -> None:
    @dataclass(frozen=True, slots=True)
    class Shared:
        calls: list[str] = field(default_factory=list)

    with pytest.raises(TypeError, match="Shared"):
        quick(Shared)


@pytest.mark.parametrize("kind", [*get_args(Body), *get_args(Effect), *get_args(Input)], ids=lambda kind: kind.__name__)
def test_each_fact_effect_and_input_holds_what_it_was_given_in_its_own_place(kind: type) -> None:
    known = fields(kind)
    given = {one.name: object() for one in known}
    made = kind(**given)
    assert {one.name: getattr(made, one.name) for one in known} == given
    if known:
        with pytest.raises(FrozenInstanceError):
            setattr(made, known[0].name, None)
