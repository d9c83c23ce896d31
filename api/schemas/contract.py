"""Contracts as the platform reads and writes them, and the entitlements that a tenant sees of them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.schemas.common import Moment, NearMoment, Shape, Wanted
from api.schemas.order import Count, FactsWanted, RowName, Step, Values, Yen
from tariff.written.rows import Basis, Scope

CONTRACT_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,62}$"

ContractName = Annotated[str, Field(pattern=CONTRACT_PATTERN)]


class ItemWanted(Wanted):
    """A quantity of a row, of a tier its step; `of`: the number or line it is for, where the row is sold for one."""

    row: Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$", max_length=64)]
    quantity: Count | Step = 1
    of: Annotated[str, Field(max_length=64)] = ""


class ContractWanted(Wanted):
    """A contract as it is to be from now on. In force from `from` (left out: now) to before `until` (null: open).

    `tariff`: a tariff, of which the version in force counts, or one version as tariff@version. What follows `host` is
    the rest of the first order: the contract's type, monthly or daily amounts, how it is paid, settings and facts by
    row, unit prices that were agreed upon, and readings of the tariff.
    """

    tariff: Annotated[str, Field(pattern=r"^[a-z0-9-]+(@[a-z0-9-]+)?$")]
    items: Annotated[list[ItemWanted], Field(max_length=500)]
    begins: Annotated[NearMoment | None, Field(alias="from")] = None
    ends: Annotated[NearMoment | None, Field(alias="until")] = None
    scope: Scope = Scope.TENANT
    of: Annotated[str, Field(max_length=64)] = ""
    host: ContractName | None = None
    type: Annotated[str, Field(max_length=64)] = ""
    use: Annotated[str, Field(pattern="^(permanent|temporary)$")] = "permanent"
    payment: Annotated[str, Field(pattern="^(account_transfer|credit_card|bank_transfer)$")] = "account_transfer"
    settings: Values = Field(default_factory=dict)
    facts: FactsWanted = Field(default_factory=FactsWanted)
    prices: Annotated[dict[RowName, Yen], Field(max_length=500)] = Field(default_factory=dict)
    readings: Annotated[dict[str, str], Field(max_length=50)] = Field(default_factory=dict)


class NewContract(ContractWanted):
    """A contract that is not there yet."""

    id: ContractName


class Item(Shape):
    """A quantity of a row, of a tier its step."""

    row: str
    quantity: int | str
    of: str


class Contract(Shape):
    """A contract in its newest version."""

    id: str
    version: int
    tariff: str
    items: list[Item]
    begins: Annotated[Moment, Field(serialization_alias="from")]
    ends: Annotated[Moment | None, Field(serialization_alias="until")]
    scope: Scope
    of: str
    host: str | None
    clause: str


class WrittenContract(Contract):
    """A contract that was just written. `in_force`: the floor goes by it; else it will when the controller is back."""

    in_force: bool


class Name(Shape):
    """A name in both languages."""

    ja: str
    en: str


class Entitlement(Shape):
    """What one row of one contract allows now. `limit` null: not counted; `used` null: nobody counts it.

    `used` counts the whole kind, whichever contract gave it. `months`: how long recordings are kept, null: until
    somebody deletes them.
    """

    kind: str
    scope: Scope
    of: str
    used: int | None
    limit: int | None
    basis: Basis
    clause: str
    contract: str
    row: str
    name: Name
    begins: Annotated[Moment, Field(serialization_alias="from")]
    ends: Annotated[Moment | None, Field(serialization_alias="until")]
    months: int | None


class RuleCount(Shape):
    """From `at` on `used` things of a kind were set up and `allowed` were bought; `excess` are billed."""

    seq: int
    at: Moment
    kind: str
    used: int
    allowed: int
    excess: int
    clause: str
    contract: str


class Entitlements(Shape):
    """Everything the contracts allow; `changes_at`: when that changes by itself, null: not at all.

    `suspended`: the clause by which nobody may work now; "" otherwise.
    """

    items: list[Entitlement]
    changes_at: Moment | None
    suspended: str = ""
