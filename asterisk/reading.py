"""Reads ARI's JSON into the values of `wire` and the answers of `request`; a frame that makes no sense is `Garbled`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from asterisk import wire
from asterisk.request import Answer, Done, Gone, Rejected, Unreachable

Json = Mapping[str, Any]

_STATES: Final = {state.value: state for state in wire.ChannelState}
_NO_CONTENT: Final = Done(None)
_GONE: Final = Gone()


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to the request that was sent under this id."""

    request: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Application:
    """What an ARI application is subscribed to right now."""

    name: str
    channels: tuple[str, ...]
    bridges: tuple[str, ...]
    endpoints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A SIP endpoint: `state` is online, offline or unknown."""

    technology: str
    resource: str
    state: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Packets:
    """How many packets of sound were sent to a channel's party, and came from it."""

    sent: int
    came: int


def moment(text: str) -> datetime:
    """An aware moment in UTC from Asterisk's timestamp, which has milliseconds and an offset."""
    return datetime.fromisoformat(text).astimezone(UTC)


def channel(snapshot: Json) -> wire.Channel:
    """One channel snapshot."""
    dialplan = snapshot["dialplan"]
    return wire.Channel(
        id=snapshot["id"],
        name=snapshot["name"],
        state=_STATES.get(snapshot["state"], wire.ChannelState.UNKNOWN),
        caller_number=snapshot["caller"]["number"],
        connected_number=snapshot["connected"]["number"],
        context=dialplan["context"],
        exten=dialplan["exten"],
        app_name=dialplan["app_name"],
        created=moment(snapshot["creationtime"]),
        protocol_id=snapshot["protocol_id"],
    )


def bridge(snapshot: Json) -> wire.Bridge:
    """One bridge snapshot."""
    return wire.Bridge(snapshot["id"], snapshot["technology"], tuple(snapshot["channels"]))


def _maybe_channel(event: Json, key: str) -> wire.Channel | None:
    snapshot = event.get(key)
    return None if snapshot is None else channel(snapshot)


def _at(event: Json) -> datetime:
    return moment(event["timestamp"])


def _transfer(event: Json) -> wire.ChannelTransfer:
    asked, by = event["refer_to"], event["referred_by"]
    target = asked.get("destination_channel")
    return wire.ChannelTransfer(
        source=channel(by["source_channel"]),
        connected=_maybe_channel(by, "connected_channel"),
        destination=asked["requested_destination"].get("destination", ""),
        target=None if target is None else target["id"],
        state=event.get("state", ""),
        at=_at(event),
    )


def _contact(event: Json) -> wire.ContactStatusChange:
    info = event["contact_info"]
    roundtrip = info.get("roundtrip_usec")
    return wire.ContactStatusChange(
        resource=event["endpoint"]["resource"],
        aor=info["aor"],
        status=info["contact_status"],
        uri=info["uri"],
        roundtrip_us=int(roundtrip) if roundtrip else None,
        at=_at(event),
    )


_READERS: Final[Mapping[str, Callable[[Json], wire.Event]]] = {
    "StasisStart": lambda e: wire.StasisStart(
        channel(e["channel"]), tuple(e["args"]), _at(e), _maybe_channel(e, "replace_channel")
    ),
    "StasisEnd": lambda e: wire.StasisEnd(channel(e["channel"]), _at(e)),
    "ChannelStateChange": lambda e: wire.ChannelStateChange(channel(e["channel"]), _at(e)),
    "ChannelHangupRequest": lambda e: wire.ChannelHangupRequest(
        channel(e["channel"]), _at(e), e.get("cause"), e.get("soft", False)
    ),
    "ChannelDestroyed": lambda e: wire.ChannelDestroyed(
        channel(e["channel"]), _at(e), e["cause"], e["cause_txt"], e.get("tech_cause")
    ),
    "ChannelHold": lambda e: wire.ChannelHold(channel(e["channel"]), _at(e)),
    "ChannelUnhold": lambda e: wire.ChannelUnhold(channel(e["channel"]), _at(e)),
    "ChannelDtmfReceived": lambda e: wire.ChannelDtmfReceived(
        channel(e["channel"]), e["digit"], e["duration_ms"], _at(e)
    ),
    "Dial": lambda e: wire.Dial(
        channel(e["peer"]), _maybe_channel(e, "caller"), e["dialstatus"], e.get("forward", ""), _at(e)
    ),
    "PlaybackStarted": lambda e: wire.PlaybackStarted(e["playback"]["id"], e["playback"]["target_uri"], _at(e)),
    "PlaybackFinished": lambda e: wire.PlaybackFinished(
        e["playback"]["id"], e["playback"]["target_uri"], e["playback"]["state"] == "failed", _at(e)
    ),
    "ChannelEnteredBridge": lambda e: wire.ChannelEnteredBridge(
        bridge(e["bridge"]), _maybe_channel(e, "channel"), _at(e)
    ),
    "ChannelLeftBridge": lambda e: wire.ChannelLeftBridge(bridge(e["bridge"]), channel(e["channel"]), _at(e)),
    "ChannelTransfer": _transfer,
    "ContactStatusChange": _contact,
    "PeerStatusChange": lambda e: wire.PeerStatusChange(
        e["endpoint"]["technology"], e["endpoint"]["resource"], e["peer"]["peer_status"], _at(e)
    ),
    "ApplicationReplaced": lambda e: wire.ApplicationReplaced(e["application"], _at(e)),
}

