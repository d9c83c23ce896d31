"""Orders over the API: tried, placed and in force at once; suspension; invoices and ledgers of the tenant."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx2
import pypdf
import pytest

from acd import inputs
from api.tokens import Tokens
from kernel.ids import AgentId, CallId, CommandId, PersonalId
from kernel.moment import after
from kernel.refusal import Refused
from store.contracts import ContractStore
from store.invoices import InvoiceStore
from store.logins import Login, LoginStore, Role
from store.personal import PersonalStore, PersonalText, Sealer
from store.record_rows import CallRecordRow
from store.records import RecordStore
from store.secret_files import read_secret
from store.tariffs import packaged
from store.tenants import PLATFORM
from tariff.counting.month import Month
from tariff.money import closing
from tariff.money.closed import ClosedMonth, Issuer
from tariff.money.invoicing import Measured
from tests.integration.api.office import PASSWORD, Office
from tests.unit.reports.play import START

VOICE = {
    "id": "voice",
    "tariff": "connect-smacom",
    "from": "2025-09-12T00:00:00+09:00",
    "items": [{"row": "CSM-F03", "quantity": 7}, {"row": "CSM-F13", "quantity": 7}],
}
NINE = {"do": "change", "at": "2025-11-05T00:00:00+09:00", "rows": {"CSM-F03": 9, "CSM-F13": 9}}


@pytest.fixture
async def root(acme: Office) -> AsyncIterator[httpx2.AsyncClient]:
    """Whoever runs the platform; the tenant has a contract."""
    await LoginStore(acme.engine).put(Login(PLATFORM, "root", Role.PLATFORM), PASSWORD)
    token = Tokens(read_secret(acme.settings.token_key_file)).issue(PLATFORM, "root", datetime.now(UTC))[0]
    base = f"{acme.base}/platform/tenants/{acme.tenant}"
    headers = {"Authorization": f"Bearer {token}"}
    async with acme.controller(), httpx2.AsyncClient(base_url=base, headers=headers, timeout=30) as client:
        assert (await client.post("/contracts", json=VOICE)).status_code == 201
        yield client


ORDERS = "/contracts/voice/orders"


@asynccontextmanager
async def admin(acme: Office) -> AsyncIterator[httpx2.AsyncClient]:
    async with acme.client("admin") as client:
        yield client


async def place(root: httpx2.AsyncClient, order: dict[str, Any]) -> dict[str, Any]:
    """What became of an order that is accepted."""
    answer = await root.post(ORDERS, json=order)
    assert answer.status_code == 201, answer.text
    placed: dict[str, Any] = answer.json()
    return placed


async def test_a_dry_run_tells_what_the_deed_does_and_writes_nothing(root: httpx2.AsyncClient) -> None:
    tried = (await root.post(f"{ORDERS}?dry_run=true", json=NINE)).json()
    assert (tried["number"], tried["in_force"]) == (None, False)
    assert (await root.get(ORDERS)).json() == {"items": []}
    done = await place(root, NINE)
    assert (done["number"], done["in_force"]) == (1, True)
    assert {name: done[name] for name in ("before", "after", "invoices")} == {
        name: tried[name] for name in ("before", "after", "invoices")
    }
    assert done["invoices"] == [
        {"month": "2025-11", "before": "76956", "after": "76956"},
        {"month": "2025-12", "before": "76956", "after": "98912"},
    ]
    limits = [{row["row"]: row["limit"] for row in done[when]["rows"]}["CSM-F03"] for when in ("before", "after")]
    assert limits == [7, 9]


async def test_a_refused_order_names_code_clause_and_numbers_and_leaves_nothing(root: httpx2.AsyncClient) -> None:
    wrong = {"do": "change", "at": "2025-11-05T00:00:00+09:00", "rows": {"CSM-F03": 9}}
    for query in ("", "?dry_run=true"):
        answer = await root.post(ORDERS + query, json=wrong)
        problem = answer.json()
        assert (answer.status_code, problem["code"], problem["clause"]) == (422, "quantity_must_equal", "T1-2")
        assert (problem["used"], problem["limit"]) == (7, 9)
    assert (await root.get(ORDERS)).json() == {"items": []}


@pytest.mark.parametrize(
    "wrong",
    [
        {"do": "explode"},
        {"do": "change", "rows": {"CSM-F03": -1}},
        {"do": "change", "rows": {"CSM-F03": 1.5}},
        {"do": "change", "rows": {"csm f03": 1}},
        {"do": "change", "at": "2025-11-05"},
        {"do": "change", "at": "9999-01-01T00:00:00Z"},
        {"do": "deposit", "yen": "NaN"},
        {"do": "change", "colour": "red"},
    ],
)
async def test_an_order_that_is_none_is_not_read(root: httpx2.AsyncClient, wrong: dict[str, Any]) -> None:
    answer = await root.post(ORDERS, json=wrong)
    assert answer.status_code == 422
    assert answer.json()["errors"]


async def test_what_is_allowed_is_told_for_any_moment(root: httpx2.AsyncClient) -> None:
    await place(root, NINE)
    for at, state, limit in (
        ("2025-09-01T00:00:00Z", "not_started", None),
        ("2025-11-01T00:00:00Z", "active", 7),
        ("2025-11-06T00:00:00Z", "active", 9),
    ):
        told = (await root.get("/contracts/voice/entitlements", params={"at": at})).json()
        rows = {row["row"]: row for row in told["rows"]}
        assert (told["state"], rows.get("CSM-F03", {}).get("limit")) == (state, limit)
    assert rows["CSM-F13"]["retention"] == "P6M"


async def test_a_suspended_tenant_has_no_seats_but_his_data_and_comes_back(
    root: httpx2.AsyncClient, acme: Office
) -> None:
    stop = {"do": "suspend", "reason": "unpaid", "notice": "2026-01-01"}
    stopped = await place(root, stop)
    assert stopped["after"]["state"] == "suspended"
    entitled = await ContractStore(acme.engine).entitled(acme.tenant, datetime.now(UTC))
    assert entitled.suspended
    assert not entitled.may("outbound")
    async with admin(acme) as me:
        assert (await me.get("/entitlements")).json()["items"] == []
        assert (await me.get("/call-records")).status_code == 200
    again = await place(root, {"do": "resume"})
    assert (again["number"], again["after"]["state"]) == (2, "active")
    entitled = await ContractStore(acme.engine).entitled(acme.tenant, datetime.now(UTC))
    assert (entitled.suspended, entitled.seats) == ("", 7)


async def test_two_orders_at_once_follow_each_other(root: httpx2.AsyncClient) -> None:
    await place(root, NINE)
    await place(root, {**NINE, "at": "2025-12-05T00:00:00+09:00", "rows": {"CSM-F03": 8, "CSM-F13": 8}})
    listed = (await root.get(ORDERS)).json()["items"]
    assert [(one["number"], one["rows"]["CSM-F03"]) for one in listed] == [(1, 9), (2, 8)]


async def test_the_contract_under_its_orders_cannot_become_one_that_they_do_not_fit(root: httpx2.AsyncClient) -> None:
    await place(root, NINE)
    basic = {"tariff": "connect-smacom", "items": [{"row": "CSM-F01", "quantity": 1}]}
    answer = await root.put("/contracts/voice", json=basic, headers={"If-Match": '"1"'})
    assert answer.status_code == 422


async def closed(acme: Office) -> ClosedMonth:
    """November, closed as the worker does it."""
    (held,) = await ContractStore(acme.engine).agreements(acme.tenant)
    issuer = Issuer("株式会社電話番", "T1234567890123")
    found = closing.close(packaged(), held, Month(2025, 11), Measured(), issuer, "株式会社あおい", date(2025, 12, 1))
    assert not isinstance(found, Refused)
    assert await InvoiceStore(acme.engine).close(found)
    return found


async def test_a_closed_month_is_read_as_a_document_and_on_paper(root: httpx2.AsyncClient, acme: Office) -> None:
    await closed(acme)
    async with admin(acme) as me:
        told = (await me.get("/invoices/2025-11")).json()
        assert (told["total"], told["state"], told["recipient"]) == ("76956", "issued", "株式会社あおい")
        assert told["issuer"]["registration"] == "T1234567890123"
        assert [line["row"] for line in told["lines"]] == ["CSM-M3", "CSM-M5", "CSM-H3"]
        assert (await me.get("/invoices")).json() == {"items": [told]}
        by_name = await me.get("/invoices/2025-11.pdf")
        by_accept = await me.get("/invoices/2025-11", headers={"Accept": "application/pdf"})
        assert (await me.get("/invoices/2025-10")).status_code == 404
    for paper in (by_name, by_accept):
        assert paper.headers["Content-Type"] == "application/pdf"
        text = "".join(
            "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper.content)).pages).split()
        )
        for said in ("T1234567890123", "株式会社あおい御中", "76,956", "55,860", told["number"]):
            assert said in text
    assert [one["number"] for one in (await root.get("/invoices")).json()["items"]] == [told["number"]]


async def test_a_document_issued_again_is_the_same_and_its_fee_is_ordered(
    root: httpx2.AsyncClient, acme: Office
) -> None:
    month = await closed(acme)
    answer = await root.post("/invoices/2025-11/reissue", params={"contract": "voice"})
    assert (answer.status_code, answer.json()["number"]) == (200, month.number)
    (ordered,) = (await root.get(ORDERS)).json()["items"]
    assert (ordered["do"], ordered["rows"]) == ("once", {"CSM-H2": 1})
    assert (await root.post("/invoices/2025-10/reissue", params={"contract": "voice"})).status_code == 404


async def test_a_month_is_asked_to_be_closed_once(root: httpx2.AsyncClient) -> None:
    wanted = {"contract": "voice", "month": "2025-10"}
    assert [(await root.post("/invoices", json=wanted)).json()["added"] for _ in range(2)] == [True, False]
    assert (await root.post("/invoices", json={**wanted, "contract": "none"})).status_code == 404


async def test_last_month_under_another_tariff(root: httpx2.AsyncClient, acme: Office) -> None:
    personal = PersonalStore(acme.engine, Sealer.from_file(acme.settings.personal_key_file))
    await personal.put_many(acme.tenant, [PersonalText(PersonalId("p1"), "+819012345678")])
    at = datetime(2025, 11, 10, 3, tzinfo=UTC)
    call = CallRecordRow(
        acme.tenant, CallId("call_1"), "inbound", "+81120123456", PersonalId("p1"), at, None, at,
        at + timedelta(seconds=130), "completed", None, (), 0.0, 130.0, "[]", None, 1,
    )  # fmt: skip
    await RecordStore(acme.engine).upsert_records(acme.tenant, [call])
    wanted = {"month": "2025-11", "tariff": "connect-miitel", "rows": {"MT-F01": 16, "MT-F04": 1}}
    async with admin(acme) as me:
        told = (await me.post("/invoices/what-if", json=wanted)).json()
        wrong = await me.post("/invoices/what-if", json={**wanted, "rows": {"MT-F07": 3}})
    lines = {line["row"]: Decimal(line["amount"]) for line in told["lines"]}
    assert lines["MT-C7"] == 60
    assert lines["MT-B1"] == 16 * 6980
    assert wrong.status_code == 422
    assert wrong.json()["code"]


async def test_the_seats_of_a_month_by_agent_and_day(acme: Office) -> None:
    agent, seated = next(iter(acme.play.floor.seats)), len(acme.play.floor.seats)
    acme.play.give(inputs.SignOut(CommandId("cmd_out"), AgentId(agent)))
    await acme.tell()
    month = f"{START:%Y-%m}"
    async with admin(acme) as me:
        told = (await me.get("/ledgers/seats", params={"month": month})).json()
        table = await me.get("/ledgers/seats", params={"month": month}, headers={"Accept": "text/csv"})
        assert (await me.get("/ledgers/seats", params={"month": "2025-13"})).status_code == 422
    (kind,) = told["highest"]
    assert told["highest"][kind] == told["days"][0]["highest"] == seated
    (over,) = [use for use in told["uses"] if use["agent"] == agent]
    assert over["why"] == "signed_out"
    assert after(datetime.fromisoformat(over["taken"]), 0) <= datetime.fromisoformat(over["returned"])
    assert table.headers["Content-Type"].startswith("text/csv")
    assert len(table.text.strip().splitlines()) == 1 + len(told["uses"])
