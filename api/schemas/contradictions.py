"""Why a shape contradicts itself: the code of the flaw and where in the shape it stands, for `api.shape_flaws`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from pydantic import ValidationError, ValidatorFunctionWrapHandler
from pydantic_core import PydanticCustomError

AT: Final = "at"
"""Under this name the error says where below its own place the flaw stands."""


class OfSkill(Protocol):
    @property
    def skill(self) -> str: ...


def contradiction(flaw: str, at: str = "", **params: str) -> PydanticCustomError:
    """To be raised by a validator; the sentence of `flaw` stands in the texts, its blanks are filled from `params`."""
    return PydanticCustomError(flaw, "contradicts itself", {AT: at, **params})


def each_skill_once(field: str, skills: Sequence[OfSkill]) -> None:
    """Raises `skill_twice` at the second one of a name."""
    seen: set[str] = set()
    for place, one in enumerate(skills):
        if one.skill in seen:
            raise contradiction("skill_twice", f"{field}.{place}.skill", skill=one.skill)
        seen.add(one.skill)


def told_as(flaw: str, **params: str) -> Callable[[object, ValidatorFunctionWrapHandler], object]:
    """A validator around others: whatever they find is this flaw."""

    def check(value: object, inner: ValidatorFunctionWrapHandler) -> object:
        try:
            return inner(value)
        except ValidationError:
            raise contradiction(flaw, **params) from None

    return check
