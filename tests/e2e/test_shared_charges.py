"""Calls to FreeDial and NaviDial numbers carry their charge, and which part of it the caller and the contractor pay."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.e2e.crew import Api, Crew, assembled, eventually
from tests.e2e.office import Admin, admin_of, at_work
from tests.platform import Platform

TENANT, NAVI, FREE = "shared", "+81570000456", "+81120000456"
FIXED, MOBILE, IP = "+81312340000", "+819012345678", "+815012345678"
OWN_USE = {"id": "own", "tariff": "own-use", "items": [{"row": "OWN-USE"}, {"row": "OWN-SEAT", "quantity": 1}]}
RATES = [
    ("navi", {"number": "navidial", "other": "fixed", "yen": "8.5", "seconds": 180, "reference": "3.5"}),
    ("navi", {"number": "navidial", "other": "ip_phone", "yen": "10.8", "seconds": 180, "reference": "3.5"}),
    ("free", {"number": "freedial", "other": "mobile", "yen": "20", "seconds": 60}),
]


def number_contract(id: str, number: str, *rows: str) -> dict[str, Any]:
    items = [{"row": row} for row in rows]
    return {"id": id, "tariff": "freedial-navidial", "scope": "number", "of": number, "items": items}


@contextmanager
def known(demo: Platform, login: dict[str, Any]) -> Iterator[None]:
    """The new tenant among those that crews are made of."""
    tenants = demo.demo["tenants"]
    tenants.append({"id": TENANT, "supervisor": login, "agents": []})
    try:
        yield
    finally:
        tenants.pop()


async def call(crew: Crew, boss: Admin, nth: int, number: str, caller: str) -> None:
    """Somebody calls a number, is answered, and hangs up; the call stands in the ledger then."""
    dialled = crew.dial(number, from_number=caller, identity=caller)
    await crew.board.fact("OfferAccepted", nth=nth)
    dialled.hang_up()
    await dialled.ended()
    await crew.board.until(lambda: len(crew.board.finished) == nth, f"{nth} calls are over")

    async def rated() -> bool:
        return len((await boss.api.get("/ledgers/calls"))["calls"]) == nth

    await eventually(rated, f"{nth} rated calls")


@pytest.mark.feature("ND-02", "limit", "refusal")
async def test_nd_r_8_a_rated_call_shows_both_parts_of_its_charge_and_who_is_excluded_pays_all(demo: Platform) -> None:
    async with demo.api(demo.demo["platform"]) as client:
        root = Api(client)
        made = await root.must("POST", "/platform/tenants", json={"id": TENANT, "name": "共有商会"})
        contracts = f"/platform/tenants/{TENANT}/contracts"
        for contract in (
            OWN_USE,
            number_contract("navi", NAVI, "ND-01", "ND-02"),
            number_contract("free", FREE, "FD-01", "FD-02"),
        ):
            await root.must("POST", contracts, json=contract)
        for line, wrong in (("ip_network_050", ["ND-01", "ND-02"]), ("use", ["ND-01", "ND-02", "ND-03"])):
            refused = await root.ask(
                "POST", contracts, json={**number_contract("other", NAVI, *wrong), "facts": {"line": line}}
            )
            assert (refused.status_code, refused.json()["code"]) == (422, "excluded_by")
        since = datetime.now(UTC).date().replace(day=1).isoformat()
        for contract_id, rate in RATES:
            wanted = {"kind": "call_rate", "since": since, **rate}
            await root.must("POST", f"{contracts}/{contract_id}/entries", json=wanted)
        login = {"tenant": TENANT, "login": made["admin"], "password": made["password"]}
        with known(demo, login):
            async with admin_of(demo, login) as boss, assembled(demo, TENANT) as crew:
                await boss.queue_with_number("front", NAVI)
                await boss.put(f"numbers/{FREE}", {"flow": "front"})
                await at_work(crew, "first", await boss.agent("first", "front"))
                for nth, (number, caller) in enumerate(((NAVI, FIXED), (NAVI, IP), (FREE, MOBILE)), 1):
                    await call(crew, boss, nth, number, caller)
                ledger = await boss.api.get("/ledgers/calls")
                told = [
                    [
                        one[name]
                        for name in ("contract", "number", "other", "row", "charge", "caller", "contractor", "entry")
                    ]
                    for one in ledger["calls"]
                ]
                assert told == [
                    ["free", "freedial", "mobile", "FD-01", "20", "0", "20", 1],
                    ["navi", "navidial", "fixed", "ND-02", "8.5", "3.5", "5.0", 1],
                    ["navi", "navidial", "ip_phone", "", "10.8", "10.8", "0", 2],
                ]
                assert not any(one["assumed"] for one in ledger["calls"])
                sheet = await boss.api.ask("GET", "/ledgers/calls", headers={"Accept": "text/csv"})
                assert "ND-02,,8.5,3.5,5.0,1" in sheet.text
