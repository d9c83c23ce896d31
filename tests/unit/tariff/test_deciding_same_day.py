"""A contract given up on a day on which something else was ordered before: the end comes last."""

from __future__ import annotations

import pytest

from kernel.refusal import Code
from tariff.holding.history import Do, History, Order, State
from tariff.orders import deciding
from tests.unit.tariff.orders import Bought, code, moment
from tests.unit.tariff.tables import CATALOGUE


def decided(history: History, order: Order) -> tuple[Code | None, History]:
    decision, after = deciding.decide(CATALOGUE, history, order)
    return code(decision), after


@pytest.mark.parametrize("do", [Do.INTERRUPT, Do.CHANGE])
def test_cancelled_on_the_day_of_an_earlier_order(do: Do) -> None:
    history = Bought("connect-smacom", "2025-09-12", {"CSM-F03": 1}).alive
    earlier, history = decided(history, Order(moment("2025-11-02T10:00"), do, {"CSM-F03": 2}))
    found, history = decided(history, Order(moment("2025-11-02"), Do.CANCEL))
    assert (earlier, found) == (None, None)
    assert [step.holding.state for step in history.steps][-1] is State.ENDED
    assert [step.at for step in history.steps[1:]] == [moment("2025-11-02T10:00"), moment("2025-11-03")]


def test_cancelled_before_an_order_of_a_later_day_is_refused() -> None:
    history = Bought("connect-smacom", "2025-09-12", {"CSM-F03": 1}).alive
    _, history = decided(history, Order(moment("2025-11-05"), Do.CHANGE, {"CSM-F03": 2}))
    found, after = decided(history, Order(moment("2025-11-02"), Do.CANCEL))
    assert found is Code.CONTRADICTORY
    assert after == history
