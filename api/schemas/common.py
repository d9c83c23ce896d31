"""What all shapes share: read from our own frozen classes, ids as text, moments in UTC, durations in seconds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from api.schemas.contradictions import contradiction

ID_PATTERN = r"^[A-Za-z0-9_-]{1,64}$"

Item = TypeVar("Item")


def _in_utc(value: object) -> object:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


Moment = Annotated[datetime, BeforeValidator(_in_utc)]
"""RFC 3339 in UTC."""


FIRST_YEAR, LAST_YEAR = 1970, 2199


def _in_our_time(value: datetime) -> datetime:
    """Months are counted one by one: what lies centuries away would keep everybody else waiting."""
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise contradiction("centuries_away", first=str(FIRST_YEAR), last=str(LAST_YEAR))
    return value


NearMoment = Annotated[AwareDatetime, AfterValidator(_in_our_time)]
"""A moment that is sent to us, with its offset, in 1970 to 2199."""


class Shape(BaseModel):
    """A shape that is sent."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class Wanted(BaseModel):
    """A shape that is received; what it does not name is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=1000)

    @field_validator("*")
    @classmethod
    def _holds_no_nul(cls, value: object) -> object:
        """PostgreSQL's text cannot hold it: without this check such a request would end in a 500."""
        if isinstance(value, str) and "\0" in value:
            raise contradiction("nul")
        return value


class Listing(Shape, Generic[Item]):
    """All items of a kind."""

    items: list[Item]


class Page(Shape, Generic[Item]):
    """Some items; `next_cursor` leads to those that follow, None at the end."""

    items: list[Item]
    next_cursor: str | None = Field(default=None)