EVENTS_READ: Final = frozenset(_READERS)
"""The names of the events that become more than `Other`."""


def frame(text: bytes | str) -> wire.Event | Reply:
    """What one text frame says. Never raises: what cannot be read becomes `Garbled`."""
    try:
        event = orjson.loads(text)
        kind = event["type"]
        if kind == "RESTResponse":
            return Reply(event["request_id"], _answer(event))
        reader = _READERS.get(kind)
        return wire.Other(str(kind)) if reader is None else reader(event)
    except orjson.JSONDecodeError:
        return wire.Garbled("not JSON", len(text))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as fault:
        return wire.Garbled(type(fault).__name__, len(text))


def _answer(event: Json) -> Answer:
    status, text = event["status_code"], event.get("message_body")
    if 200 <= status < 300 and not text:
        return _NO_CONTENT
    try:
        body = orjson.loads(text) if text else None
    except orjson.JSONDecodeError:
        return Unreachable("the answer's body is not JSON")
    if 200 <= status < 300:
        return Done(body)
    said = str(body["message"]) if isinstance(body, dict) and "message" in body else event.get("reason_phrase", "")
    if status == 404 or (status in {400, 409} and _names_nobody(said)):
        return _GONE
    return Rejected(status, said)


def _names_nobody(said: str) -> bool:
    """addChannel says 400, not 404, when the channel in its query is gone; a bridge that is just going says 409."""
    return "Channel not found" in said or said == "Bridge not in Stasis application"


def channels(answer: Done) -> tuple[wire.Channel, ...]:
    """The answer to `channels.list_all`."""
    return tuple(channel(snapshot) for snapshot in _list(answer))


def one_channel(answer: Done) -> wire.Channel:
    """The answer to `channels.get`, `create` and `originate`."""
    return channel(_object(answer))


def bridges(answer: Done) -> tuple[wire.Bridge, ...]:
    """The answer to `bridges.list_all`."""
    return tuple(bridge(snapshot) for snapshot in _list(answer))


def one_bridge(answer: Done) -> wire.Bridge:
    """The answer to `bridges.get` and `create`."""
    return bridge(_object(answer))


def variable(answer: Done) -> str:
    """The answer to `channels.get_variable`."""
    return str(_object(answer)["value"])


def application(answer: Done) -> Application:
    """The answer to `applications.get` and `subscribe`."""
    told = _object(answer)
    return Application(told["name"], tuple(told["channel_ids"]), tuple(told["bridge_ids"]), tuple(told["endpoint_ids"]))


def endpoints(answer: Done) -> tuple[Endpoint, ...]:
    """The answer to `endpoints.list_all`."""
    return tuple(_endpoint(told) for told in _list(answer))


def endpoint(answer: Done) -> Endpoint:
    """The answer to `endpoints.one`."""
    return _endpoint(_object(answer))


def _endpoint(told: Json) -> Endpoint:
    return Endpoint(told["technology"], told["resource"], told.get("state", "unknown"), tuple(told["channel_ids"]))


def packets(answer: Done) -> Packets:
    """The answer to `channels.statistics`."""
    told = _object(answer)
    return Packets(int(told["txcount"]), int(told["rxcount"]))


def playback_state(answer: Done) -> str:
    """The answer to `playbacks.get`: queued, playing, continuing, done or failed."""
    return str(_object(answer)["state"])


def _object(answer: Done) -> Json:
    if not isinstance(answer.body, dict):
        raise TypeError("this answer holds no JSON object")
    return answer.body


def _list(answer: Done) -> list[Json]:
    if not isinstance(answer.body, list):
        raise TypeError("this answer holds no JSON list")
    return answer.body
