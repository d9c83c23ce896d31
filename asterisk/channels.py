"""The operations on channels."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Final

from asterisk.names import safe
from asterisk.request import Method, Request

TRANSFERS_ASK_FIRST: Final = ("PJSIP_TRANSFER_HANDLING()", "ari-only")
"""On every leg, behind the endpoints' own refusal: a REFER becomes the event ChannelTransfer, and runs no dialplan."""


class Cause(IntEnum):
    """Why we end a call, in Q.850 numbers; in brackets what a caller that is not yet answered gets by SIP."""

    UNALLOCATED = 1  # 404
    NORMAL = 16
    BUSY = 17  # 486
    NO_ANSWER = 19  # 480
    REJECTED = 21  # 403
    ANSWERED_ELSEWHERE = 26
    FAILURE = 38  # 500
    CONGESTION = 34  # 503


_DIGITS: Final = re.compile(r"[0-9*#A-D]{1,64}")
_FOR_SIP: Final = {
    401: 34,
    403: 21,
    404: 1,
    407: 34,
    408: 18,
    410: 22,
    480: 19,
    484: 28,
    485: 1,
    486: 17,
    488: 58,
    500: 38,
    501: 29,
    502: 27,
    503: 34,
    600: 17,
    603: 102,
    604: 1,
    606: 58,
}


def cause_for(sip: int) -> int:
    """The Q.850 cause that Asterisk turns into this SIP status for a caller not yet answered (docs/asterisk-facts.md);
    for a status it cannot send, one of its kind: 503 where a carrier did not take our credentials, 500 for a fault of
    the network, 480 for all else."""
    return _FOR_SIP.get(sip, 38 if 500 <= sip <= 599 else 19)


def create(
    channel: str,
    endpoint: str,
    app: str,
    args: str = "",
    *,
    originator: str | None = None,
    formats: Sequence[str] = (),
    variables: Mapping[str, str] | None = None,
) -> Request:
    """Make a channel named `channel` towards `endpoint` (of `names.dial_string`) without calling it yet.

    `originator` is a channel whose codecs are offered first, `formats` names such codecs where there is no such
    channel yet. Wait for its StasisStart before `dial`.
    """
    query = [("endpoint", endpoint), ("app", safe(app)), ("channelId", safe(channel))]
    if args:
        query.append(("appArgs", args))
    if originator is not None:
        query.append(("originator", safe(originator)))
    if formats:
        query.append(("formats", ",".join(safe(one) for one in formats)))
    return Request(Method.POST, "channels/create", tuple(query), {"variables": _variables(variables)})


def dial(channel: str, *, caller: str | None = None, timeout: int | None = None) -> Request:
    """Send the INVITE of a created channel; after `timeout` seconds unanswered Asterisk ends it.

    `caller` is the channel whose number the phone is shown; without one it is shown nobody's.
    """
    query = []
    if caller is not None:
        query.append(("caller", safe(caller)))
    if timeout is not None:
        query.append(("timeout", str(timeout)))
    return Request(Method.POST, f"channels/{safe(channel)}/dial", tuple(query))


def originate(
    channel: str,
    endpoint: str,
    app: str,
    args: str = "",
    *,
    caller_id: str | None = None,
    timeout: int = 30,
    originator: str | None = None,
    variables: Mapping[str, str] | None = None,
) -> Request:
    """Create and dial in one request; the channel enters Stasis only when answered. `timeout` in seconds."""
    query = [("endpoint", endpoint), ("app", safe(app)), ("timeout", str(timeout))]
    if args:
        query.append(("appArgs", args))
    if caller_id is not None:
        query.append(("callerId", caller_id))
    if originator is not None:
        query.append(("originator", safe(originator)))
    return Request(Method.POST, f"channels/{safe(channel)}", tuple(query), {"variables": _variables(variables)})


def answer(channel: str) -> Request:
    """Answer a calling channel."""
    return Request(Method.POST, f"channels/{safe(channel)}/answer")


