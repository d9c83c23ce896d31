"""Makes the ledgers of a month out of facts, call records and recordings."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from api.schemas import ledger as shapes
from api.services import Services
from kernel.ids import TenantId
from kernel.moment import TOKYO
from kernel.refusal import Refused
from reports import place_months, seat_months
from reports.highest import Day
from reports.rated_calls import calls
from reports.seat_ledger import SEAT_FACTS, ledger
from store.talks import talks
from store.tariffs import packaged
from tariff import account, agreement, timeline
from tariff.calls import Rater
from tariff.month import Month


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
        rater = Rater(account.of(packaged(), timeline.settle(packaged(), history, month.plus(1).begins)))
        for talk, call in calls(one.contract, had):
            cost = rater.rate(call)
            if cost.callable:
                found.append(
                    shapes.RatedCall(
                        contract=one.contract.id,
                        call=talk.call,
                        at=call.at,
                        direction=call.direction,
                        number=call.number,
                        other=call.other,
                        seconds=call.seconds,
                        row=cost.row,
                        units=cost.units,
                        charge=cost.charge,
                    )
                )
    return shapes.CallLedger(month=str(month), classes=_classes(found), calls=found)


async def storage(services: Services, tenant: TenantId, month: Month) -> shapes.StorageLedger:
    """Hours of recordings that were kept at the end of the month, or now."""
    at = min(month.plus(1).begins, services.clock())
    seconds = await services.records.stored_seconds(tenant, at)
    hours = (Decimal(str(round(seconds, 3))) / 3600).quantize(Decimal("0.001"))
    return shapes.StorageLedger(month=str(month), at=at, hours=hours)


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
