"""Makes the ledgers of a month out of facts, call records and recordings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from api.schemas import ledger as shapes
from api.services import Services
from kernel.ids import TenantId
from kernel.moment import TOKYO
from kernel.refusal import Refused
from reports import place_months, seat_months, storage_days
from reports.highest import Day
from reports.rated_calls import Talk, calls
from reports.seat_ledger import SEAT_FACTS, ledger
from store.talks import talks
from store.tariffs import packaged
from tariff.counting.month import Month
from tariff.holding.history import History
from tariff.money import account, entered
from tariff.money.calls import Rater
from tariff.money.entered import Entry
from tariff.orders import timeline
from tariff.rights import agreement
from tariff.rights.agreement import Agreement
from tariff.rights.entitlement import IVR

NOTHING_KEPT: Final = Decimal("0.000")


async def seats(services: Services, tenant: TenantId, month: Month) -> shapes.SeatLedger:
    """Who had a seat from when to when, and how many were in use at most; days are those of Japan."""
    since, until = month.begins, month.plus(1).begins
    lines = ledger(await services.facts.of_kinds(tenant, SEAT_FACTS, until))
    days = seat_months.days(lines, since, until, TOKYO)
    return shapes.SeatLedger(
        month=str(month),
        highest=_highest(days),
        days=[shapes.Day.model_validate(day) for day in days],
        uses=[shapes.SeatUse.model_validate(use) for use in seat_months.uses(lines, since, until)],
    )


async def places(services: Services, tenant: TenantId, month: Month) -> shapes.PlaceLedger:
    """Which call had a waiting place from when to when, and how many were taken at most."""
    since, until = month.begins, month.plus(1).begins
    facts = await services.facts.of_kinds(tenant, place_months.PLACE_FACTS, until)
    days = place_months.days(facts, since, until, TOKYO)
    return shapes.PlaceLedger(
        month=str(month),
        highest=_highest(days),
        days=[shapes.Day.model_validate(day) for day in days],
        uses=[shapes.PlaceUse.model_validate(use) for use in place_months.uses(facts, since, until)],
    )


async def rated(services: Services, tenant: TenantId, month: Month) -> shapes.CallLedger:
    """Every call of the month as each contract's tariff rates it; a call that no tariff knows is not there."""
    had = await talks(services.records, services.personal, tenant, month.begins, month.plus(1).begins)
    found: list[shapes.RatedCall] = []
    for one in await services.contracts.agreements(tenant):
        history = agreement.history(packaged(), one)
        if isinstance(history, Refused):
            continue
        entries = await services.entries.of(tenant, one.contract.id)
        found += _rated(one, timeline.settle(packaged(), history, month.plus(1).begins), entries, had)
    return shapes.CallLedger(month=str(month), classes=_classes(found), calls=found)


def _rated(
    one: Agreement, history: History, entries: Sequence[Entry], had: Sequence[Talk]
) -> Iterator[shapes.RatedCall]:
    rater, rates = Rater(account.of(packaged(), history)), entered.rates(entries)
    for talk, bare in calls(one.contract, history.steps[-1].holding.table, had):
        call = entered.priced(bare, rates)
        cost = rater.rate(call)
        if cost.callable:
            yield shapes.RatedCall(
                contract=one.contract.id,
                call=talk.call,
                leg=talk.leg,
                at=call.at,
                direction=call.direction,
                number=call.number,
                other=call.other,
                assumed=talk.assumed,
                seconds=call.seconds,
                row=cost.row or rater.moved_by(call),
                units=cost.units,
                charge=cost.charge,
                caller=cost.caller,
                contractor=cost.contractor,
                entry=call.entry or None,
            )


async def storage(services: Services, tenant: TenantId, month: Month) -> shapes.StorageLedger:
    """Hours of recordings that were kept at the end of each day of the month so far."""
    at = min(month.plus(1).begins, services.clock())
    stored = await services.records.stored(tenant, month.begins, at)
    found = list(storage_days.days(stored, month.begins, at, TOKYO))
    return shapes.StorageLedger(
        month=str(month),
        at=at,
        hours=found[-1].hours if found else NOTHING_KEPT,
        highest=max((day.hours for day in found), default=NOTHING_KEPT),
        days=[shapes.StorageDay.model_validate(day) for day in found],
    )


async def ivr(services: Services, tenant: TenantId, month: Month) -> shapes.IvrLedger:
    """How many rules with an IVR there were from when on: what held when the month began, and each change in it."""
    counts = await services.counts.within(tenant, IVR, month.begins, month.plus(1).begins)
    return shapes.IvrLedger(
        month=str(month),
        highest=max((count.used for count in counts), default=0),
        uses=[shapes.IvrUse.model_validate(count) for count in counts],
    )


def _highest(days: Iterable[Day]) -> dict[str, int]:
    found: dict[str, int] = {}
    for day in days:
        found[day.name] = max(day.highest, found.get(day.name, 0))
    return found


def _classes(found: Iterable[shapes.RatedCall]) -> list[shapes.RateClass]:
    sums: dict[tuple[str, str], tuple[int, int, Decimal]] = {}
    for call in found:
        count, units, charge = sums.get((call.contract, call.row), (0, 0, Decimal(0)))
        sums[call.contract, call.row] = (count + 1, units + (call.units or 0), charge + (call.charge or Decimal(0)))
    return [
        shapes.RateClass(contract=contract, row=row, calls=count, units=units, charge=charge)
        for (contract, row), (count, units, charge) in sorted(sums.items())
    ]
