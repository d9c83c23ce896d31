"""What is read out of a capture: idleness of free agents, times to ring, times to sound."""

from __future__ import annotations

from tests.load.capture import MARK, Packet
from tests.load.samples import Arm, free_to_ring, ring_times, rung_calls, sound_times
from tests.load.sip_wire import Message

ARM = Arm("one", caller_port=10, agent_port=20)
ASTERISK = ("127.0.0.1", 5060)
CALLER, AGENT = ("127.0.0.2", 10), ("127.0.0.1", 20)


def said(at: float, what: str, call: str, status: int = 0, user: str = "", audio: int = 0) -> Message:
    """`what`: method and direction, such as `INVITE caller>`, `INVITE >agent`, `BYE agent>`."""
    method, _, way = what.partition(" ")
    robot = CALLER if "caller" in way else AGENT
    source, target = (robot, ASTERISK) if way.endswith(">") else (ASTERISK, robot)
    return Message(at, source, target, method, status, call, 1, "b", user, "", in_dialog=False, audio=audio)


def test_a_free_agent_is_idle_until_the_next_ring_of_any_agent() -> None:
    heard = [
        said(0.0, "INVITE caller>", "c1"),
        said(0.1, "INVITE >agent", "a1"),
        said(0.2, "INVITE caller>", "c2"),
        said(1.0, "BYE agent>", "a1"),
        said(1.25, "INVITE >agent", "a2"),
    ]
    assert free_to_ring(heard, ARM, 1, 0, 9).samples == [0.25]


def test_the_first_to_become_free_is_the_first_to_ring() -> None:
    heard = [said(0.0, "INVITE caller>", f"c{n}") for n in range(4)]
    heard += [said(0.1, "INVITE >agent", "a1"), said(0.1, "INVITE >agent", "a2")]
    heard += [said(1.0, "BYE agent>", "a1"), said(2.0, "BYE agent>", "a2")]
    heard += [said(2.5, "INVITE >agent", "a3"), said(2.75, "INVITE >agent", "a4")]
    assert free_to_ring(heard, ARM, 2, 0, 9).samples == [1.5, 0.75]


def test_an_agent_freed_while_nobody_waits_is_no_sample() -> None:
    heard = [
        said(0.0, "INVITE caller>", "c1"),
        said(0.1, "INVITE >agent", "a1"),
        said(1.0, "BYE agent>", "a1"),
        said(5.0, "INVITE caller>", "c2"),
        said(5.1, "INVITE >agent", "a2"),
    ]
    assert free_to_ring(heard, ARM, 1, 0, 9).samples == []


def test_the_warm_up_and_what_comes_after_the_end_are_left_out_and_repeats_count_once() -> None:
    heard = [said(0.0, "INVITE caller>", f"c{n}") for n in range(5)]
    for turn, at in enumerate((1.0, 2.0, 3.0)):
        heard += [said(at - 0.5, "INVITE >agent", f"a{turn}"), said(at, "BYE agent>", f"a{turn}")]
    heard += [said(3.1, "BYE agent>", "a2"), said(3.5, "INVITE >agent", "a3")]
    found = free_to_ring(heard, ARM, 1, 1.5, 2.5)
    assert found.samples == [0.5]
    assert found.least_backlog == 3


def test_a_refused_ring_and_a_refused_caller_are_failures() -> None:
    heard = [
        said(0, "INVITE agent>", "a1", 486),
        said(0, "INVITE >caller", "c1", 503),
        said(0, "INVITE >caller", "x", 200),
    ]
    assert free_to_ring(heard, ARM, 1, 0, 9).failed == 2


def test_a_ring_belongs_to_the_caller_whose_number_it_shows() -> None:
    heard = [
        said(0.0, "INVITE caller>", "c1", user="one"),
        said(0.5, "INVITE caller>", "c2", user="two"),
        said(0.75, "INVITE >agent", "a2", user="two"),
        said(1.0, "INVITE >agent", "a1", user="one"),
    ]
    calls, unserved = rung_calls(heard, ARM)
    assert ring_times(calls) == [0.25, 1.0]
    assert unserved == 0


def test_a_ring_that_shows_no_number_belongs_to_the_first_caller_and_the_rest_are_unserved() -> None:
    heard = [
        said(0.0, "INVITE caller>", "c1", user="one"),
        said(0.5, "INVITE caller>", "c2", user="two"),
        said(0.75, "INVITE >agent", "a1", user="anonymous"),
    ]
    calls, unserved = rung_calls(heard, ARM)
    assert ring_times(calls) == [0.75]
    assert unserved == 1


def test_sound_counts_from_the_answer_to_the_first_marked_packet_at_this_caller() -> None:
    heard = [
        said(0.0, "INVITE caller>", "c1", user="one"),
        said(0.0, "INVITE >caller", "c1", 200, audio=4000),
        said(0.1, "INVITE >agent", "a1", user="one"),
        said(1.0, "INVITE agent>", "a1", 200, audio=7000),
    ]
    calls, _ = rung_calls(heard, ARM)
    packets = [
        _sound(0.5, 4000, MARK),
        _sound(1.01, 4000, 0),
        _sound(1.02, 4002, MARK),
        _sound(1.05, 4000, MARK),
        _sound(1.07, 4000, MARK),
    ]
    (found,) = sound_times(calls, packets, CALLER[0], 0)
    assert round(found, 6) == 0.05


def _sound(at: float, port: int, byte: int) -> Packet:
    return Packet(round(at * 1e9), False, ("127.0.0.1", port), (CALLER[0], 6000), bytes(12) + bytes([byte]) * 52)
