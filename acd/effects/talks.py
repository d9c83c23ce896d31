"""What must be done for talks: who hears nobody for a while, who is rung for them, and keys that are heard."""

from __future__ import annotations

from dataclasses import dataclass, field

from kernel.ids import CallId, ConversationId, LegId, NodeId, PersonalId, TrunkName


@dataclass(frozen=True, slots=True)
class Separate:
    """Take these channels out of the conversation's bridge; they hear nothing then."""

    conversation: ConversationId
    node: NodeId
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mute:
    """The channel's party hears nobody and is not heard, in its bridge as it is."""

    node: NodeId
    channel: str


@dataclass(frozen=True, slots=True)
class Unmute:
    node: NodeId
    channel: str


@dataclass(frozen=True, slots=True)
class SendTones:
    """Let the channel's party hear these keys (RFC 4733)."""

    node: NodeId
    channel: str
    digits: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class InviteInside:
    """Ring a colleague's `endpoint` on `channel`, showing `shown`. `beside`: a channel of the call that stays."""

    call: CallId
    leg: LegId
    node: NodeId
    endpoint: str
    channel: str
    shown: str
    beside: str


@dataclass(frozen=True, slots=True)
class InviteOutside:
    """Call the number `to` points to over `trunk` on `channel`, showing the number `shown`, or none when `withheld`.

    What cannot be done comes back as `LegEnded`. `beside`: a channel of the call that stays.
    """

    call: CallId
    leg: LegId
    node: NodeId
    trunk: TrunkName
    channel: str
    to: PersonalId
    shown: str
    withheld: bool
    beside: str
