"""Reads a case that fits the schema, and says what of it names nothing that there is."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from tariff.counting.month import Month
from tariff.counting.records import Call, Charge, Debt, Made, Outage, Payment
from tariff.holding.history import Do, Head, Order, Use
from tariff.quote.case import Ask, Case, Instant
from tariff.quote.fitting import Misfit, pointer
from tariff.quote.values import Given, day, facts, prices, quantities, settings, when, yen
from tariff.written.catalogue import Catalogue

_WORDS: Final = {True: "on", False: "off"}


def read(catalogue: Catalogue, given: Given) -> Case | Misfit:
    """The case, or where it names a tariff, version or reading that there is not, or times that cannot be."""
    flaw = next(_flaws(catalogue, given), None)
    return flaw if flaw is not None else _case(given)


def _flaws(catalogue: Catalogue, given: Given) -> Iterator[Misfit]:
    tariff = given["tariff"]
    if tariff not in catalogue.tables:
        yield Misfit("/tariff", f"there is no such tariff: {tariff!r}")
        return
    if "version" in given and not catalogue.knows(_named(given)):
        yield Misfit("/version", f"there is no such version of {tariff}: {given['version']!r}")
    for name, value in given.get("readings", {}).items():
        values = _values(catalogue, tariff, name)
        if not values:
            yield Misfit(pointer(("readings", name)), f"there is no such reading: {name!r}")
        elif _word(value) not in values:
            yield Misfit(pointer(("readings", name)), f"{_word(value)!r} is none of {', '.join(values)}")
    for index, outage in enumerate(given.get("outages", ())):
        begun = min(when(outage[name]) for name in ("failed", "known") if name in outage)
        if when(outage["restored"]) < begun:
            yield Misfit(pointer(("outages", index, "restored")), "it was over before it began")
        if "failed" in outage and when(outage["failed"]) > when(outage["restored"]):
            yield Misfit(pointer(("outages", index, "failed")), "it failed after it was restored")


def _values(catalogue: Catalogue, tariff: str, name: str) -> tuple[str, ...]:
    """The values of a reading in the tariff's tables; one that only other tariffs ask is let in and changes nothing."""
    own = [table for table in catalogue.tables[tariff] for choice in table.terms.readings if choice.name == name]
    tables = own or [table for versions in catalogue.tables.values() for table in versions]
    found = (choice for table in tables for choice in table.terms.readings if choice.name == name)
    return tuple(dict.fromkeys(value for choice in found for value in choice.values))


def _named(given: Given) -> str:
    return f"{given['tariff']}@{given['version']}" if "version" in given else str(given["tariff"])


def _word(value: Any) -> str:
    return _WORDS[value] if isinstance(value, bool) else str(value)


def _case(given: Given) -> Case:
    contract = given["contract"]
    return Case(
        id=given.get("id"),
        head=_head(given, contract),
        start=_order({**contract, "at": contract["start"], "do": Do.START}),
        orders=tuple(_order(order) for order in given.get("orders", ())),
        ask=_ask(given.get("ask", {})),
        calls=tuple(_call(call) for call in given.get("calls", ())),
        charges=tuple(_charge(charge) for charge in given.get("charges", ())),
        debts=tuple(_debt(debt) for debt in given.get("debts", ())),
        outages=_list(given, "outages", _outage),
        recordings=_list(given, "recordings", _made),
        payments=_list(given, "payments", _payment),
        evaded=_list(given, "evaded", lambda one: yen(one["yen"])),
    )


def _list(given: Given, name: str, read_one: Any) -> Any:
    return tuple(read_one(one) for one in given[name]) if name in given else None


def _head(given: Given, contract: Given) -> Head:
    uses = (Use(when(use["at"]), use["row"], int(use["number"])) for use in given.get("in_use", ()))
    return Head(
        tariff=_named(given),
        start=when(contract["start"]),
        temporary=contract.get("use") == "temporary",
        payment=contract.get("payment", "account_transfer"),
        prices=prices(contract.get("prices", {})),
        readings={name: _word(value) for name, value in given.get("readings", {}).items()},
        uses=tuple(sorted(uses, key=lambda use: use.at)),
    )


def _order(given: Given) -> Order:
    return Order(
        at=when(given["at"]),
        do=Do(given["do"]),
        rows=quantities(given.get("rows", {})),
        settings=settings(given.get("settings", {})),
        facts=facts(given.get("facts", {})),
        ordered=day(given, "ordered"),
        type=given.get("type", ""),
        to=given.get("to", ""),
        reason=given.get("reason", ""),
        until=day(given, "until"),
        notice=day(given, "notice"),
        yen=yen(given["yen"]) if "yen" in given else None,
    )


def _ask(given: Given) -> Ask:
    return Ask(
        invoices=tuple(Month(*map(int, text.split("-"))) for text in given.get("invoices", ())),
        entitlements=tuple(Instant(text, when(text)) for text in given.get("entitlements_at", ())),
        calls=given.get("calls", False),
        on=day(given, "on"),
    )


def _call(given: Given) -> Call:
    return Call(
        at=when(given["at"]),
        direction=given["direction"],
        number=given["number"],
        other=given["other"],
        seconds=Decimal(given.get("seconds", 0)),
        ended=given.get("ended", "answered"),
        times=int(given.get("times", 1)),
        charge=yen(given["charge"]) if "charge" in given else None,
        reference=yen(given["reference"]) if "reference" in given else None,
        rerouted=given.get("rerouted", "no"),
    )


def _outage(given: Given) -> Outage:
    return Outage(
        known=when(given["known"]),
        restored=when(given["restored"]),
        cause=given["cause"],
        failed=when(given["failed"]) if "failed" in given else None,
        total=given.get("extent", "total") == "total",
    )


def _made(given: Given) -> Made:
    return Made(given["row"], when(given["made"]), given.get("site") == "dr")


def _charge(given: Given) -> Charge:
    charged = day(given, "at")
    assert charged is not None, "the schema requires it"
    return Charge(charged, yen(given["yen"]), given.get("row", ""), given.get("tax") == "inclusive")


def _debt(given: Given) -> Debt:
    due = day(given, "due")
    assert due is not None, "the schema requires it"
    return Debt(yen(given["yen"]), due, given.get("kind", "fees"))


def _payment(given: Given) -> Payment:
    came = day(given, "at")
    assert came is not None, "the schema requires it"
    return Payment(came, yen(given["yen"]))
