"""What becomes of a contract as a whole: suspended, interrupted, cancelled, transferred, moved, deposits, by clause."""

from __future__ import annotations

import pytest

from kernel.refusal import Code
from tariff.holding.history import Accepted, Do, State
from tests.unit.tariff.orders import Bought, code, no

YES = Accepted()


def smacom(**said: object) -> Bought:
    return Bought("connect-smacom", "2025-04-10", {"CSM-F02": 9, "CSM-F12": 9}, **said)  # type: ignore[arg-type]


def miitel() -> Bought:
    return Bought("connect-miitel", "2025-04-10", {"MT-F01": 16, "MT-F03": 1})


def amics() -> Bought:
    return Bought("amics-line-hikari-denwa", "2025-04-10", {"AML-F03": 1, "AML-F10": 1})


def arcstar() -> Bought:
    return Bought("arcstar-contact-center", "2025-04-10", {"ACC-F01": 220}, "ACC-T2")


@pytest.mark.parametrize(
    ("bought", "reason", "last", "clause"),
    [
        (smacom, "breach", "2025-10-31", "Art.17"),
        (miitel, "breach", "2025-07-31", "Art.13(2)"),
        (amics, "resale", "2025-10-31", "Art.26"),
    ],
)
def test_a_suspension_lasts_at_most_so_many_months_unless_unpaid(
    bought: type[Bought], reason: str, last: str, clause: str
) -> None:
    said = {"reason": reason, "notice": "2025-04-20"}
    day_more = "2025-11-01" if last == "2025-10-31" else "2025-08-01"
    beyond = bought().order(Do.SUSPEND, "2025-05-01", until=day_more, **said)  # type: ignore[call-arg]
    assert no(beyond) == ("date_outside", clause, "", day_more, last)
    endless = bought().order(Do.SUSPEND, "2025-05-01", **said)  # type: ignore[call-arg]
    assert no(endless)[:2] == ("date_outside", clause)
    contract = bought()  # type: ignore[call-arg]
    assert contract.order(Do.SUSPEND, "2025-05-01", until=last, **said) == YES
    unpaid = bought()  # type: ignore[call-arg]
    assert unpaid.order(Do.SUSPEND, "2025-05-01", reason="unpaid", notice="2025-04-20") == YES
    assert unpaid.at("2027-01-01").state is State.SUSPENDED


@pytest.mark.parametrize(("bought", "reason"), [(smacom, "inspection_refused"), (miitel, "resale"), (amics, "deposit")])
def test_a_suspension_only_for_the_reasons_of_the_tariff(bought: type[Bought], reason: str) -> None:
    refused = bought().order(Do.SUSPEND, "2025-05-01", until="2025-05-31", reason=reason, notice="2025-04-20")  # type: ignore[call-arg]
    assert code(refused) is Code.NOT_IN_TARIFF


@pytest.mark.parametrize("bought", [smacom, miitel])
@pytest.mark.parametrize("notice", [None, "2025-05-02"])
def test_a_suspension_is_told_beforehand(bought: type[Bought], notice: str | None) -> None:
    said = {"until": "2025-05-31", "reason": "breach", "notice": notice}
    assert code(bought().order(Do.SUSPEND, "2025-05-01", **said)) is Code.NEEDS  # type: ignore[call-arg]


def test_a_suspended_contract_gives_nothing_and_takes_no_change() -> None:
    centre = smacom()
    said = {"reason": "breach", "notice": "2025-04-20"}
    assert centre.order(Do.SUSPEND, "2025-05-01", until="2025-05-31", **said) == YES
    during = centre.at("2025-05-31T23:59")
    assert (during.state, during.rows) == (State.SUSPENDED, ())
    assert {given.row for given in during.held} >= {"CSM-F02", "CSM-F12"}
    assert no(centre.change("2025-05-10", {"CSM-F02": 10, "CSM-F12": 10}))[:2] == ("suspended", "Art.17")
    assert code(centre.order(Do.INTERRUPT, "2025-05-10")) is Code.SUSPENDED
    assert code(centre.order(Do.SUSPEND, "2025-05-10", until="2025-06-10", **said)) is Code.CONTRADICTORY
    assert centre.order(Do.ONCE, "2025-05-10", {"CSM-H2": 1}) == YES
    assert centre.at("2025-06-01").state is State.ACTIVE
    assert centre.limits("2025-06-01")["CSM-F02"] == 9
    assert centre.change("2025-06-01", {"CSM-F02": 10, "CSM-F12": 10}) == YES


def test_a_suspension_ends_when_it_is_resumed_and_not_before_it_began() -> None:
    centre = smacom()
    assert code(centre.order(Do.RESUME, "2025-04-20")) is Code.CONTRADICTORY
    assert centre.order(Do.SUSPEND, "2025-05-01", reason="unpaid", notice="2025-04-20") == YES
    assert centre.order(Do.RESUME, "2025-05-09T12:00") == YES
    assert centre.at("2025-05-09T11:59").state is State.SUSPENDED
    assert centre.at("2025-05-09T12:00").state is State.ACTIVE
    backwards = centre.order(Do.SUSPEND, "2025-06-10", until="2025-06-01", reason="breach", notice="2025-05-20")
    assert code(backwards) is Code.CONTRADICTORY


