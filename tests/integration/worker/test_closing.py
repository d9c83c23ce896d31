"""A month is closed once: again, beside another worker, and after `kill -9` at any word to the database."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from acd import inputs
from acd.model import Party
from kernel.ids import CallId, ContractId, PersonalId, TenantId
from kernel.moment import after
from kernel.usage import LineKind
from reports.call_fold import call_record
from store.audit import SEED
from store.closing_jobs import CLOSE_MONTH, closing_job
from store.contracts import ContractStore
from store.engine import tenant_session
from store.entries import EntryStore
from store.invoices import InvoiceStore
from store.jobs import JobStore
from store.orders import OrderStore
from store.personal import PersonalStore, PersonalText, Sealer
from store.record_rows import CallRecordRow
from store.records import RecordStore
from store.rule_counts import CountStore
from store.settings import StoreSettings
from store.tenants import Tenant, TenantStore
from tariff.counting.month import Month
from tariff.holding.history import Do, Order
from tariff.money.closed import ClosedMonth, Issuer
from tariff.money.entered import ChargeEntered, OutageEntered, PaymentEntered, RateEntered, What
from tariff.rights.contract import Contract, Item, Particulars
from tariff.rights.entitlement import IVR, Count
from tariff.written.rows import Scope, Words
from tests.integration.worker.dying import kinds
from tests.unit.reports.play import Play
from worker.jobs import work_off
from worker.rows import record_row

ROOT = Path(__file__).parents[3]
VOICE, MONTH = ContractId("voice"), Month(2025, 11)
BEGAN = datetime(2025, 9, 12, tzinfo=UTC)
ENDS = datetime(2025, 11, 30, 15, tzinfo=UTC)
DEATHS, MANY = 44, 60
"""A month takes about 28 words, so later workers die over their second."""
OUTAGE = OutageEntered(datetime(2025, 11, 9, 15, tzinfo=UTC), datetime(2025, 11, 12, tzinfo=UTC), "operator")
CHARGE = ChargeEntered(date(2025, 11, 5), Decimal(1000), Words("電報料", "Telegram"))


async def bought(
    engine: AsyncEngine, tenant: str, tariff: str = "connect-smacom", ends: datetime | None = ENDS, **rows: int
) -> TenantId:
    """A tenant with a contract whose November is to be closed."""
    id = TenantId(tenant)
    await TenantStore(engine).put(Tenant(id, "株式会社あおい"))
    items = tuple(Item(row.replace("_", "-"), n) for row, n in rows.items())
    await ContractStore(engine).put(Contract(VOICE, id, tariff, BEGAN, items, ends=ends), SEED)
    await JobStore(engine).add(closing_job(id, VOICE, MONTH))
    return id


async def months(engine: AsyncEngine, tenant: TenantId) -> Sequence[ClosedMonth]:
    return await InvoiceStore(engine).of(tenant)


async def open_jobs(engine: AsyncEngine, tenant: TenantId) -> list[str]:
    """The keys of the closing jobs that are not done, the earliest first."""
    query = "SELECT key FROM jobs WHERE tenant = :tenant AND kind = 'close_month' AND done_at IS NULL ORDER BY key"
    async with tenant_session(engine, tenant) as connection:
        return list((await connection.execute(text(query), {"tenant": tenant})).scalars())


async def test_the_invoice_of_a_month_is_that_of_the_tariff(engine: AsyncEngine, settings: StoreSettings) -> None:
    tenant = await bought(engine, "plain", CSM_F03=7, CSM_F13=7)
    more = Order(datetime(2025, 11, 5, tzinfo=UTC), Do.CHANGE, {"CSM-F03": 9, "CSM-F13": 9})
    assert await OrderStore(engine).append(tenant, VOICE, more, over=0)
    await work_off(JobStore(engine), kinds(engine, settings))
    (closed,) = [one for one in await months(engine, tenant) if one.month == "2025-11"]
    assert (closed.state, closed.total, closed.tariff) == ("issued", 76956, "connect-smacom@2025-04-01")
    assert [(line.row, line.quantity, line.amount) for line in closed.lines] == [
        ("CSM-M3", "7", 55860),
        ("CSM-M5", "7", 14000),
        ("CSM-H3", "1", 100),
    ]
    assert closed.issuer.registration == "T1234567890123"
    assert closed.recipient == "株式会社あおい"


async def test_months_follow_each_other_until_one_is_not_over(engine: AsyncEngine, settings: StoreSettings) -> None:
    tenant = await bought(engine, "following", ends=None, CSM_F03=7)
    now = datetime.now(UTC)
    await work_off(JobStore(engine), kinds(engine, settings))
    closed = [one.month for one in await months(engine, tenant)]
    assert closed[-1] == "2025-11"
    assert closed == sorted(set(closed), reverse=True)
    whole = (now.year - MONTH.year) * 12 + now.month - MONTH.number
    assert abs(len(closed) - whole) <= 1
    assert len(await open_jobs(engine, tenant)) == 1


async def test_closing_twice_changes_nothing(engine: AsyncEngine, settings: StoreSettings) -> None:
    tenant = await bought(engine, "twice", CSM_F03=7)
    await work_off(JobStore(engine), kinds(engine, settings))
    before = await months(engine, tenant)
    late = Order(datetime(2025, 11, 5, tzinfo=UTC), Do.CHANGE, {"CSM-F03": 9})
    assert await OrderStore(engine).append(tenant, VOICE, late, over=0)
    await again(engine, tenant)
    await work_off(JobStore(engine), kinds(engine, settings))
    assert await months(engine, tenant) == before


async def again(engine: AsyncEngine, tenant: TenantId) -> None:
    """Every job that was done, and every claim of a worker that is dead, is due once more."""
    query = "UPDATE jobs SET claimed_until = NULL, done_at = NULL WHERE tenant = :tenant AND kind = 'close_month'"
    async with tenant_session(engine, tenant) as connection:
        await connection.execute(text(query), {"tenant": tenant})


@pytest.mark.parametrize(
    "words", ["UPDATE invoices SET number = 'x'", "DELETE FROM invoices", "DELETE FROM contract_orders"]
)
async def test_not_even_the_platform_may_change_what_was_closed_or_ordered(engine: AsyncEngine, words: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        async with tenant_session(engine, TenantId("plain")) as connection:
            await connection.execute(text(words))


async def test_calls_are_rated_by_the_other_party_s_line(engine: AsyncEngine, settings: StoreSettings) -> None:
    tenant = await bought(engine, "calls", "connect-miitel", MT_F01=16, MT_F04=1)
    personal = PersonalStore(engine, Sealer.from_file(settings.personal_key_file))
    await personal.put_many(tenant, [PersonalText(PersonalId("p1"), "+819012345678")])
    at = datetime(2025, 11, 10, 3, tzinfo=UTC)
    talked = CallRecordRow(
        tenant, CallId("call_1"), "inbound", "+81120123456", PersonalId("p1"), at, None, at, after(at, 130.0),
        "completed", None, (), 0.0, 130.0, "[]", None, 1,
    )  # fmt: skip
    await RecordStore(engine).upsert_records(tenant, [talked, replace(talked, call=CallId("call_2"), answered_at=None)])
    await work_off(JobStore(engine), kinds(engine, settings))
    (closed,) = [one for one in await months(engine, tenant) if one.month == "2025-11"]
    (line,) = [line for line in closed.lines if line.row == "MT-C7"]
    assert (line.quantity, line.unit_price, line.amount) == ("3", Decimal("20.0"), 60)


async def test_a_call_that_was_given_to_somebody_outside_is_charged_for_its_way_out_in_the_month_of_the_answer(
    engine: AsyncEngine, settings: StoreSettings
) -> None:
    tenant = await bought(engine, "away", "connect-miitel", MT_F01=16, MT_F03=1)
    play = Play(datetime(2025, 10, 31, 14, 59, tzinfo=UTC), tenant)
    for answers in (True, False):
        call = play.arrive()
        play.answer(call, later=1.0)
        out = play.give_away(call, "+815012345678", LineKind.MOBILE, later=50.0)
        if answers:
            play.give(inputs.LegAnswered(out), later=20.0)
        play.hang_up(call, later=130.0)
    records = [call_record(play.of(CallId(f"call_{n}"))) for n in (1, 2)]
    await RecordStore(engine).upsert_records(tenant, [record_row(one) for one in records if one is not None])
    await work_off(JobStore(engine), kinds(engine, settings))
    (closed,) = [one for one in await months(engine, tenant) if one.month == "2025-11"]
    (line,) = [line for line in closed.lines if line.row == "MT-C3"]
    assert (line.quantity, line.unit_price, line.amount) == ("3", Decimal("16.9"), 50)


async def test_who_called_toll_free_and_was_held_and_given_to_somebody_outside_is_paid_for_until_he_is_gone(
    engine: AsyncEngine, settings: StoreSettings
) -> None:
    tenant = await bought(engine, "given", "connect-miitel", MT_F01=16, MT_F04=1)
    play = Play(datetime(2025, 11, 10, 3, tzinfo=UTC), tenant)
    call = play.arrive()
    play.answer(call, later=30.0)
    (own,) = (one for one in play.floor.calls[call].legs if play.floor.legs[one].party is Party.AGENT)
    play.give(inputs.LegHeld(own), later=10.0)
    play.give(inputs.LegUnheld(own), later=30.0)
    out = play.give_away(call, "+815012345678", LineKind.MOBILE, later=10.0)
    play.give(inputs.LegAnswered(out), later=20.0)
    play.hang_up(call, later=60.0)
    record = call_record(play.of(call))
    assert record is not None
    # Of 130 seconds since the answer he talked with an agent for 20: all of them are paid for.
    assert record.talk_seconds < 130.0
    row = replace(record_row(record, LineKind.MOBILE), number="+81120123456")
    await RecordStore(engine).upsert_records(tenant, [row])
    await work_off(JobStore(engine), kinds(engine, settings))
    (closed,) = [one for one in await months(engine, tenant) if one.month == "2025-11"]
    (line,) = [line for line in closed.lines if line.row == "MT-C7"]
    assert (line.quantity, line.unit_price, line.amount) == ("3", Decimal("20.0"), 60)


async def test_fd_01_the_contractor_pays_for_freedial_calls_at_the_rate_that_was_entered(
    engine: AsyncEngine, settings: StoreSettings
) -> None:
    tenant = TenantId("freedial")
    await TenantStore(engine).put(Tenant(tenant, "株式会社あおい"))
    said = Particulars(prices={row: ((None, Decimal(3000)),) for row in ("FD-01", "FD-02")})
    items = (Item("FD-01"), Item("FD-02"))
    await ContractStore(engine).put(
        Contract(
            VOICE, tenant, "freedial-navidial", BEGAN, items, ENDS, Scope.NUMBER, "+81120123456", particulars=said
        ),
        SEED,
    )
    await enter(engine, tenant, RateEntered(date(2025, 11, 1), "freedial", "mobile", Decimal("12.5"), 60))
    at = datetime(2025, 11, 10, 3, tzinfo=UTC)
    talked = CallRecordRow(
        tenant, CallId("call_1"), "inbound", "+81120123456", PersonalId("gone"), at, None, at, after(at, 130.0),
        "completed", None, (), 0.0, 130.0, "[]", None, 1, "mobile",
    )  # fmt: skip
    await RecordStore(engine).upsert_records(tenant, [talked])
    # Folded again after its number was erased, the call keeps the kind of line that it had.
    await RecordStore(engine).upsert_records(tenant, [replace(talked, line_kind=None, last_seq=2)])
    await work_off(JobStore(engine), kinds(engine, settings))
    (closed,) = [one for one in await months(engine, tenant) if one.month == "2025-11"]
    fee, call = (line for line in closed.lines if line.row == "FD-01")
    assert (fee.row, fee.amount, fee.entries) == ("FD-01", 3000, ())
    assert (call.row, call.amount, call.quantity, call.arithmetic, call.entries) == ("FD-01", 37, "1", "37.5", (1,))


async def test_killed_before_any_word_to_the_database_each_month_is_closed_once_and_the_same(
    engine: AsyncEngine, settings: StoreSettings
) -> None:
    tenants = [await bought(engine, f"dying-{n}", ends=ENDS, CSM_F03=7, CSM_F13=7) for n in range(MANY)]
    for tenant in tenants:
        await enter(engine, tenant, OUTAGE, CHARGE)
    env = {"DENWABAN_VAR": str(settings.var), "DENWABAN_DATABASE_URL": settings.database_url}
    command = [sys.executable, "-m", "tests.integration.worker.dying", str(DEATHS)]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(int(signal.SIGKILL))] * DEATHS, "every worker died, each at another word"
    for tenant in tenants:
        await again(engine, tenant)
    await work_off(JobStore(engine), kinds(engine, settings))
    found = [await months(engine, tenant) for tenant in tenants]
    assert [[one.month for one in closed] for closed in found] == [["2025-12", "2025-11"]] * MANY
    (same,) = {replace(one, tenant="", number="") for _, one in found}
    assert (same.state, same.total, same.seen) == ("issued", 76956 - 5123 + 1100, 2)
    assert [(line.row, line.amount, line.entries) for line in same.lines if line.entries] == [
        ("CHARGE", 1000, (2,)),
        ("CSM-M3", -3724, (1,)),
        ("CSM-M5", -933, (1,)),
    ]


async def enter(engine: AsyncEngine, tenant: TenantId, *entered: What) -> None:
    """What whoever runs the platform enters about the contract."""
    store, job = EntryStore(engine), closing_job(tenant, VOICE, MONTH)
    for what in entered:
        over = len(await store.of(tenant, VOICE))
        assert await store.append(tenant, VOICE, what, SEED, over, None, job)


async def test_what_comes_after_its_month_was_closed_is_on_the_next_document_once(
    engine: AsyncEngine, settings: StoreSettings
) -> None:
    tenant = await bought(engine, "late", ends=datetime(2026, 1, 31, tzinfo=UTC), CSM_F03=7, CSM_F13=7)
    at_work = kinds(engine, settings)
    (job,) = await JobStore(engine).claim([CLOSE_MONTH], 1, 60.0)
    await at_work[CLOSE_MONTH](job)
    await enter(engine, tenant, OUTAGE, PaymentEntered(date(2026, 1, 31), Decimal(76956)))
    await work_off(JobStore(engine), at_work)
    january, december, november = sorted(await months(engine, tenant), key=lambda one: one.month, reverse=True)[-3:]
    assert [line for line in november.lines if line.entries] == []
    assert [(line.row, line.month) for line in december.lines if line.entries] == [
        ("CSM-M3", "2025-11"),
        ("CSM-M5", "2025-11"),
    ]
    assert [(line.row, line.entries) for line in january.lines if line.entries] == [("LATE-INTEREST", (2,))]


async def test_a_month_that_cannot_be_priced_waits_for_its_price_and_tells_so(
    engine: AsyncEngine, settings: StoreSettings
) -> None:
    tenant = await bought(engine, "waits", CSM_F03=7, CSM_F13=7, CSM_F31=1)
    await work_off(JobStore(engine), kinds(engine, settings))
    assert await months(engine, tenant) == ()
    waiting = await JobStore(engine).waiting(tenant, CLOSE_MONTH)
    assert [(one.key, one.trouble) for one in waiting if one.trouble] == [("voice:2025-11", "unpriced: CSM-F31")]
    words = Words("構築", "Building")
    await enter(engine, tenant, ChargeEntered(date(2025, 9, 12), Decimal(50000), words, "CSM-F31"))
    await work_off(JobStore(engine), kinds(engine, settings))
    assert [one.state for one in await months(engine, tenant) if one.month == "2025-11"] == ["issued"]


async def test_an_entry_that_comes_while_a_month_is_closed_is_not_lost(engine: AsyncEngine) -> None:
    tenant = await bought(engine, "meanwhile", CSM_F03=7)
    closed = ClosedMonth(tenant, VOICE, "2025-11", "x", "none", "n", date(2025, 12, 1), Issuer("", ""), "", (),
        Decimal(0), (), Decimal(0))  # fmt: skip
    await enter(engine, tenant, CHARGE)
    assert not await InvoiceStore(engine).close(closed)
    assert await months(engine, tenant) == ()
    assert await InvoiceStore(engine).close(replace(closed, seen=1))


async def test_rules_with_an_ivr_beyond_the_contract_are_billed(engine: AsyncEngine, settings: StoreSettings) -> None:
    tenant = await bought(engine, "menus", "connect-miitel", MT_F01=11, MT_F03=1, MT_F11=1)
    counts, contracted = CountStore(engine), Count(1, "PL-CC", VOICE)
    for key, day, used in (("one", 3, 1), ("three", 10, 3), ("two", 20, 2)):
        assert await counts.add(tenant, key, datetime(2025, 11, day, tzinfo=UTC), IVR, used, contracted)
    await work_off(JobStore(engine), kinds(engine, settings))
    (closed,) = [one for one in await months(engine, tenant) if one.month == "2025-11"]
    lines = {line.row: line.amount for line in closed.lines}
    assert (lines["MT-O10"], lines["MT-O11"]) == (19_000, 50_000)
