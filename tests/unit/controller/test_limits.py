"""What contracts allow reaches the floor in its own words."""

from __future__ import annotations

from dataclasses import replace

from acd.config import AgentConfig, Limits, SeatPool
from controller.limits import licensed, limits, with_every_kind
from kernel.ids import AgentId, QueueId
from tariff.rights.entitlement import entitled
from tests.unit.tariff.tables import CATALOGUE, FREEDIAL, MIITEL, NOW, SMACOM, contract

ANN = AgentConfig(AgentId("ann"), "Ann", "ann", (QueueId("q"),))
BOB = AgentConfig(AgentId("bob"), "Bob", "bob", (QueueId("q"),), licence="basic")


def test_three_advance_are_a_pool_of_three_and_the_right_to_record() -> None:
    given = limits(entitled(CATALOGUE, [SMACOM], NOW), 60.0)
    assert given == Limits((SeatPool("advance", 3, "T1-1"),), recording=True, seat_grace=60.0)


def test_waiting_places_come_with_their_clause() -> None:
    given = limits(entitled(CATALOGUE, [MIITEL, FREEDIAL], NOW), 5.0)
    assert (given.places, given.places_clause, given.seat_grace) == (2, "PL-CC", 5.0)


def test_without_recording_bought_nothing_may_be_recorded() -> None:
    assert not limits(entitled(CATALOGUE, [contract("connect-smacom", CSM_F02=3)], NOW), 60.0).recording


def test_without_a_contract_nobody_may_sign_in() -> None:
    given = limits(entitled(CATALOGUE, [], NOW), 60.0)
    assert given == Limits((SeatPool("", 0, "no contract"),), recording=False)


def test_a_suspended_tenant_is_told_by_which_clause() -> None:
    stopped = replace(entitled(CATALOGUE, [], NOW), suspended="GR-20")
    assert limits(stopped, 60.0).suspended == "GR-20"


def test_seats_of_our_own_use_are_of_no_kind() -> None:
    assert limits(entitled(CATALOGUE, [contract("own-use", OWN_USE=1)], NOW), 60.0).seats == ()
    two = limits(entitled(CATALOGUE, [contract("own-use", OWN_USE=1, OWN_SEAT=2)], NOW), 60.0)
    assert two.seats == (SeatPool("", 2, "own use"),)


def test_an_agent_without_a_licence_of_his_own_takes_a_seat_of_the_only_kind() -> None:
    one = Limits((SeatPool("advance", 3, "T1-1"),))
    assert [agent.licence for agent in licensed([ANN, BOB], one)] == ["advance", "basic"]
    two = Limits((SeatPool("advance", 3, "T1-1"), SeatPool("basic", 1, "T1-1")))
    assert licensed([ANN, BOB], two) == (ANN, BOB)
    assert licensed([ANN, BOB], Limits()) == (ANN, BOB)


def test_a_kind_of_seat_that_nobody_bought_is_refused_by_a_clause() -> None:
    one = Limits((SeatPool("advance", 3, "T1-1"),), places=2)
    carol = replace(BOB, licence="advance")
    assert with_every_kind(one, [ANN, BOB, carol]).seats == (
        SeatPool("advance", 3, "T1-1"),
        SeatPool("", 0, "no contract"),
        SeatPool("basic", 0, "no contract"),
    )
    assert with_every_kind(one, []).places == 2
    assert with_every_kind(Limits(), [ANN, BOB]) == Limits()
