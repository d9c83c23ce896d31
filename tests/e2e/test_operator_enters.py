"""Whoever runs the platform takes in what no machine sees: outages, charges, payments, deposits, prices of calls.

One tenant with a contract entered long after it began; its past months are closed on demand while the rest happens.
"""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pypdf

from tests.e2e.crew import Api, eventually
from tests.platform import Platform

VOICE = {
    "tariff": "connect-smacom",
    "from": "2025-09-12T00:00:00+09:00",
    "until": "2026-02-01T00:00:00+09:00",
    "items": [{"row": "CSM-F03", "quantity": 7}, {"row": "CSM-F13", "quantity": 7}],
}
OUT = {"kind": "outage", "known": "2025-11-10T00:00:00+09:00", "restored": "2025-11-12T12:00:00+09:00"}
OUTAGE = {**OUT, "cause": "operator"}
CHARGE = {"kind": "charge", "at": "2025-11-05", "yen": 1000, "name": {"ja": "出張費", "en": "Visit"}, "clause": "Art.9"}
PAID = {"kind": "payment", "at": "2026-01-31", "yen": 70000, "month": "2025-11"}

RATE = {"kind": "call_rate", "since": "2025-11-01", "number": "navidial", "other": "fixed", "yen": "8.5"}


class Operator:
    """Somebody at the doors of the platform, for one tenant with the contract `voice`."""

    def __init__(self, api: Api, tenant: str) -> None:
        self.api, self.tenant = api, f"/platform/tenants/{tenant}"
        self.contract = f"{self.tenant}/contracts/voice"

    async def enter(self, what: dict[str, Any], status: int = 201, **headers: str) -> dict[str, Any]:
        """What is answered to an entry."""
        answer = await self.api.ask("POST", f"{self.contract}/entries", json=what, headers=headers)
        assert answer.status_code == status, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def entries(self) -> list[dict[str, Any]]:
        return list((await self.api.get(f"{self.contract}/entries"))["items"])

    async def close(self, month: str) -> None:
        """Ask for a month, dated as if it had been closed then, and wait for its document."""
        wanted = {"contract": "voice", "month": month, "dated": "then"}
        await self.api.must("POST", f"{self.tenant}/invoices", json=wanted)
        await self.invoice(month)

    async def invoice(self, month: str) -> dict[str, Any]:
        """The closed month, once it is there."""

        async def there() -> list[dict[str, Any]]:
            found = (await self.api.get(f"{self.tenant}/invoices"))["items"]
            return [one for one in found if one["month"] == month]

        (found,) = await eventually(there, f"the invoice of {month}")
        return dict(found)


@asynccontextmanager
async def operator(demo: Platform, tenant: str, contract: dict[str, Any]) -> AsyncIterator[tuple[Operator, Api]]:
    """A new tenant with a contract, the platform's operator and the tenant's admin."""
    async with demo.api(demo.demo["platform"]) as client:
        root = Api(client)
        made = await root.must("POST", "/platform/tenants", json={"id": tenant, "name": "株式会社あおい"})
        await root.must("POST", f"/platform/tenants/{tenant}/contracts", json={"id": "voice", **contract})
        login = {"tenant": tenant, "login": made["admin"], "password": made["password"]}
        async with demo.api(login) as admin:
            yield Operator(root, tenant), Api(admin)


def by_entry(invoice: dict[str, Any]) -> list[tuple[str, str, list[int]]]:
    return [(line["row"], line["amount"], line["entries"]) for line in invoice["lines"] if line["entries"]]


def paper(answer: httpx2.Response) -> str:
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    return "".join("".join(page.extract_text() for page in pages).split())


