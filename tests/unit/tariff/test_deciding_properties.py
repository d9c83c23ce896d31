"""What holds for every order: it is atomic, a dry run is the deed, and only orders change what is given."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as some

from kernel.refusal import Refused
from tariff.holding.history import Do, Head, History, Holding, Order
from tariff.orders import deciding, timeline
from tariff.rights.standing import standing
from tariff.written.rows import HAD, RowKind
from tests.unit.tariff.orders import moment
from tests.unit.tariff.tables import CATALOGUE

STARTS = {
    "arcstar-contact-center": ("2020-06-01", {"ACC-F01": 220, "ACC-F15": 220, "ACC-F05": 20}, "ACC-T2-OLD"),
    "connect-smacom": ("2025-06-01", {"CSM-F02": 5, "CSM-F12": 5}, ""),
    "connect-miitel": ("2025-06-01", {"MT-F01": 5, "MT-F03": 1, "MT-F06": 3}, ""),
    "freedial-navidial": ("2022-06-01", {"FD-01": 1, "FD-11": 1, "FD-12": 2}, ""),
    "amics-line-hikari-denwa": ("2025-06-01", {"AML-F03": 1, "AML-F10": 1}, ""),
}


def begun(tariff: str) -> History:
    start, rows, type_ = STARTS[tariff]
    at = moment(start)
    decision, history = deciding.start(CATALOGUE, Head(tariff, at), Order(at, Do.START, rows, type=type_))
    assert history is not None, decision
    return history


def wanted(tariff: str) -> some.SearchStrategy[list[Order]]:
    begins = moment(STARTS[tariff][0])
    rows = {row.id: row for table in CATALOGUE.tables[tariff] for row in table.rows if row.kind in HAD}
    quantities = {
        id: some.sampled_from([0, *row.steps]) if row.kind is RowKind.TIER else some.integers(0, 400)
        for id, row in rows.items()
    }
    asked = some.dictionaries(some.sampled_from(sorted(quantities)), some.integers(0, 999), max_size=3).flatmap(
        lambda named: some.fixed_dictionaries({id: quantities[id] for id in named})
    )
    said = some.sampled_from(["unpaid", "breach"])
    return some.lists(
        some.builds(
            lambda days, hours, do, rows, reason: Order(
                begins + timedelta(days=days, hours=hours), do, rows, reason=reason, notice=begins.date()
            ),
            some.one_of(some.integers(-5, 300), some.integers(0, 3)),
            some.sampled_from([0, 0, 10, 15]),
            some.sampled_from([Do.CHANGE, Do.CHANGE, Do.CHANGE, *Do]),
            asked,
            said,
        ),
        max_size=6,
    )


def all_orders() -> some.SearchStrategy[tuple[str, list[Order]]]:
    return some.sampled_from(sorted(STARTS)).flatmap(lambda tariff: some.tuples(some.just(tariff), wanted(tariff)))


@settings(max_examples=60, deadline=None)
@given(all_orders())
def test_a_refused_order_changes_nothing_and_a_dry_run_is_the_deed(case: tuple[str, list[Order]]) -> None:
    tariff, orders = case
    history = begun(tariff)
    for order in orders:
        tried, after_trial = deciding.decide(CATALOGUE, history, order)
        decision, after = deciding.decide(CATALOGUE, history, order)
        assert (tried, after_trial) == (decision, after)
        if isinstance(decision, Refused):
            assert after == history
            assert decision.clause
        elif order.do is Do.CHANGE:
            holding = after.at(order.at)
            assert holding is not None
            for row, quantity in order.rows.items():
                assert holding.quantities.get(row, 0) in (quantity, str(quantity)) or _comes_or_is_raised(holding, row)
        history = after


def _comes_or_is_raised(holding: Holding, row: str) -> bool:
    known = holding.table.row(row)
    return known is None or known.raised or bool(known.included_in) or row not in holding.quantities


@settings(max_examples=60, deadline=None)
@given(all_orders())
def test_what_is_given_changes_only_at_a_step(case: tuple[str, list[Order]]) -> None:
    tariff, orders = case
    history = begun(tariff)
    for order in orders:
        _, history = deciding.decide(CATALOGUE, history, order)
    end = moment(STARTS[tariff][0]) + timedelta(days=900)
    moments = sorted({step.at for step in timeline.settle(CATALOGUE, history, end).steps})
    for first, then in zip(moments, [*moments[1:], end], strict=True):
        middle = first + (then - first) / 2
        last = max(first, then - timedelta(microseconds=1))
        at_first = standing(CATALOGUE, history, first)
        for at in (middle, last):
            assert standing(CATALOGUE, history, at) == replace(at_first, at=at)


@settings(max_examples=60, deadline=None)
@given(all_orders())
def test_every_holding_on_the_way_keeps_the_rules(case: tuple[str, list[Order]]) -> None:
    tariff, orders = case
    history = begun(tariff)
    for order in orders:
        _, history = deciding.decide(CATALOGUE, history, order)
    for step in history.steps:
        assert all(quantity for quantity in step.holding.quantities.values())
        seats = step.holding.quantities.get("ACC-F01")
        for row in ("ACC-F07", "ACC-F09", "ACC-F15"):
            assert step.holding.quantities.get(row, seats) == seats
    assert [step.at for step in history.steps] == sorted(step.at for step in history.steps)
