"""How long a recording is kept follows from what the tenant had bought when its call ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kernel.ids import ContractId, TenantId
from kernel.moment import parse
from store.errors import Unreadable
from tariff.rights.contract import Contract, Item
from tariff.rights.entitlement import Entitled, entitled
from tariff.written import catalogue
from worker.kept import Kept

TENANT = TenantId("acme")
TABLES = Path(__file__).parents[3] / "tariff" / "tables"
BEGAN = datetime(2026, 4, 30, 12, 0, tzinfo=UTC)
ENDED = BEGAN + timedelta(minutes=10)
GONE = parse("2026-07-31T00:00:00+09:00")
DAY_AFTER = parse("2026-05-01T00:00:00+09:00")


def contract(name: str, tariff: str, *rows: str, ends: datetime | None = None) -> Contract:
    items = tuple(Item(row, 3) for row in rows)
    return Contract(ContractId(name), TENANT, tariff, parse("2026-01-01T00:00:00+09:00"), items, ends)


async def kept(*contracts: Contract) -> tuple[datetime, str] | None:
    tables = catalogue.read({path.name: path.read_text() for path in TABLES.glob("*.toml")})

    async def allowed(_tenant: TenantId, at: datetime) -> Entitled:
        return entitled(tables, contracts, at)

    return await Kept(allowed).until(TENANT, BEGAN, ENDED)


async def test_three_months_of_csm_f12_are_kept_by_its_clause() -> None:
    found = await kept(contract("c1", "connect-smacom", "CSM-F02", "CSM-F12"))
    assert found is not None
    assert found[0] == GONE
    assert found[1].startswith("T1-2")


async def test_what_is_our_own_is_kept_until_somebody_deletes_it() -> None:
    assert await kept(contract("c1", "own-use", "OWN-USE")) is None


async def test_a_contract_that_ended_during_the_call_still_counts() -> None:
    ended = BEGAN + timedelta(minutes=5)
    assert (await kept(contract("c1", "connect-smacom", "CSM-F02", "CSM-F12", ends=ended)) or (None,))[0] == GONE


async def test_without_any_right_the_day_of_the_call_is_the_last() -> None:
    for held in ((), (contract("c1", "connect-smacom", "CSM-F02"),)):
        assert await kept(*held) == (parse("2026-05-01T00:00:00+09:00"), "no contract")


async def test_contracts_that_cannot_be_read_delete_nothing() -> None:
    async def broken(_tenant: TenantId, _at: datetime) -> Entitled:
        raise Unreadable("contract c1 of acme does not fit")

    assert await Kept(broken).until(TENANT, BEGAN, ENDED) is None


async def test_93_days_of_acc_f05_are_kept_or_those_of_the_tier_that_lengthens_them() -> None:
    for rows, days in ((("ACC-F05",), 93), (("ACC-F05", "ACC-F12"), 366)):
        items = tuple(Item(row, 366 if row == "ACC-F12" else 220) for row in ("ACC-F01", *rows))
        bought = replace(contract("c1", "arcstar-contact-center"), items=items)
        found = await kept(bought)
        assert found == (DAY_AFTER + timedelta(days=days), "T1-2-2-2")
