"""Answers one case: reads it, asks rules and money, writes what they say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from tariff.counting.month import day_of
from tariff.counting.records import Made
from tariff.holding.history import History
from tariff.money import calls, debts, invoicing, outages, surcharge
from tariff.money.bills import Invoice, InvoiceState
from tariff.money.invoicing import Measured
from tariff.orders import deciding, timeline
from tariff.quote import writing
from tariff.quote.case import Case
from tariff.quote.fitting import Fitting, Misfit
from tariff.quote.reading import read
from tariff.quote.writing import Document, Sentence
from tariff.rights import keeping
from tariff.rights.standing import standing
from tariff.written.catalogue import Catalogue


class Door:
    """The tariffs as anybody may ask them; nothing is kept from one case to the next."""

    def __init__(self, catalogue: Catalogue, schema: Mapping[str, Any], sentence: Sentence) -> None:
        self._catalogue = catalogue
        self._fitting = Fitting(schema)
        self._sentence = sentence

    def answer(self, given: Any) -> Document:
        """The result of one case; `error` alone when it does not fit."""
        flaw = self._fitting.misfit(given)
        case = flaw if flaw is not None else read(self._catalogue, given)
        named = {"id": given["id"]} if isinstance(given, Mapping) and isinstance(given.get("id"), str) else {}
        if isinstance(case, Misfit):
            return {**named, "error": {"path": case.path, "message": case.message}}
        decisions, history = self._decide(case)
        return {**named, "decisions": decisions, **dict(self._sections(case, history))}

    def _decide(self, case: Case) -> tuple[list[Document], History | None]:
        """What became of the start and of each order, and the contract after them; a refused start stands alone."""
        decision, history = deciding.start(self._catalogue, case.head, case.start)
        table = self._catalogue.table(case.head.tariff, case.head.start)
        made = [writing.decision(decision, table, self._sentence)]
        for order in case.orders if history is not None else ():
            assert history is not None, "no order takes a contract away"
            table = history.steps[-1].holding.table
            decision, history = deciding.decide(self._catalogue, history, order)
            made.append(writing.decision(decision, table, self._sentence))
        return made, history

    def _sections(self, case: Case, history: History | None) -> Iterator[tuple[str, Any]]:
        """What is asked besides the decisions, or follows from what is given."""
        if history is not None:
            history = timeline.settle(self._catalogue, history, _last(case))
        if case.ask.entitlements:
            yield (
                "entitlements",
                [
                    writing.standing(one.text, standing(self._catalogue, history, one.at))
                    for one in case.ask.entitlements
                ],
            )
        if case.ask.invoices:
            yield "invoices", [writing.invoice(one) for one in self._invoices(case, history)]
        if history is None:
            return
        if case.ask.calls:
            yield "calls", [writing.call(calls.rate(self._catalogue, history, call)) for call in case.calls]
        if case.outages is not None:
            yield (
                "outages",
                [writing.outage(outages.credit(self._catalogue, history, outage)) for outage in case.outages],
            )
        if case.recordings is not None:
            yield "recordings", [self._kept(history, made) for made in case.recordings]
        yield from self._money(case, history)

    def _invoices(self, case: Case, history: History | None) -> tuple[Invoice, ...]:
        if history is None:
            return tuple(Invoice(month, InvoiceState.NONE) for month in case.ask.invoices)
        measured = Measured(case.calls, case.charges, case.outages or ())
        return invoicing.invoices(self._catalogue, history, case.ask.invoices, measured)

    def _kept(self, history: History, made: Made) -> Document:
        """Nothing keeps what was made without a right to it: it may be gone the same day."""
        kept = keeping.gone_from(self._catalogue, history, made)
        return {"gone_from": day_of(made.made).isoformat()} if kept is None else writing.kept(kept)

    def _money(self, case: Case, history: History) -> Iterator[tuple[str, Any]]:
        """Late interest, debts, deposit and surcharges."""
        settled = debts.settle(history, case.debts, case.payments or (), case.ask.on)
        if case.payments is not None:
            yield "interest", [writing.interest(part) for part in settled.interest]
        if case.ask.on is not None:
            yield "debts", [writing.debt(left) for left in settled.debts]
        if settled.deposit is not None and case.ask.on is not None:
            yield "deposit", writing.deposit(settled.deposit)
        if case.evaded is not None:
            table = history.steps[-1].holding.table
            yield "surcharges", [writing.surcharge(surcharge.of(table, yen)) for yen in case.evaded]


def _last(case: Case) -> datetime:
    """The last moment that the case asks about."""
    asked = [
        case.head.start,
        *(one.at for one in case.ask.entitlements),
        *(month.plus(1).begins for month in case.ask.invoices),
        *(call.at for call in case.calls),
        *(outage.restored for outage in case.outages or ()),
        *(made.made for made in case.recordings or ()),
    ]
    return max(asked)
