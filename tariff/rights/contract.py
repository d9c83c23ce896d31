"""What a tenant has bought under one tariff, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kernel.ids import ContractId, TenantId
from tariff.holding.held import number
from tariff.holding.history import PriceList, Quantity, Settings
from tariff.written.catalogue import in_force
from tariff.written.rows import Scope


@dataclass(frozen=True, slots=True)
class Item:
    """A quantity of one row, of a tier its step; `of` is the number, line or destination it is for when the row is sold
    for one."""

    row: str
    quantity: Quantity = 1
    of: str = ""


@dataclass(frozen=True, slots=True)
class Particulars:
    """What the first order of a contract says besides its rows; the words are those of tariff.holding.history."""

    type: str = ""
    temporary: bool = False
    payment: str = "account_transfer"
    settings: Settings = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    prices: PriceList = field(default_factory=dict)
    readings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract; a tenant may hold several, under several tariffs, at the same time.

    `tariff`: its name (the version in force counts) or `tariff@version`. `scope` and `of`: for what it is good, a
    number for instance. `host`: the contract of the same tenant it lives and dies with. In force from `begins` to
    before `ends` (None: until further notice). `clause` is said in refusals instead of the rows' own, by contracts
    of `own-use` only, whose words are nobody's tariff. `version` counts its changes. What it holds is its first order;
    those that came later are kept beside it (tariff.rights.agreement).
    """

    id: ContractId
    tenant: TenantId
    tariff: str
    begins: datetime
    items: tuple[Item, ...]
    ends: datetime | None = None
    scope: Scope = Scope.TENANT
    of: str = ""
    host: ContractId | None = None
    clause: str = ""
    version: int = 1
    particulars: Particulars = field(default_factory=Particulars)

    def quantity(self, *rows: str) -> int:
        """How much of these rows together."""
        return sum(number(item.quantity) for item in self.items if item.row in rows)


def alive(contract: Contract, known: Mapping[ContractId, Contract], at: datetime) -> bool:
    """Whether the contract, and each it lives with, is in force; hosts in a circle are none."""
    seen: set[ContractId] = set()
    here: Contract | None = contract
    while here is not None and here.id not in seen and in_force(here.begins, here.ends, at):
        if here.host is None:
            return True
        seen.add(here.id)
        here = known.get(here.host)
    return False
