"""Offers and answers one audio stream in SDP (RFC 4566, RFC 3264)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

EVENT_PAYLOAD = 101
_STATIC = {"0": "PCMU", "8": "PCMA"}


class Codec(StrEnum):
    """A codec that the robots speak, by its name in SDP (RFC 3551 table 4)."""

    PCMU = "PCMU"
    PCMA = "PCMA"

    @property
    def payload(self) -> int:
        """The static RTP payload type."""
        return 0 if self is Codec.PCMU else 8


class Flow(StrEnum):
    """Direction of a stream, seen by who writes it (RFC 3264 5.1)."""

    SENDRECV = "sendrecv"
    SENDONLY = "sendonly"
    RECVONLY = "recvonly"
    INACTIVE = "inactive"

    @property
    def sends(self) -> bool:
        """Whether the writer of the description sends."""
        return self in (Flow.SENDRECV, Flow.SENDONLY)

    @property
    def receives(self) -> bool:
        """Whether the writer of the description wants to receive."""
        return self in (Flow.SENDRECV, Flow.RECVONLY)


_CODECS = {codec.value: codec for codec in Codec}
_FLOWS = {flow.value: flow for flow in Flow}


class MalformedSdp(ValueError):
    """The body names no audio stream that could be used."""


class NothingInCommon(ValueError):
    """The offer has no codec that the robots speak: answer 488."""


@dataclass(frozen=True, slots=True)
class Description:
    """One side's audio stream: where it listens, what it speaks; event_payload is that of telephone-event."""

    host: str
    port: int
    codecs: tuple[Codec, ...]
    event_payload: int | None = EVENT_PAYLOAD
    flow: Flow = Flow.SENDRECV


def parse(body: bytes) -> Description:
    """The first audio stream of a session description; only this one is read."""
    session_host, session_flow = "", Flow.SENDRECV
    media: list[str] | None = None
    lines: list[str] = []
    for line in body.decode(errors="replace").splitlines():
        if line.startswith("m="):
            if media is not None:
                break
            if line.startswith("m=audio "):
                media = line[2:].split()
        elif media is not None:
            lines.append(line)
        elif line.startswith("c="):
            session_host = line.split()[-1]
        else:
            session_flow = _FLOWS.get(line[2:], session_flow)
    if media is None or len(media) < 4 or not media[1].isdigit():
        raise MalformedSdp("no audio stream")
    return _audio(media, lines, session_host, session_flow)


def _audio(media: list[str], lines: list[str], host: str, flow: Flow) -> Description:
    names = dict(_STATIC)
    for line in lines:
        if line.startswith("c="):
            host = line.split()[-1]
        elif line.startswith("a=rtpmap:"):
            payload, _, name = line[9:].partition(" ")
            names[payload] = name.partition("/")[0]
        else:
            flow = _FLOWS.get(line[2:], flow)
    offered = [(payload, names.get(payload, "")) for payload in media[3:]]
    codecs = tuple(_CODECS[name.upper()] for payload, name in offered if payload in _STATIC and name.upper() in _CODECS)
    events = (int(payload) for payload, name in offered if name.lower() == "telephone-event" and payload.isdigit())
    return Description(host, int(media[1]), codecs, next(events, None), flow)


def answer(offer: Description, host: str, port: int, ours: tuple[Codec, ...], *, hold: bool = False) -> Description:
    """Our answer: the first codec offered that we speak; on hold we do not take the other side's sound."""
    codec = next((codec for codec in offer.codecs if codec in ours), None)
    if codec is None:
        raise NothingInCommon
    sends, receives = offer.flow.receives, offer.flow.sends and not hold
    return Description(host, port, (codec,), offer.event_payload, _flow(sends, receives))


def _flow(sends: bool, receives: bool) -> Flow:
    if sends:
        return Flow.SENDRECV if receives else Flow.SENDONLY
    return Flow.RECVONLY if receives else Flow.INACTIVE


def encode(description: Description, session: int, version: int) -> bytes:
    """The description as a body; version grows with each change within a call (RFC 3264 8)."""
    payloads = [str(codec.payload) for codec in description.codecs]
    maps = [f"a=rtpmap:{codec.payload} {codec}/8000" for codec in description.codecs]
    if description.event_payload is not None:
        payloads.append(str(description.event_payload))
        maps += [
            f"a=rtpmap:{description.event_payload} telephone-event/8000",
            f"a=fmtp:{description.event_payload} 0-15",
        ]
    lines = [
        "v=0",
        f"o=- {session} {version} IN IP4 {description.host}",
        "s=robot",
        f"c=IN IP4 {description.host}",
        "t=0 0",
        f"m=audio {description.port} RTP/AVP {' '.join(payloads)}",
        *maps,
        "a=ptime:20",
        f"a={description.flow}",
    ]
    return ("\r\n".join(lines) + "\r\n").encode()
