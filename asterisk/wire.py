"""The events and snapshots of ARI that are used, as frozen values; personal data never shows in a repr."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class ChannelState(StrEnum):
    """States of a channel, in Asterisk's own words; RING: it calls us, RINGING: the other side is alerted."""

    DOWN = "Down"
    RESERVED = "Rsrved"
    OFF_HOOK = "OffHook"
    DIALING = "Dialing"
    RING = "Ring"
    RINGING = "Ringing"
    UP = "Up"
    BUSY = "Busy"
    DIALING_OFF_HOOK = "Dialing Offhook"
    PRE_RING = "Pre-ring"
    UNKNOWN = "Unknown"


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel as it was when the event was made.

    `connected_number` is whom it is shown: of a leg of ours empty until it has been dialled for a caller who has a
    number (docs/asterisk-facts.md). `protocol_id` is the SIP Call-ID; `context`, `exten`, `app_name` say where in the
    dialplan it is (`Stasis`: with a controller); `created` is when Asterisk made it.
    """

    id: str
    name: str
    state: ChannelState
    caller_number: str = field(repr=False)
    connected_number: str = field(repr=False)
    context: str
    exten: str = field(repr=False)
    app_name: str
    created: datetime
    protocol_id: str


@dataclass(frozen=True, slots=True)
class Bridge:
    """A bridge and the ids of the channels in it."""

    id: str
    technology: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StasisStart:
    """A channel has come to us: from the dialplan (`args` as written there) or because we created it."""

    channel: Channel
    args: tuple[str, ...] = field(repr=False)
    at: datetime
    replaced: Channel | None = None


@dataclass(frozen=True, slots=True)
class StasisEnd:
    """A channel has left us: hung up, or gone on in the dialplan (its lease ran out)."""

    channel: Channel
    at: datetime


@dataclass(frozen=True, slots=True)
class ChannelStateChange:
    """A channel is alerted, answered, …"""

    channel: Channel
    at: datetime


@dataclass(frozen=True, slots=True)
class ChannelHangupRequest:
    """Somebody wants this channel to end; `cause` is Q.850, `soft` when Asterisk itself asks."""

    channel: Channel
    at: datetime
    cause: int | None
    soft: bool


@dataclass(frozen=True, slots=True)
class ChannelDestroyed:
    """A channel is no more. `cause` is Q.850, `tech_cause` the SIP status when there was one."""

    channel: Channel
    at: datetime
    cause: int
    cause_text: str
    tech_cause: int | None


@dataclass(frozen=True, slots=True)
class ChannelHold:
    """The phone of this channel put its peer on hold (re-INVITE sendonly or inactive); Asterisk plays it music."""

    channel: Channel
    at: datetime


@dataclass(frozen=True, slots=True)
class ChannelUnhold:
    """The phone of this channel took its peer back."""

    channel: Channel
    at: datetime


@dataclass(frozen=True, slots=True)
class ChannelDtmfReceived:
    """A digit has been pressed (and released); digits are personal data."""

    channel: Channel
    digit: str = field(repr=False)
    duration_ms: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Dial:
    """How the dialling of `peer` goes: `status` is empty at the start, then RINGING, PROGRESS, ANSWER, BUSY, …"""

    peer: Channel
    caller: Channel | None
    status: str
    forward: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class PlaybackStarted:
    """A playback has begun. `target` is `channel:<id>` or `bridge:<id>`."""

    playback: str
    target: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PlaybackFinished:
    """A playback is over; `failed` when there was nothing to play."""

    playback: str
    target: str
    failed: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class ChannelEnteredBridge:
    """A channel hears, and is heard by, the others of this bridge from now on."""

    bridge: Bridge
    channel: Channel | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ChannelLeftBridge:
    """A channel has left this bridge."""

    bridge: Bridge
    channel: Channel
    at: datetime


@dataclass(frozen=True, slots=True)
class ChannelTransfer:
    """`source` sent a REFER that no endpoint refused; nothing has moved (transfer handling is `ari-only`).

    `destination` is what it asked for; `target` the id of the channel an attended transfer points to, if it is
    here; `connected` whom `source` talks to.
    """

    source: Channel
    connected: Channel | None
    destination: str = field(repr=False)
    target: str | None
    state: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ContactStatusChange:
    """A contact of an endpoint was registered, answers, does not answer, or was removed."""

    resource: str
    aor: str
    status: str
    uri: str = field(repr=False)
    roundtrip_us: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class PeerStatusChange:
    """An endpoint has become `Reachable` (it has a usable contact) or `Unreachable`."""

    technology: str
    resource: str
    status: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ApplicationReplaced:
    """Another socket has taken over this application's events: stop acting."""

    application: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Other:
    """An event nobody here uses; counted, not read."""

    type: str


@dataclass(frozen=True, slots=True)
class Garbled:
    """A frame that could not be read; `why` names the fault and never quotes the frame."""

    why: str
    size: int


Event = (
    StasisStart
    | StasisEnd
    | ChannelStateChange
    | ChannelHangupRequest
    | ChannelDestroyed
    | ChannelHold
    | ChannelUnhold
    | ChannelDtmfReceived
    | Dial
    | PlaybackStarted
    | PlaybackFinished
    | ChannelEnteredBridge
    | ChannelLeftBridge
    | ChannelTransfer
    | ContactStatusChange
    | PeerStatusChange
    | ApplicationReplaced
    | Other
    | Garbled
)
