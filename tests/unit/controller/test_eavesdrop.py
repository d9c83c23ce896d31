"""What spies on a channel begins when nothing that spied there before is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from acd import effects
from acd.model import Hearing
from asterisk import applications, bridges, channels, names
from asterisk.request import Answer, Gone, Request, Unreachable
from controller.eavesdrop import Eavesdrop
from kernel.ids import LegId, NodeId

APP, NODE, ANN, CAT = "denwaban-00", NodeId("node-1"), "leg_ann", "leg_cat"
NOTHING = cast(Any, None)


@dataclass(slots=True)
class Asked:
    """Remembers what is asked and who wants to hear of a failure."""

    asked: list[tuple[Request, Callable[[Answer], None] | None]] = field(default_factory=list)

    def post(self, request: Request, failed: Callable[[Answer], None] | None = None) -> None:
        self.asked.append((request, failed))

    def snooped(self) -> list[str]:
        """The spying channels that were asked for."""
        return [one.uri.rpartition("/")[2] for one, _ in self.asked if "/snoop/" in one.uri]

    def fail(self, request: Request, answer: Answer) -> None:
        (failed,) = [failed for one, failed in self.asked[-3:] if one == request and failed is not None]
        failed(answer)


def ears() -> tuple[Asked, Eavesdrop]:
    ari = Asked()
    return ari, Eavesdrop(cast(Any, ari), APP, NOTHING, NOTHING)


def spy(eavesdrop: Eavesdrop, name: str, target: str = ANN) -> None:
    eavesdrop.perform(NOTHING, effects.Spy(name, NODE, LegId("leg_b"), "leg_b", target, Hearing.LISTEN))


def end(eavesdrop: Eavesdrop, name: str) -> None:
    eavesdrop.perform(NOTHING, effects.EndSpying(NODE, name))


def test_the_next_one_on_the_same_channel_waits_for_the_end_of_the_one_before() -> None:
    ari, eavesdrop = ears()
    spy(eavesdrop, "spy_0")
    assert ari.snooped() == ["spy_0"]
    end(eavesdrop, "spy_0")
    assert [one for one, _ in ari.asked[1:]] == [
        applications.subscribe_channel(APP, "spy_0"),
        channels.hangup("spy_0"),
        bridges.destroy(names.listening("spy_0")),
    ]
    spy(eavesdrop, "spy_1")
    spy(eavesdrop, "spy_x", CAT)
    assert ari.snooped() == ["spy_0", "spy_x"]
    eavesdrop.ended("spy_x")
    assert ari.snooped() == ["spy_0", "spy_x"]
    eavesdrop.ended("spy_0")
    eavesdrop.ended("spy_0")
    assert ari.snooped() == ["spy_0", "spy_x", "spy_1"]


def test_two_who_listen_there_begin_anew_when_both_have_ended() -> None:
    ari, eavesdrop = ears()
    spy(eavesdrop, "spy_a0")
    spy(eavesdrop, "spy_b0")
    for one in ("a", "b"):
        end(eavesdrop, f"spy_{one}0")
        spy(eavesdrop, f"spy_{one}1")
    eavesdrop.ended("spy_b0")
    assert ari.snooped() == ["spy_a0", "spy_b0"]
    eavesdrop.ended("spy_a0")
    assert ari.snooped() == ["spy_a0", "spy_b0", "spy_a1", "spy_b1"]


def test_one_that_is_gone_already_and_one_that_cannot_be_told_to_end_hold_up_nobody() -> None:
    for answer in (Gone(), Unreachable("cut")):
        ari, eavesdrop = ears()
        spy(eavesdrop, "spy_0")
        end(eavesdrop, "spy_0")
        spy(eavesdrop, "spy_1")
        ari.fail(channels.hangup("spy_0"), answer)
        assert ari.snooped() == ["spy_0", "spy_1"]


def test_what_is_called_off_before_it_began_is_not_begun_and_an_end_that_nobody_told_of_is_asked_for_again() -> None:
    ari, eavesdrop = ears()
    spy(eavesdrop, "spy_0")
    end(eavesdrop, "spy_0")
    spy(eavesdrop, "spy_1")
    end(eavesdrop, "spy_1")
    assert [one for one, _ in ari.asked[-2:]] == [
        applications.subscribe_channel(APP, "spy_0"),
        channels.hangup("spy_0"),
    ]
    spy(eavesdrop, "spy_2")
    ari.fail(channels.hangup("spy_0"), Gone())
    assert ari.snooped() == ["spy_0", "spy_2"]


def test_one_that_ended_with_its_channel_is_waited_for_by_nobody() -> None:
    ari, eavesdrop = ears()
    spy(eavesdrop, "spy_0")
    eavesdrop.ended("spy_0")
    end(eavesdrop, "spy_0")
    spy(eavesdrop, "spy_1")
    assert ari.snooped() == ["spy_0", "spy_1"]
