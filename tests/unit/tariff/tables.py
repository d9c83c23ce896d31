"""The packaged tables, and contracts of the two demo tenants, for the tests of the room."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files

from kernel.ids import ContractId, TenantId
from tariff.rights.contract import Contract, Item
from tariff.written import catalogue
from tariff.written.rows import Scope

TENANT = TenantId("t")
BEGAN = datetime(2025, 4, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 21, tzinfo=UTC)
TEXTS = {
    file.name: file.read_text("utf-8")
    for file in files("tariff").joinpath("tables").iterdir()
    if file.name.endswith(".toml")
}
CATALOGUE = catalogue.read(TEXTS)


def contract(tariff: str, *, id: str = "c", begins: datetime = BEGAN, **items: int | str) -> Contract:
    """A contract of rows given as `CSM_F02=3`."""
    rows = tuple(Item(row.replace("_", "-"), quantity) for row, quantity in items.items())
    return Contract(ContractId(id), TENANT, tariff, begins, rows)


SMACOM = contract("connect-smacom", id="smacom", CSM_F02=3, CSM_F12=3)
MIITEL = contract(
    "connect-miitel", id="miitel", MT_F01=5, MT_F03=1, MT_F04=1, MT_F06=2, MT_F07=5, MT_F11=1, MT_F12_1Y=500
)
FREEDIAL = Contract(
    ContractId("freedial"),
    TENANT,
    "freedial-navidial",
    BEGAN,
    (Item("FD-01"), Item("FD-02")),
    scope=Scope.NUMBER,
    of="+81120123456",
)
