"""Bills of contracts whose orders were decided, and whose tables were taken over by later ones."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tariff.counting.records import Debt
from tariff.holding.history import Accepted, Do
from tariff.money import debts
from tariff.money.bills import DepositLeft, Invoice, InvoiceState
from tariff.orders import timeline
from tests.unit.tariff.histories import amounts, invoices, line
from tests.unit.tariff.orders import Bought, moment
from tests.unit.tariff.tables import CATALOGUE


def billed(contract: Bought, *months: str) -> list[Invoice]:
    settled = timeline.settle(CATALOGUE, contract.alive, moment("2026-01-01"))
    return invoices(settled, months)


def test_supplementary_provision_2_withdrawn_functions_stay_on_the_invoice_at_the_old_price() -> None:
    contract = Bought("freedial-navidial", "2022-10-05", {"ND-07": 1, "FD-11": 2, "FD-12": 3})
    contract.change("2023-01-10", {"FD-12": 4})
    contract.change("2023-02-01", {"FD-11": 0})
    november, december, january, february = billed(contract, "2022-11", "2022-12", "2023-01", "2023-02")
    assert [one.grandfathered for one in november.lines] == [False, False, False]
    for found in (december, january):
        assert (line(found, "FD-P-NUISANCE").amount, line(found, "FD-P-NUISANCE").grandfathered) == (2000, True)
        assert (line(found, "FD-P-AGENT").amount, line(found, "FD-P-AGENT").grandfathered) == (3000, True)
        assert not line(found, "ND-P-WAIT").grandfathered
    assert "FD-P-NUISANCE" not in amounts(february)


def test_supplementary_provision_2_category_2_goes_on_as_plan_1_at_unchanged_prices() -> None:
    contract = Bought("arcstar-contact-center", "2021-02-01", {"ACC-F01": 401, "ACC-F05": 10}, type="ACC-T2-OLD")
    march, april, may = billed(contract, "2021-03", "2021-04", "2021-05")
    assert amounts(march) == amounts(april) == amounts(may) == {"ACC-P-SEAT": 401 * 16000, "ACC-P-REC-STD": 35000}


def test_r24_a_refused_change_costs_no_work() -> None:
    contract = Bought("arcstar-contact-center", "2022-04-01", {"ACC-F01": 220, "ACC-F15": 220}, type="ACC-T3")
    assert not isinstance(contract.change("2022-06-10", {"ACC-F15": 210}), Accepted)
    (june,) = billed(contract, "2022-06")
    assert not [row for row in amounts(june) if row.startswith("ACC-W")]


def test_r24_seats_that_take_wfm_along_are_one_work_whether_it_is_named_or_not() -> None:
    for named in ({}, {"ACC-F15": 260}):
        contract = Bought("arcstar-contact-center", "2022-04-01", {"ACC-F01": 220, "ACC-F15": 220}, type="ACC-T3")
        contract.change("2022-06-10", {"ACC-F01": 260, **named})
        (june,) = billed(contract, "2022-06")
        assert {row: yen for row, yen in amounts(june).items() if row.startswith("ACC-W")} == {"ACC-W-SEATS": 7000}


@pytest.mark.parametrize("do", [Do.SUSPEND, Do.INTERRUPT])
def test_art_22_2_1_fees_go_on_while_it_is_suspended_or_interrupted(do: Do) -> None:
    contract = Bought("connect-smacom", "2025-09-12", {"CSM-F03": 2})
    said = {"reason": "unpaid", "notice": "2025-09-20"} if do is Do.SUSPEND else {}
    contract.order(do, "2025-10-05", **said)
    assert amounts(billed(contract, "2025-11")[0])["CSM-M3"] == 2 * 7980


@pytest.mark.parametrize(
    ("at", "october", "november"), [("2025-11-01", "issued", "none"), ("2025-11-02", "issued", "issued")]
)
def test_art_10_with_the_voice_contract_the_duty_ends_by_the_same_rule(at: str, october: str, november: str) -> None:
    contract = Bought("connect-smacom", "2025-09-12", {"CSM-F03": 2})
    contract.order(Do.HOST_ENDED, at)
    assert [one.state for one in billed(contract, "2025-10", "2025-11", "2025-12")] == [october, november, "none"]


def test_art_24_deposits_are_those_that_were_accepted() -> None:
    contract = Bought("connect-smacom", "2025-09-12", {"CSM-F03": 2})
    contract.order(Do.DEPOSIT, "2025-09-20", yen=10000)
    contract.order(Do.DEPOSIT, "2025-10-20", yen=5000)
    owed = [Debt(Decimal(20000), date(2025, 9, 30))]
    assert debts.settle(contract.alive, owed, (), date(2025, 10, 19)).deposit == DepositLeft(Decimal(10000), Decimal(0))
    assert debts.settle(contract.alive, owed, (), date(2025, 10, 20)).deposit == DepositLeft(Decimal(15000), Decimal(0))


def test_t2_1_fees_are_bought_one_by_one() -> None:
    contract = Bought("connect-smacom", "2025-09-12", {"CSM-F03": 2})
    assert isinstance(contract.order(Do.ONCE, "2025-10-05", {"CSM-H1": 2}), Accepted)
    assert amounts(billed(contract, "2025-10")[0])["CSM-H1"] == 400


def test_a_contract_that_ended_costs_nothing_more() -> None:
    contract = Bought("connect-miitel", "2025-07-10", {"MT-F01": 11, "MT-F03": 1, "MT-F12-1Y": 1800})
    contract.order(Do.CANCEL, "2025-09-15")
    states = [one.state for one in billed(contract, "2025-09", "2025-10", "2026-07")]
    assert states == [InvoiceState.ISSUED, InvoiceState.NONE, InvoiceState.NONE]
