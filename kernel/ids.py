"""Ids: what each thing is called, and how a new name is derived without chance."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from typing import Final, NewType

TenantId = NewType("TenantId", str)
AgentId = NewType("AgentId", str)
QueueId = NewType("QueueId", str)
FlowId = NewType("FlowId", str)
HoursId = NewType("HoursId", str)
"""A calendar of opening hours."""
PromptId = NewType("PromptId", str)
DiallingId = NewType("DiallingId", str)
LineId = NewType("LineId", str)
"""A carrier's line of the tenant, with its numbers and its channels."""
TrunkName = NewType("TrunkName", str)
"""A SIP peer of the platform over which lines run."""
ContractId = NewType("ContractId", str)
NodeName = NewType("NodeName", str)
"""A step inside an IVR flow (house.md calls it Node; the Asterisk machine is `NodeId`)."""
NodeId = NewType("NodeId", str)
"""One Asterisk server."""
CallId = NewType("CallId", str)
LegId = NewType("LegId", str)
ConversationId = NewType("ConversationId", str)
OfferId = NewType("OfferId", str)
CallbackId = NewType("CallbackId", str)
"""Somebody who is to be called back."""
RecordingId = NewType("RecordingId", str)
PlaybackId = NewType("PlaybackId", str)
CommandId = NewType("CommandId", str)
PersonalId = NewType("PersonalId", str)
"""Points to personal data (a telephone number, a name) that lies outside the facts and can be erased."""
Shard = NewType("Shard", int)

SHARDS: Final = 64
FIRST_NODE: Final = NodeId("node-1")
"""The only node of an installation that says nothing about nodes."""
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS: Final = tuple(high + low for high in _ALPHABET for low in _ALPHABET)
"""Every two digits: ids are made several times for each call."""
_TIME_BITS: Final = 48
_CHANCE_BITS: Final = 80


def ulid(at: datetime, chance: int) -> str:
    """A ULID of the moment `at` (millisecond precision) and 80 bits of `chance`, in Crockford's base 32."""
    chance &= (1 << _CHANCE_BITS) - 1
    milliseconds = int(at.timestamp() * 1000) & (1 << _TIME_BITS) - 1
    # Written out, since a loop takes twice as long.
    return (
        f"{_first_digits(milliseconds >> 20)}{_PAIRS[milliseconds >> 10 & 1023]}{_PAIRS[milliseconds & 1023]}"
        f"{_PAIRS[chance >> 70]}{_PAIRS[chance >> 60 & 1023]}"
        f"{_PAIRS[chance >> 50 & 1023]}{_PAIRS[chance >> 40 & 1023]}"
        f"{_PAIRS[chance >> 30 & 1023]}{_PAIRS[chance >> 20 & 1023]}"
        f"{_PAIRS[chance >> 10 & 1023]}{_PAIRS[chance & 1023]}"
    )


@lru_cache(maxsize=16)
def _first_digits(time: int) -> str:
    """The six that change every 17 minutes."""
    return f"{_PAIRS[time >> 20]}{_PAIRS[time >> 10 & 1023]}{_PAIRS[time & 1023]}"


def derive(prefix: str, at: datetime, *parts: object) -> str:
    """An id such as `offer_01J…` that is the same each time for the same moment and parts.

    The core needs new names but may not roll dice: what makes an offer unique is its call and its number in
    that call, so the name is computed from those. The same channel seen twice gives the same CallId.
    """
    digest = blake2b("\x1f".join([str(part) for part in parts]).encode(), digest_size=10).digest()
    return f"{prefix}_{ulid(at, int.from_bytes(digest, 'big'))}"


def call_id(node: NodeId, uniqueid: str, arrived: datetime) -> CallId:
    """The call that began with this channel of this Asterisk node; seen again, it is the same call."""
    return CallId(derive("call", arrived, "call", node, uniqueid))


def shard_of(tenant: TenantId) -> Shard:
    """The shard whose owner acts for this tenant; stable for ever, because it is stored nowhere."""
    digest = blake2b(tenant.encode(), digest_size=4).digest()
    return Shard(int.from_bytes(digest, "big") % SHARDS)
