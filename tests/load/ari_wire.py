"""Reads captured ARI WebSocket traffic: each event, request and answer with the moment it crossed the loopback."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import orjson

from tests.load.capture import Packet

_TEXT = 0x81
_MASKED = 0x80


@dataclass(frozen=True, slots=True)
class Word:
    """One message of the socket; `what` is an event's type, or method and shape of a request."""

    at: float
    asked: bool
    what: str
    channel: str = ""
    call_id: str = ""
    number: str = ""


def words(packets: Iterable[Packet], port: int, since: int = 0) -> list[Word]:
    """All messages of all WebSockets at this port, in the order in which they crossed. HTTP is passed over."""
    streams: dict[tuple[tuple[str, int], tuple[str, int]], bytearray] = defaultdict(bytearray)
    spoilt: set[tuple[tuple[str, int], tuple[str, int]]] = set()
    found = []
    for packet in packets:
        way = (packet.source, packet.target)
        if not packet.tcp or way in spoilt or port not in (packet.source[1], packet.target[1]):
            continue
        stream = streams[way]
        stream += packet.data
        try:
            texts = list(_frames(stream))
        except ValueError:
            spoilt.add(way)
            continue
        at = (packet.at - since) / 1e9
        found += [_word(at, packet.target[1] == port, orjson.loads(text)) for text in texts]
    return found


def _frames(stream: bytearray) -> Iterable[bytes]:
    """Takes the whole frames from the beginning of a stream; what is no text (ping, pong) is left out."""
    while len(stream) >= 2:
        if stream[0] & 0x70 or stream[0] & 0x0F not in {1, 8, 9, 10}:
            raise ValueError("no WebSocket frame")
        length, place = stream[1] & 0x7F, 2
        if length == 126:
            length, place = int.from_bytes(stream[2:4]), 4
        elif length == 127:
            length, place = int.from_bytes(stream[2:10]), 10
        masked = stream[1] & _MASKED
        whole = place + (4 if masked else 0) + length
        if len(stream) < whole:
            return
        data = bytes(stream[whole - length : whole])
        if masked:
            data = _unmask(data, bytes(stream[place : place + 4]))
        if stream[0] == _TEXT:
            yield data
        del stream[:whole]


def _unmask(data: bytes, mask: bytes) -> bytes:
    key = (mask * (len(data) // 4 + 1))[: len(data)]
    return (int.from_bytes(data) ^ int.from_bytes(key)).to_bytes(len(data))


def _word(at: float, asked: bool, message: dict[str, object]) -> Word:
    kind = str(message["type"])
    if kind == "RESTRequest":
        return _request(at, message)
    if kind == "RESTResponse":
        return Word(at, False, f"answer {message['status_code']}", number=str(message["request_id"]))
    channel = message.get("channel")
    if not isinstance(channel, dict):
        return Word(at, asked, kind)
    return Word(at, asked, kind, str(channel["id"]), str(channel.get("protocol_id", "")))


def _request(at: float, message: dict[str, object]) -> Word:
    uri = str(message["uri"]).split("/")
    query = message.get("query_strings")
    asked = {pair["name"]: pair["value"] for pair in query} if isinstance(query, list) else {}
    shape = "/".join([uri[0], *(["…"] if len(uri) > 1 and uri[1] != "create" else uri[1:2]), *uri[2:]])
    channel = asked.get("channelId") or (uri[1] if uri[0] == "channels" and len(uri) > 1 else "")
    variable = f" {asked['variable']}" if "variable" in asked else ""
    return Word(at, True, f"{message['method']} {shape}{variable}", channel, number=str(message["request_id"]))
