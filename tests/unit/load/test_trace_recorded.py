"""Traces as they are seen on a starved machine, packet by packet: what is sent again or given up is no double offer."""

from __future__ import annotations

from pathlib import Path

from tests.load import sip_wire
from tests.load.capture import Packet
from tests.load.samples import Arm
from tests.load.trace import Kept, kept

ARM = Arm("ours", 7001, 7002)
PLACES = {"caller": ("127.0.0.2", 7001), "agents": ("127.0.0.1", 7002), "us": ("127.0.0.1", 5062)}
WIRES = Path(__file__).parents[2] / "data" / "wires"
"""Recorded, a line each: seconds, who > whom, (status/)method, Call-ID, From, To, CSeq."""
# Seconds, who sends to whom, (status) method, Call-ID, From, To.
Line = tuple[float, str, str, str, str, str]

COMES: Line = (0.0, "caller > us", "INVITE", "c1", "81900001", "queue")
SERVED: list[Line] = [
    (30.0, "agents > us", "200 INVITE", "r2", "81900001", "bob"),
    (30.1, "us > agents", "ACK", "r2", "81900001", "bob"),
    (33.0, "agents > us", "BYE", "r2", "81900001", "bob"),
    (33.1, "us > caller", "BYE", "c1", "81900001", "queue"),
]
TO_ANN: Line = (0.01, "us > agents", "INVITE", "r1", "81900001", "ann")
TO_BOB: Line = (29.9, "us > agents", "INVITE", "r2", "81900001", "bob")


def packet(line: Line, cseq: int = 1, tag: str = "") -> Packet:
    at, way, what, call_id, who, whom = line
    source, _, target = way.partition(" > ")
    status, _, method = what.rpartition(" ")
    first = f"SIP/2.0 {status} said" if status else f"{method} sip:{whom}@127.0.0.1 SIP/2.0"
    text = (
        f"{first}\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9{call_id}{cseq}\r\nFrom: <sip:{who}@127.0.0.1>;tag=f\r\n"
        f"To: <sip:{whom}@127.0.0.1>{tag}\r\nCall-ID: {call_id}\r\nCSeq: {cseq} {method}\r\n\r\n"
    )
    return Packet(round(at * 1e9), False, PLACES[source], PLACES[target], text.encode())


def counted(*lines: Line | Packet) -> Kept:
    packets = [line if isinstance(line, Packet) else packet(line) for line in lines]
    return kept(sip_wire.messages(packets), ARM)


def recorded(name: str) -> Kept:
    packets = []
    for line in (WIRES / name).read_text().splitlines():
        at, source, _, target, what, call_id, who, whom, cseq = line.split()
        packets.append(
            packet((float(at), f"{source} > {target}", what.replace("/", " "), call_id, who, whom), int(cseq))
        )
    return counted(*packets)


def later(line: Line, at: float, what: str = "") -> Line:
    return (at, *line[1:2], what or line[2], *line[3:])


def answered(line: Line, at: float, what: str) -> Line:
    return (at, "agents > us", what, *line[3:])


def test_an_invite_that_is_sent_again_is_one_ring() -> None:
    again = [later(TO_BOB, 29.9 + after) for after in (0.1, 0.3, 0.7)]
    caller = [later(COMES, 0.5), later(COMES, 1.5)]
    assert counted(COMES, *caller, TO_BOB, *again, *SERVED) == Kept(calls=1)


def test_an_invite_with_credentials_after_401_is_the_same_call() -> None:
    refused: Line = (0.001, "us > caller", "401 INVITE", "c1", "81900001", "queue")
    assert counted(COMES, refused, packet(later(COMES, 0.002), cseq=2), TO_BOB, *SERVED) == Kept(calls=1)


def test_a_second_invite_within_the_dialog_is_no_ring() -> None:
    again = packet(later(TO_BOB, 31.0), cseq=2, tag=";tag=a")
    assert counted(COMES, TO_BOB, *SERVED[:2], again, *SERVED[2:]) == Kept(calls=1)


def test_the_next_agent_after_a_refusal_is_no_double_offer() -> None:
    assert counted(COMES, TO_ANN, answered(TO_ANN, 1.0, "486 INVITE"), TO_BOB, *SERVED) == Kept(calls=1)


def test_the_next_agent_after_a_ring_that_was_taken_back_is_none_even_when_the_first_answers_into_it() -> None:
    rings, taken_back = answered(TO_ANN, 0.02, "180 INVITE"), later(TO_ANN, 15.01, "CANCEL")
    ends = answered(TO_ANN, 15.02, "487 INVITE")
    assert counted(COMES, TO_ANN, rings, taken_back, ends, TO_BOB, *SERVED) == Kept(calls=1)
    crosses = [answered(TO_ANN, 30.0, "200 INVITE"), later(TO_ANN, 30.01, "ACK"), later(TO_ANN, 30.02, "BYE")]
    assert counted(COMES, TO_ANN, rings, later(TO_ANN, 29.8, "CANCEL"), TO_BOB, *crosses, *SERVED) == Kept(calls=1)


def test_a_ring_that_the_robot_never_heard_is_over_with_timer_b_and_is_told_apart() -> None:
    again = [later(TO_ANN, 0.01 + after) for after in (0.1, 0.3, 0.7, 1.5, 3.1, 6.3)]
    late = answered(TO_ANN, 20.0, "200 INVITE")
    assert counted(COMES, TO_ANN, *again, late, TO_BOB, *SERVED) == Kept(calls=1, unheard=1)
    comes, to_ann = later(COMES, 40.0), later(TO_ANN, 40.1)
    second = [(*one[:3], f"{one[3]}x", "81900002", *one[5:]) for one in (comes, to_ann)]
    ends = [answered(second[1], 41.0, "200 INVITE"), answered(second[1], 42.0, "BYE")]
    assert counted(COMES, TO_ANN, *again, late, TO_BOB, *SERVED, *second, *ends) == Kept(calls=2, unheard=1)


def test_robots_that_stood_still_for_nine_seconds_are_no_double_offer() -> None:
    """Recorded: an agent's INVITE ended with timer B, he was rung again, and his late answers went nowhere."""
    assert recorded("starved-agents.txt") == Kept(calls=2, unheard=1)


def test_an_agent_who_got_two_calls_at_once_is_seen() -> None:
    """Recorded: app_queue, two queues with the same members, a busy machine."""
    assert recorded("agent-rung-twice.txt") == Kept(calls=2, rung_twice=1)


def test_two_rings_open_at_once_are_a_double_offer_whether_or_not_the_first_was_heard() -> None:
    soon = later(TO_BOB, 6.0)
    assert counted(COMES, TO_ANN, soon, *SERVED).doubled == 1
    rings = answered(TO_ANN, 0.02, "180 INVITE")
    assert counted(COMES, TO_ANN, rings, TO_BOB, *SERVED).doubled == 1
    talks = answered(TO_ANN, 1.0, "200 INVITE")
    assert counted(COMES, TO_ANN, talks, TO_BOB, *SERVED).doubled == 1


def test_packets_that_two_cores_wrote_down_in_another_order_are_in_the_order_of_their_times() -> None:
    rings, refuses = answered(TO_ANN, 0.02, "180 INVITE"), answered(TO_ANN, 29.8, "486 INVITE")
    assert counted(COMES, TO_ANN, rings, TO_BOB, refuses, *SERVED) == Kept(calls=1)