def test_art_18_an_interruption_on_request() -> None:
    centre = smacom()
    assert centre.order(Do.INTERRUPT, "2025-05-01") == YES
    assert (centre.at("2025-05-02").state, centre.at("2025-05-02").rows) == (State.INTERRUPTED, ())
    assert code(centre.order(Do.INTERRUPT, "2025-05-03")) is Code.CONTRADICTORY
    assert centre.order(Do.RESUME, "2025-05-20") == YES
    assert centre.at("2025-05-20").state is State.ACTIVE


@pytest.mark.parametrize(
    ("bought", "last", "over"),
    [(smacom, "2025-06-30T23:59", "2025-07-01"), (amics, "2025-06-29T23:59", "2025-06-30")],
)
def test_the_last_day_had_of_a_cancelled_contract(bought: type[Bought], last: str, over: str) -> None:
    contract = bought()  # type: ignore[call-arg]
    assert contract.order(Do.CANCEL, "2025-06-30") == YES
    assert contract.at(last).state is State.ACTIVE
    assert (contract.at(over).state, contract.at(over).rows) == (State.ENDED, ())
    assert code(contract.change("2025-07-02", {})) is Code.CONTRADICTORY
    assert code(contract.order(Do.CANCEL, "2025-08-31")) is Code.CONTRADICTORY


def test_art_35_1_started_and_given_up_on_one_day_is_one_day() -> None:
    contract = amics()
    assert contract.order(Do.CANCEL, "2025-04-10") == YES
    assert contract.at("2025-04-10T23:59").state is State.ACTIVE
    assert contract.at("2025-04-11").state is State.ENDED


@pytest.mark.parametrize("bought", [smacom, amics])
def test_art_10_and_17_a_contract_ends_with_its_host(bought: type[Bought]) -> None:
    contract = bought()  # type: ignore[call-arg]
    assert contract.order(Do.HOST_ENDED, "2025-06-30") == YES
    assert contract.at("2025-06-29T23:59").state is State.ACTIVE
    assert contract.at("2025-06-30").state is State.ENDED


@pytest.mark.parametrize("bought", [miitel, arcstar])
def test_a_contract_without_a_host_does_not_end_with_one(bought: type[Bought]) -> None:
    assert code(bought().order(Do.HOST_ENDED, "2025-06-30")) is Code.NOT_IN_TARIFF  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("bought", "notice", "earliest", "before", "clause"),
    [
        (smacom, "2025-06-01", "2025-08-30", "2025-08-29", "Art.13-2"),
        (amics, "2025-12-31", "2026-02-28", "2026-02-27", "Art.6"),
        (miitel, "2025-06-01", "2025-06-01", "2025-05-31", "Art.16"),
    ],
)
def test_the_operators_notice_before_the_service_ends(
    bought: type[Bought], notice: str, earliest: str, before: str, clause: str
) -> None:
    early = bought().order(Do.DISCONTINUE, before, notice=notice)  # type: ignore[call-arg]
    assert no(early) == ("date_outside", clause, "", before, earliest)
    assert no(bought().order(Do.DISCONTINUE, earliest))[:2] == ("needs", clause)  # type: ignore[call-arg]
    contract = bought()  # type: ignore[call-arg]
    assert contract.order(Do.DISCONTINUE, earliest, notice=notice) == YES
    assert contract.at(earliest).state is State.ENDED


def test_deposits_not_from_public_bodies_and_only_where_the_tariff_has_them() -> None:
    for bought in (smacom, miitel):
        assert bought().order(Do.DEPOSIT, "2025-05-01", yen=100_000) == YES
        public = bought().order(Do.DEPOSIT, "2025-05-01", yen=100_000, facts={"public_body": True})
        assert code(public) is Code.EXCLUDED_BY
        assert code(bought().order(Do.DEPOSIT, "2025-05-01")) is Code.NEEDS
    assert smacom(facts={"public_body": True}).order(Do.DEPOSIT, "2025-05-01", yen=1) != YES
    assert code(amics().order(Do.DEPOSIT, "2025-05-01", yen=1)) is Code.NOT_IN_TARIFF


def test_a_deposit_and_what_is_bought_once_change_nothing_that_is_had() -> None:
    centre = smacom()
    steps = centre.alive.steps
    assert centre.order(Do.DEPOSIT, "2025-05-01", yen=5) == YES
    assert centre.order(Do.ONCE, "2025-05-01", {"CSM-H1": 2}) == YES
    assert centre.alive.steps == steps
    assert [order.rows for order in centre.alive.bought] == [{"CSM-H1": 2}]
    assert [order.yen for order in centre.alive.deposits] == [5]


