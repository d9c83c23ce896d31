"""What must never be is seen on the wire, and nothing else is."""

from __future__ import annotations

from itertools import count

from tests.load.samples import Arm
from tests.load.sip_wire import Message
from tests.load.trace import Kept, kept

ASTERISK, CALLER, AGENT = ("127.0.0.1", 5060), ("127.0.0.2", 10), ("127.0.0.1", 20)
ARM = Arm("ours", CALLER[1], AGENT[1])
_TICK = count()


def said(method: str, call: str, source: tuple[str, int], who: str = "", whom: str = "", status: int = 0) -> Message:
    target = CALLER if source == ASTERISK and not call.startswith("ring") else AGENT if source == ASTERISK else ASTERISK
    return Message(float(next(_TICK)), source, target, method, status, call, 1, "b", who, whom, method == "BYE")


def comes(call: str, number: str) -> Message:
    return said("INVITE", call, CALLER, number, "queue")


def rings(call: str, number: str, agent: str) -> Message:
    return said("INVITE", f"ring {call}", ASTERISK, number, agent)


def talks(call: str) -> list[Message]:
    return [
        said("INVITE", f"ring {call}", AGENT, status=200),
        said("BYE", f"ring {call}", AGENT),
        said("BYE", call, ASTERISK),
    ]


def test_two_calls_one_after_another_are_in_order() -> None:
    heard = [comes("1", "11"), rings("1", "11", "a"), *talks("1"), comes("2", "12"), rings("2", "12", "a"), *talks("2")]
    assert kept(heard, ARM) == Kept(calls=2)


def test_a_caller_for_whom_nobody_answered_is_lost() -> None:
    heard = [comes("1", "11"), comes("2", "12"), rings("2", "12", "a"), *talks("2")]
    assert kept(heard, ARM) == Kept(calls=2, lost=1)


def test_a_caller_who_rang_and_was_let_go_is_lost() -> None:
    heard = [comes("1", "11"), rings("1", "11", "a"), said("CANCEL", "ring 1", ASTERISK), said("BYE", "1", ASTERISK)]
    assert kept(heard, ARM) == Kept(calls=1, lost=1)


def test_who_gives_up_is_not_lost() -> None:
    assert kept([comes("1", "11"), said("BYE", "1", CALLER)], ARM) == Kept(calls=1)


def test_a_call_at_two_agents_is_doubled_and_one_that_is_offered_again_is_not() -> None:
    twice = [comes("1", "11"), rings("1", "11", "a"), rings("1b", "11", "b"), *talks("1")]
    assert kept(twice, ARM) == Kept(calls=1, doubled=1)
    refused = said("INVITE", "ring 1", AGENT, status=486)
    again = [comes("1", "11"), rings("1", "11", "a"), refused, rings("1b", "11", "b"), *talks("1b")]
    assert kept(again, ARM) == Kept(calls=1)


def test_an_agent_who_talks_and_is_rung_is_rung_twice() -> None:
    answers = said("INVITE", "ring 1", AGENT, status=200)
    heard = [comes("1", "11"), rings("1", "11", "a"), answers, comes("2", "12"), rings("2", "12", "a")]
    assert kept(heard, ARM) == Kept(calls=2, lost=2, rung_twice=1)


def test_a_message_sent_again_counts_once_and_another_arms_not_at_all() -> None:
    first, ring = comes("1", "11"), rings("1", "11", "a")
    assert kept([first, first, ring, ring, *talks("1")], ARM) == Kept(calls=1)
    assert kept([first, ring, *talks("1")], Arm("theirs", 98, 99)) == Kept()


def test_without_numbers_the_longest_waiter_is_served() -> None:
    heard = [comes("1", "11"), comes("2", "12"), rings("x", "anonymous", "a"), *talks("x")]
    assert kept(heard, ARM) == Kept(calls=2, lost=1)
    both = [comes("1", "11"), comes("2", "12"), rings("x", "anonymous", "a"), rings("y", "anonymous", "b")]
    assert kept(both, ARM).doubled == 0