async def test_art_22_art_26_t2_what_is_entered_is_on_the_documents_with_clause_arithmetic_and_evidence(
    demo: Platform,
) -> None:
    async with operator(demo, "entered", VOICE) as (op, admin):
        # Tried first: nothing is written. Then entered; the same request again is the same entry.
        tried = (await op.api.ask("POST", f"{op.contract}/entries?dry_run=true", json=OUTAGE)).json()
        assert (tried["number"], tried["month"], tried["before"], tried["after"]) == (None, "2025-11", "76956", "71833")
        assert await op.entries() == []
        done = await op.enter(OUTAGE, **{"Idempotency-Key": "one"})
        assert done == {**tried, "number": 1}
        assert await op.enter(OUTAGE, 200, **{"Idempotency-Key": "one"}) == done
        mismatch = await op.enter(CHARGE, 409, **{"Idempotency-Key": "one"})
        assert mismatch["code"] == "idempotency_mismatch"
        await op.enter(CHARGE)

        # The contract was entered long after it began: its months are closed when somebody asks, once.
        await op.close("2025-11")
        november = await op.invoice("2025-11")
        assert (november["state"], november["closed"], november["due"]) == ("issued", "2025-12-01", "2025-12-31")
        assert by_entry(november) == [("CHARGE", "1000", [2]), ("CSM-M3", "-3724", [1]), ("CSM-M5", "-933", [1])]
        assert november["total"] == str(76956 - 5123 + 1100)
        spared = next(line for line in november["lines"] if line["entries"] == [1])
        assert (spared["clause"], spared["arithmetic"]) == ("Art.22(2)(2) row 1", "-55860 × 2 ÷ 30")
        nth = november["lines"].index(spared) + 1
        path = f"/invoices/2025-11/lines/{nth}/evidence"
        (evidence,) = (await op.api.get(f"{op.tenant}{path}"))["entries"]
        assert (evidence["number"], evidence["kind"], evidence["by"]) == (1, "outage", demo.demo["platform"]["login"])
        assert evidence["what"]["known"] == "2025-11-09T15:00:00Z"
        assert (await admin.get(path))["entries"] == [{**evidence, "by": ""}]
        again = {"contract": "voice", "month": "2025-11"}
        assert (await op.api.must("POST", f"{op.tenant}/invoices", json=again)) == {"added": False}

        # What comes too late for its month is on the next open document; interest where payment was late.
        assert by_entry(await op.invoice("2026-01")) == []
        assert (await op.invoice("2026-02"))["state"] == "none"
        late = await op.enter(PAID)
        assert (late["month"], [(line["row"], line["amount"]) for line in late["lines"]]) == (
            "2026-03",
            [("LATE-INTEREST", "834")],
        )
        dues = await op.api.get(f"{op.contract}/dues?on=2026-02-01")
        first = dues["documents"][0]
        assert (first["month"], first["left"]) == ("2025-11", str(72933 - 70000))
        printed = paper(await admin.ask("GET", "/invoices/2025-11.pdf"))
        for said in ("出張費", "-3,724", "Art.22(2)(2)row1", "2025年12月31日", november["number"]):
            assert said in printed

        # A mistake is withdrawn as long as no document knows of it.
        assert (await op.enter({"kind": "withdrawal", "entry": 2}, 422))["code"] == "billed"
        await op.enter({"kind": "withdrawal", "entry": 3})
        assert [one["withdrawn"] for one in await op.entries()] == [False, False, True, False]
        audit = (await op.api.get("/audit"))["items"]
        assert [one["action"] for one in audit[:4]] == ["entry_added"] * 4


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({**OUTAGE, "restored": OUT["known"]}, "ends_before_it_begins", "/restored"),
    ({**OUTAGE, "known": "2025-09-01T00:00:00+09:00"}, "outside_contract", "/known"),
    ({**OUTAGE, "rows": {"CSM-F99": 1}}, "not_in_tariff", "/rows/CSM-F99"),
    ({**OUTAGE, "rows": {"CSM-F03": 8}}, "quantity_above", "/rows/CSM-F03"),
    ({**OUTAGE, "known": "2025-11-11T00:00:00+09:00"}, "overlaps", "/known"),
    ({**CHARGE, "at": "2026-02-02"}, "outside_contract", "/at"),
    ({**CHARGE, "row": "CSM-X9"}, "not_in_tariff", "/row"),
    ({**PAID, "month": "2025-10"}, "no_document", "/month"),
    ({"kind": "withdrawal", "entry": 7}, "no_entry", "/entry"),
    (RATE, "not_in_tariff", "/number"),
]  # fmt: skip
UNREAD: list[tuple[dict[str, Any], str]] = [
    ({**CHARGE, "yen": -1}, "yen"),
    ({**CHARGE, "yen": 0}, "yen"),
    ({**CHARGE, "yen": 1.5}, "yen"),
    ({**CHARGE, "yen": 10**11}, "yen"),
    ({**CHARGE, "at": "2025-02-30"}, "at"),
    ({**CHARGE, "at": "9999-01-01"}, "at"),
    ({**OUTAGE, "rows": {"CSM-F03": -1}}, "CSM-F03"),
    ({**OUTAGE, "cause": "weather"}, "cause"),
    ({**PAID, "colour": "red"}, "colour"),
    ({"kind": "wish"}, "tag"),
]


