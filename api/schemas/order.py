"""Orders of a contract as the platform places them, and what they change."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from api.schemas.common import Moment, NearMoment, Shape, Wanted
from tariff.holding.history import Do, State
from tariff.written.rows import Basis, Scope

ROW_PATTERN = r"^[A-Z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$"
RowName = Annotated[str, Field(pattern=ROW_PATTERN, max_length=64)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
Step = Annotated[str, Field(pattern=r"^[0-9]{1,12}(-[0-9]{1,12})?$")]
Rows = Annotated[dict[RowName, Count | Step], Field(max_length=500)]
Values = Annotated[dict[RowName, dict[str, Any]], Field(max_length=500)]
Yen = Annotated[Decimal, Field(max_digits=18, decimal_places=6)]


class FactsWanted(Wanted):
    """What lies outside the tariff; only what is said changes. `lines`: the channels of each."""

    host: Annotated[str | None, Field(pattern="^(own|none|other_contractor)$")] = None
    lines: Annotated[list[Count] | None, Field(max_length=100)] = None
    access: Annotated[str | None, Field(pattern="^(universal_one|fic)$")] = None
    consents: list[Annotated[str, Field(pattern="^(access|portal)$")]] | None = None
    line: Annotated[str | None, Field(max_length=40)] = None
    discounts: Annotated[list[Annotated[str, Field(pattern=r"^D([1-9]|1[0-2])$")]] | None, Field(max_length=12)] = None
    discount_lines: Annotated[int | None, Field(ge=1, le=1_000_000)] = None
    cities: Annotated[list[Annotated[str, Field(max_length=40)]] | None, Field(max_length=100)] = None
    group_lines: Annotated[int | None, Field(ge=0, le=1_000_000)] = None
    representative: bool | None = None
    public_body: bool | None = None

    def given(self) -> dict[str, object]:
        """Those that are said, lists as tuples."""
        said = self.model_dump(exclude_none=True)
        return {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}


class OrderWanted(Wanted):
    """An order; `at`: when it takes effect, left out: now. `rows`: new absolute quantities, 0 drops; a tier's step."""

    do: Do
    at: NearMoment | None = None
    rows: Rows = Field(default_factory=dict)
    settings: Values = Field(default_factory=dict)
    facts: FactsWanted = Field(default_factory=FactsWanted)
    ordered: date | None = None
    type: Annotated[str, Field(max_length=64)] = ""
    to: Annotated[str, Field(max_length=128)] = ""
    reason: Annotated[str, Field(max_length=40)] = ""
    until: date | None = None
    notice: date | None = None
    yen: Yen | None = None


class Order(Shape):
    """An order that was accepted; `number` counts from 1, the contract itself being the first order of all."""

    number: int
    placed_at: Moment
    at: Moment
    do: Do
    rows: dict[str, int | str]
    type: str
    to: str
    reason: str
    until: date | None
    notice: date | None
    yen: Decimal | None


class Held(Shape):
    """A row as it allows something at a moment. `limit` null: without limit; `retention`: an ISO 8601 duration."""

    row: str
    kind: str
    limit: int | None
    basis: Basis
    scope: Scope
    retention: str
    clause: str


class Standing(Shape):
    """How the contract stands at a moment; nothing may be used unless it is active."""

    at: Moment
    version: str
    type: str
    state: State
    rows: list[Held]


class Effect(Shape):
    """What a month comes to before and after the order, yen with tax; null: it has no price."""

    month: str
    before: Decimal | None
    after: Decimal | None


class Placed(Shape):
    """What an order changes. `number` null: it was a dry run, and nothing was written. `in_force`: the floor goes by
    it already."""

    number: int | None
    warnings: list[str]
    before: Standing
    after: Standing
    invoices: list[Effect]
    in_force: bool
