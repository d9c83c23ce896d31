"""Reads captured SIP: as little of each message as the measurements need."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tests.load.capture import Packet

Address = tuple[str, int]

_CSEQ = re.compile(rb"^CSeq:\s*(\d+)\s+(\w+)", re.MULTILINE | re.IGNORECASE)
_CALL_ID = re.compile(rb"^(?:Call-ID|i):\s*(\S+)", re.MULTILINE | re.IGNORECASE)
_TO = re.compile(rb"^(?:To|t):\s*(.*)$", re.MULTILINE | re.IGNORECASE)
_FROM = re.compile(rb"^(?:From|f):\s*(.*)$", re.MULTILINE | re.IGNORECASE)
_BRANCH = re.compile(rb"^(?:Via|v):.*?branch=([^;\s]+)", re.MULTILINE | re.IGNORECASE)
_USER = re.compile(rb"sips?:([^@;>\s]+)@")
_AUDIO = re.compile(rb"^m=audio (\d+) ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Message:
    """A SIP message; `at` in seconds, `status` 0 for a request, `audio` the port in its SDP, 0 without one."""

    at: float
    source: Address
    target: Address
    method: str
    status: int
    call_id: str
    cseq: int
    branch: str
    from_user: str
    to_user: str
    in_dialog: bool
    audio: int = 0

    @property
    def begins(self) -> bool:
        """An INVITE that asks for a new dialog."""
        return self.method == "INVITE" and not self.status and not self.in_dialog


def message(packet: Packet, since: int = 0) -> Message | None:
    """The message in a packet, its time counted from `since` (nanoseconds); None when it is no SIP (keep-alive)."""
    head, _, body = packet.data.partition(b"\r\n\r\n")
    cseq, call_id, to = _CSEQ.search(head), _CALL_ID.search(head), _TO.search(head)
    if cseq is None or call_id is None or to is None:
        return None
    first = head.split(b"\r\n", 1)[0]
    status = int(first.split(b" ", 2)[1]) if first.startswith(b"SIP/2.0 ") else 0
    branch, audio, sender = _BRANCH.search(head), _AUDIO.search(body), _FROM.search(head)
    return Message(
        at=(packet.at - since) / 1e9,
        source=packet.source,
        target=packet.target,
        method=cseq[2].decode() if status else first.split(b" ", 1)[0].decode(),
        status=status,
        call_id=call_id[1].decode(),
        cseq=int(cseq[1]),
        branch=branch[1].decode() if branch else "",
        from_user=_user(sender[1]) if sender else "",
        to_user=_user(to[1]),
        in_dialog=b";tag=" in to[1].lower() and not status,
        audio=int(audio[1]) if audio else 0,
    )


def messages(packets: Iterable[Packet], since: int = 0) -> list[Message]:
    """All SIP messages among the packets, in the order of their times: two cores' come mixed."""
    found = (message(packet, since) for packet in packets if not packet.tcp)
    return sorted((one for one in found if one is not None), key=_when)


def repeated(heard: Iterable[Message]) -> int:
    """How many messages were sent again: a timer ran out, so somebody was late."""
    seen: set[tuple[object, ...]] = set()
    again = 0
    for one in heard:
        key = (one.source, one.target, one.method, one.status, one.call_id, one.cseq, one.branch)
        again += key in seen
        seen.add(key)
    return again


def _when(one: Message) -> float:
    return one.at


def _user(value: bytes) -> str:
    found = _USER.search(value)
    return found[1].decode(errors="replace") if found else ""