@pytest.mark.parametrize("row", ["CSM-M3", "CSM-F02", "ACC-W-OTHER", "CSM-X1"])
def test_only_what_is_paid_once_is_bought_once(row: str) -> None:
    assert no(smacom().order(Do.ONCE, "2025-05-01", {row: 1}))[::2][:2] == ("not_in_tariff", row)
    assert arcstar().order(Do.ONCE, "2025-05-01", {"ACC-W-OTHER": 1}) == YES


def test_art_14_amics_goes_to_another_only_with_its_host() -> None:
    assert amics().order(Do.TRANSFER, "2025-05-01") == YES
    assert code(amics().order(Do.TRANSFER, "2025-05-01", facts={"host": "other_contractor"})) is not None


def test_orders_outside_the_life_of_contract_and_table() -> None:
    assert no(Bought("connect-smacom", "2025-03-31", {"CSM-F01": 1}).first)[0] == "date_outside"
    late = Bought("arcstar-contact-center@old", "2021-04-07", {"ACC-F01": 220}, "ACC-T2-OLD")
    assert code(late.first) is Code.DATE_OUTSIDE
    assert code(smacom().change("2025-04-09", {"CSM-F02": 1, "CSM-F12": 1})) is Code.DATE_OUTSIDE
    assert code(Bought("connect-smacom@2019-01-01", "2025-05-01", {}).first) is Code.NOT_IN_TARIFF


def test_two_orders_of_one_moment_that_cannot_both_hold() -> None:
    centre = smacom()
    assert centre.change("2025-05-01", {"CSM-F02": 10, "CSM-F12": 10}) == YES
    other = centre.change("2025-05-01", {"CSM-F02": 11, "CSM-F12": 11})
    assert no(other) == ("contradictory", "T1-1", "CSM-F02", 11, 10)
    assert centre.change("2025-05-01", {"CSM-F14": 3}) == YES
    assert centre.order(Do.CANCEL, "2025-05-31") == YES
    assert code(centre.change("2025-05-31", {"CSM-F14": 4})) is Code.CONTRADICTORY
    given_up = smacom()
    assert given_up.change("2025-05-31", {"CSM-F14": 4}) == YES
    assert given_up.order(Do.CANCEL, "2025-05-31") == YES
    assert given_up.limits("2025-05-31")["CSM-F14"] == 4


def test_an_order_for_earlier_holds_as_long_as_the_later_ones_still_do() -> None:
    centre = smacom()
    assert centre.change("2025-07-01", {"CSM-F02": 12, "CSM-F12": 12}) == YES
    assert centre.change("2025-06-01", {"CSM-F14": 3}) == YES
    assert centre.limits("2025-06-15") | {"CSM-F02": 9} == centre.limits("2025-06-15")
    assert centre.limits("2025-07-01")["CSM-F14"] == 3
    assert centre.change("2025-08-01", {"CSM-F12": 0}) == YES
    refused = centre.change("2025-07-15", {"CSM-F13": 12, "CSM-F12": 0})
    assert code(refused) is None
    third = smacom()
    assert third.change("2025-07-01", {"CSM-F12": 10, "CSM-F02": 10}) == YES
    assert code(third.change("2025-06-01", {"CSM-F01": 1, "CSM-F12": 10})) is Code.CONTRADICTORY


def test_a_move_to_another_tariffs_table_takes_what_is_named() -> None:
    centre = smacom()
    moved = centre.order(Do.MOVE, "2025-07-01", {"MT-F01": 9, "MT-F03": 1}, to="connect-miitel@2025-04-01")
    assert moved == YES
    assert centre.at("2025-07-01").version == "connect-miitel@2025-04-01"
    assert set(centre.limits("2025-07-01")) == {"MT-F01", "MT-F03"}
    assert code(smacom().order(Do.MOVE, "2025-07-01", to="connect-x@2020-01-01")) is Code.NOT_IN_TARIFF
    assert code(smacom().order(Do.MOVE, "2025-07-01", to="freedial-navidial@old")) is Code.DATE_OUTSIDE


def test_a_move_within_the_tariff_is_the_takeover_when_the_table_is_there() -> None:
    centre = Bought("arcstar-contact-center", "2020-04-01", {"ACC-F01": 220}, "ACC-T2-OLD")
    early = centre.order(Do.MOVE, "2021-04-01", to="arcstar-contact-center@2021-04-07")
    assert code(early) is Code.DATE_OUTSIDE
    assert centre.order(Do.MOVE, "2021-05-01", to="arcstar-contact-center@2021-04-07") == YES
    back = centre.order(Do.MOVE, "2021-06-01", to="arcstar-contact-center@old")
    assert code(back) is Code.DATE_OUTSIDE


@pytest.mark.parametrize(
    ("at", "last"), [("2025-05-01", "2025-10-31"), ("2025-08-31", "2026-02-28"), ("2025-08-28", "2026-02-27")]
)
def test_six_months_from_the_end_of_a_month(at: str, last: str) -> None:
    said = {"reason": "breach", "notice": "2025-04-20"}
    assert smacom().order(Do.SUSPEND, at, until=last, **said) == YES
    assert no(smacom().order(Do.SUSPEND, at, until="2026-03-01", **said))[4] == last
