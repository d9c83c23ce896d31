"""Beats, waits and retransmissions on a clock that jumps to the next timer instead of waiting for it."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any

import pytest

from robots.sip import Headers, Message, Request, Response, reply
from robots.ticker import Ticker
from robots.transactions import Address, ClientTransaction, ServerTransaction, Timers
from robots.waiting import Changes, TooLate

PEER: Address = ("127.0.0.1", 5060)


class _Jump(selectors.DefaultSelector):
    """Takes no time; what would have been waited for is added to the clock."""

    now = 1000.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.now += timeout or 0.0
        return super().select(0)


class _JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.jump = _Jump()
        super().__init__(self.jump)

    def time(self) -> float:
        return self.jump.now


def run(story: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=_JumpingLoop) as runner:
        runner.run(story)


def now() -> float:
    return asyncio.get_running_loop().time()


def sleep_through(seconds: float) -> None:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, _JumpingLoop)
    loop.jump.now += seconds


def request(method: str) -> Request:
    fields = (
        ("Via", "SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1"),
        ("From", "<sip:a@h>;tag=1"),
        ("To", "<sip:b@h>"),
        ("Call-ID", "c"),
        ("CSeq", f"3 {method}"),
    )
    return Request(headers=Headers(fields), method=method, uri="sip:b@h")


class Wire:
    """What was sent, and how many seconds after the beginning."""

    def __init__(self) -> None:
        self.began = now()
        self.sent: list[tuple[float, str]] = []

    def send(self, message: Message, to: Address) -> None:
        assert isinstance(message, Request | Response)
        what = message.method if isinstance(message, Request) else str(message.status)
        self.sent.append((round(now() - self.began, 3), what))

    def times(self, what: str) -> list[float]:
        return [at for at, sent in self.sent if sent == what]


def test_an_unanswered_invite_is_repeated_at_doubling_intervals_and_becomes_a_408_after_64_t1() -> None:
    async def story() -> None:
        wire, responses = Wire(), list[Response]()
        ClientTransaction(request("INVITE"), PEER, wire.send, responses.append, Timers()).start()
        await asyncio.sleep(60)
        assert wire.times("INVITE") == [0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5]
        assert [response.status for response in responses] == [408]

    run(story())


def test_other_requests_are_repeated_every_t2_at_most() -> None:
    async def story() -> None:
        wire, responses = Wire(), list[Response]()
        ClientTransaction(request("BYE"), PEER, wire.send, responses.append, Timers()).start()
        await asyncio.sleep(60)
        assert wire.times("BYE") == [0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
        assert [response.status for response in responses] == [408]

    run(story())


def test_a_provisional_response_lets_an_invite_ring_for_ever() -> None:
    async def story() -> None:
        wire, responses = Wire(), list[Response]()
        transaction = ClientTransaction(request("INVITE"), PEER, wire.send, responses.append, Timers())
        transaction.start()
        transaction.receive(reply(transaction.request, 180))
        await asyncio.sleep(600)
        assert wire.times("INVITE") == [0]
        assert [response.status for response in responses] == [180]

    run(story())


def test_a_refusal_is_acknowledged_each_time_and_told_once() -> None:
    async def story() -> None:
        wire, responses = Wire(), list[Response]()
        transaction = ClientTransaction(request("INVITE"), PEER, wire.send, responses.append, Timers())
        transaction.start()
        for _ in range(3):
            transaction.receive(reply(transaction.request, 486, to_tag="t"))
        await asyncio.sleep(60)
        assert len(wire.times("ACK")) == 3
        assert [response.status for response in responses] == [486]

    run(story())


def test_an_answer_is_repeated_until_its_ack_and_given_up_after_64_t1() -> None:
    async def story() -> None:
        wire, lost = Wire(), list[float]()
        transaction = ServerTransaction(request("INVITE"), PEER, wire.send, Timers())
        transaction.respond(reply(transaction.request, 200), lambda: lost.append(now() - wire.began))
        await asyncio.sleep(60)
        assert wire.times("200") == [0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
        assert lost == [pytest.approx(32)]

        wire = Wire()
        transaction = ServerTransaction(request("INVITE"), PEER, wire.send, Timers())
        transaction.respond(reply(transaction.request, 200))
        await asyncio.sleep(1)
        transaction.acknowledged()
        await asyncio.sleep(60)
        assert wire.times("200") == [0, 0.5]

    run(story())


def test_a_repeated_request_gets_the_last_response_again_and_a_second_final_one_is_not_sent() -> None:
    async def story() -> None:
        wire = Wire()
        transaction = ServerTransaction(request("BYE"), PEER, wire.send, Timers())
        transaction.receive_again()
        transaction.respond(reply(transaction.request, 200))
        transaction.receive_again()
        transaction.respond(reply(transaction.request, 481))
        await asyncio.sleep(60)
        assert [what for _, what in wire.sent] == ["200", "200"]

    run(story())


def test_beats_do_not_drift_and_missed_ones_are_made_up_for() -> None:
    async def story() -> None:
        ticker, beats = Ticker(), list[tuple[int, float]]()
        began = now()
        ticker.add("a", lambda beat: beats.append((beat, now() - began)))
        await asyncio.sleep(1.001)
        assert [beat for beat, _ in beats] == list(range(1, 51))
        assert all(at == pytest.approx(beat * 0.02, abs=0.001) for beat, at in beats)
        sleep_through(0.1)
        await asyncio.sleep(0.101)
        assert [beat for beat, _ in beats] == list(range(1, 61))
        sleep_through(1.0)
        await asyncio.sleep(0.001)
        # 50 beats were slept through: the newest ten are made up for.
        assert [beat for beat, _ in beats][60:] == list(range(101, 111))

    run(story())


def test_a_ticker_rests_when_nobody_listens_and_begins_again() -> None:
    async def story() -> None:
        ticker, beats = Ticker(), list[int]()

        def twice(beat: int) -> None:
            beats.append(beat)
            if len(beats) == 2:
                ticker.remove("a")

        ticker.add("a", twice)
        await asyncio.sleep(10)
        assert beats == [1, 2]
        ticker.add("b", beats.append)
        await asyncio.sleep(0.041)
        assert beats == [1, 2, 3, 4]
        ticker.remove("b")

    run(story())


def test_a_wait_ends_with_its_condition_its_error_or_its_limit() -> None:
    async def story() -> None:
        changes, found = Changes(), dict[str, int]()
        looks = list[int]()

        def condition() -> int | None:
            looks.append(1)
            return found.get("x")

        waiting = asyncio.ensure_future(changes.until(condition, 5, "x"))
        await asyncio.sleep(1)
        assert len(looks) == 1
        found["x"] = 7
        changes.changed()
        assert await waiting == 7
        assert len(looks) == 2

        def broken() -> int | None:
            raise KeyError("y")

        with pytest.raises(KeyError):
            await changes.until(broken, 5, "y")
        began = now()
        with pytest.raises(TooLate, match="z"):
            await changes.until(lambda: None, 5, "z")
        assert now() - began == pytest.approx(5)

    run(story())