def hangup(channel: str, cause: int = Cause.NORMAL) -> Request:
    """End a channel; `Gone` means it had ended already."""
    return Request(Method.DELETE, f"channels/{safe(channel)}", (("reason_code", str(int(cause))),))


def ring(channel: str) -> Request:
    """Let the caller hear ringing."""
    return Request(Method.POST, f"channels/{safe(channel)}/ring")


def ring_stop(channel: str) -> Request:
    """Stop the ringing that `ring` began."""
    return Request(Method.DELETE, f"channels/{safe(channel)}/ring")


def progress(channel: str) -> Request:
    """Let a caller who is not answered yet hear what is sent to him (183 with SDP)."""
    return Request(Method.POST, f"channels/{safe(channel)}/progress")


def statistics(channel: str) -> Request:
    """How many packets of sound were sent to its party and came from it so far; `Gone` also where there is none."""
    return Request(Method.GET, f"channels/{safe(channel)}/rtp_statistics")


def mute(channel: str) -> Request:
    """Let the channel's party hear nobody and be heard by nobody, in its bridge as it is."""
    return Request(Method.POST, f"channels/{safe(channel)}/mute", (("direction", "both"),))


def unmute(channel: str) -> Request:
    """The end of `mute`; harmless when there was none."""
    return Request(Method.DELETE, f"channels/{safe(channel)}/mute", (("direction", "both"),))


def send_dtmf(channel: str, digits: str) -> Request:
    """Let the channel's party hear these keys, one after another (RFC 4733 where that was agreed)."""
    if _DIGITS.fullmatch(digits) is None:
        raise ValueError("keys are 0-9, *, # and A-D")
    return Request(Method.POST, f"channels/{safe(channel)}/dtmf", (("dtmf", digits),))


def moh_start(channel: str, music: str = "default") -> Request:
    """Play music on hold of this class to the channel."""
    return Request(Method.POST, f"channels/{safe(channel)}/moh", (("mohClass", safe(music)),))


def moh_stop(channel: str) -> Request:
    """Stop the music on hold."""
    return Request(Method.DELETE, f"channels/{safe(channel)}/moh")


def set_variable(channel: str, variable: str, value: str) -> Request:
    """Set a channel variable or a dialplan function such as TIMEOUT(absolute)."""
    return Request(Method.POST, f"channels/{safe(channel)}/variable", (("variable", variable), ("value", value)))


def lease(channel: str, seconds: int) -> Request:
    """Let the channel leave Stasis for the fallback after `seconds`; 0 lifts the lease (asterisk.md section 3)."""
    return set_variable(channel, "TIMEOUT(absolute)", str(seconds))


def get_variable(channel: str, variable: str) -> Request:
    """Read a channel variable; `Gone` also when it is not set."""
    return Request(Method.GET, f"channels/{safe(channel)}/variable", (("variable", variable),))


def snoop(channel: str, spy: str, app: str, *, spies: str = "both", whispers: str = "none") -> Request:
    """Make a channel named `spy` that hears `channel` and is heard there, each none, in, out or both.

    Out is what the channel's party is sent, in is what comes from it; so `whispers="out"` is heard by that party alone.
    It comes to `app` like any other, and ends with the channel.
    """
    query = (("spy", safe(spies)), ("whisper", safe(whispers)), ("app", safe(app)))
    return Request(Method.POST, f"channels/{safe(channel)}/snoop/{safe(spy)}", query)


def get(channel: str) -> Request:
    """One channel's snapshot."""
    return Request(Method.GET, f"channels/{safe(channel)}")


def list_all() -> Request:
    """Snapshots of all channels of this Asterisk, also those outside Stasis."""
    return Request(Method.GET, "channels", large=True)


def _variables(more: Mapping[str, str] | None) -> dict[str, str]:
    name, value = TRANSFERS_ASK_FIRST
    return {name: value, **(more or {})}
