"""Whatever happens, in whatever order, the properties of the floor hold."""

from __future__ import annotations

from tests.unit.acd.histories import AT_WORK, CALLING_OUT, TALKING, play_all


def test_every_property_holds_after_every_step_of_every_history() -> None:
    play_all()


def test_the_same_holds_when_agents_call_out_and_each_other() -> None:
    play_all(hat=CALLING_OUT)


def test_the_same_holds_whatever_supervisors_and_outside_systems_make_of_agents() -> None:
    play_all(hat=AT_WORK)


def test_the_same_holds_when_they_transfer_confer_and_park() -> None:
    play_all(hat=TALKING)