async def test_what_contradicts_the_contract_is_refused_with_its_field_and_nothing_is_written(demo: Platform) -> None:
    async with operator(demo, "refused", VOICE) as (op, _):
        await op.enter(OUTAGE)
        for what, code, pointer in WRONG:
            no = await op.enter(what, 422)
            assert (no["code"], no["params"]["pointer"], bool(no["clause"])) == (code, pointer, True), what
            assert no["sentence"]["ja"] != no["sentence"]["en"]
        for what, field in UNREAD:
            (error, *_) = (await op.enter(what, 422))["errors"]
            assert field in str(error), (what, error)
        assert len(await op.entries()) == 1
        for month in ("2025-08", "2026-03", "2030-01"):
            answer = await op.api.ask("POST", f"{op.tenant}/invoices", json={"contract": "voice", "month": month})
            assert (answer.status_code, answer.json()["code"]) == (422, "outside_contract")


OUT_ALMOST_ALL_NOVEMBER = {**OUTAGE, "known": "2025-11-02T00:00:00+09:00", "restored": "2025-12-01T00:00:00+09:00"}


async def test_art_24_art_25_gr_11_deposit_surcharge_and_a_small_month_carried_over(demo: Platform) -> None:
    small = {**VOICE, "items": [{"row": "CSM-F01", "quantity": 1}]}
    async with operator(demo, "deposits", small) as (op, admin):
        deposit = {"do": "deposit", "at": "2025-09-20T00:00:00+09:00", "yen": "30000"}
        await op.api.must("POST", f"{op.contract}/orders", json=deposit)
        await op.enter(OUT_ALMOST_ALL_NOVEMBER)
        await op.enter({"kind": "evaded", "at": "2025-12-05", "yen": 5000})
        await op.close("2025-10")
        last = await op.invoice("2026-01")
        invoices = {one["month"]: one for one in (await op.api.get(f"{op.tenant}/invoices"))["items"]}
        december = invoices["2025-12"]
        assert (invoices["2025-11"]["state"], december["months"]) == (
            "held",
            ["2025-10", "2025-11", "2025-12"],
        )
        assert [line["entries"] for line in december["lines"] if line["amount"].startswith("-")] == [[1]]
        surcharge = [(line["row"], line["amount"], line["clause"]) for line in december["lines"]]
        assert ("EVADED", "5000", "Art.25") in surcharge
        assert ("SURCHARGE", "10000", "Art.25") in surcharge
        parts = [part for one in invoices.values() for part in one["set_off"]]
        assert {part["clause"] for part in parts} == {"Art.24"}
        assert sum(int(part["yen"]) for part in parts) + int(last["refund"]) == 30000
        assert [part["month"] for part in last["set_off"]] == ["2025-12", "2026-01"]
        assert last["payable"] == "0"
        printed = paper(await admin.ask("GET", "/invoices/2026-01.pdf"))
        for part in last["set_off"]:
            assert f"{part['month']}{part['clause']}{int(part['yen']):,}" in printed
        assert f"差引請求額0円保証金の返還{int(last['refund']):,}円" in printed


async def test_t2_statements_and_documents_issued_again_are_charged_with_the_running_month(demo: Platform) -> None:
    going_on = {**VOICE, "until": None, "from": "2026-08-01T00:00:00+09:00"}
    async with operator(demo, "again", going_on) as (op, _):
        await op.close("2026-09")
        for ask in ("statement", "reissue"):
            await op.api.must("POST", f"{op.tenant}/invoices/2026-09/{ask}")
        orders = (await op.api.get(f"{op.contract}/orders"))["items"]
        assert [(one["do"], one["rows"]) for one in orders] == [("once", {"CSM-H1": 1}), ("once", {"CSM-H2": 1})]
        answer = await op.api.ask("POST", f"{op.tenant}/invoices/2026-08/statement")
        assert answer.status_code == 404


async def test_a_month_without_a_price_waits_for_it_and_says_so(demo: Platform) -> None:
    of_number = {"scope": "number", "of": "+81570000123", "items": [{"row": "ND-01"}]}
    navi = {**VOICE, **of_number, "tariff": "freedial-navidial"}
    async with operator(demo, "unpriced", navi) as (op, _):
        wanted = {"contract": "voice", "month": "2025-10", "dated": "then"}
        await op.api.must("POST", f"{op.tenant}/invoices", json=wanted)

        async def troubled() -> list[str]:
            waiting = (await op.api.get(f"{op.tenant}/invoices/open"))["items"]
            return [one["trouble"] for one in waiting if one["trouble"]]

        assert await eventually(troubled, "what is in the way") == ["unpriced: ND-01"]
        assert (await op.api.get(f"{op.tenant}/invoices"))["items"] == []
