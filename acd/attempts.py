"""Reaching the other party of a call out or inside: each try, its answer or failure, and the end of the call."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Final

from acd import callback_missed, calls, dial_rules
from acd.effects import (
    AnswerCaller,
    Connect,
    DialInside,
    DialOut,
    Effect,
    HangUp,
    SetTimer,
    StartRinging,
    StopRinging,
    TellAgent,
)
from acd.facts import (
    AgentAnswered,
    AgentRung,
    Body,
    CallEnded,
    CallEnding,
    CallTold,
    ConversationStarted,
    DialFailed,
    DialTried,
    LegAlerted,
    LegGone,
    LegJoined,
    LegStarted,
    LegUp,
    PlaybackFinished,
)
from acd.inputs import DialTimeEnded, LegAlerts, LegAnswered, LegEnded, PlaybackEnded
from acd.matching import prepare
from acd.model import Call, Floor, Leg, LegState, Party, Place
from acd.work import agents
from kernel.ids import ConversationId, LegId, PlaybackId, TrunkName, derive
from kernel.moment import after
from kernel.refusal import Refused

RING_LIMIT: Final = 120.0
"""Seconds for which the other party may ring, and an agent's own phone when he ordered the call."""
TONE_SECONDS: Final = 4.0
SPEECH_LIMIT: Final = 30.0
"""Seconds after which the agent has been told enough, whatever is still playing."""
REFUSED: Final = "refused"
CANCELLED: Final = "cancelled"


class Failure(StrEnum):
    """Why the other party was not reached."""

    BUSY = "busy"
    NO_ANSWER = "no_answer"
    UNOBTAINABLE = "unobtainable"
    DECLINED = "declined"
    CONGESTED = "congested"


_SIP: Final = {
    Failure.BUSY: 486,
    Failure.NO_ANSWER: 480,
    Failure.UNOBTAINABLE: 404,
    Failure.DECLINED: 603,
    Failure.CONGESTED: 503,
}
_BY_SIP: Final = {
    486: Failure.BUSY,
    600: Failure.BUSY,
    408: Failure.NO_ANSWER,
    480: Failure.NO_ANSWER,
    487: Failure.NO_ANSWER,
    401: Failure.CONGESTED,
    407: Failure.CONGESTED,
    403: Failure.DECLINED,
    603: Failure.DECLINED,
}
_BY_CAUSE: Final = {
    1: Failure.UNOBTAINABLE,
    22: Failure.UNOBTAINABLE,
    28: Failure.UNOBTAINABLE,
    17: Failure.BUSY,
    18: Failure.NO_ANSWER,
    19: Failure.NO_ANSWER,
    20: Failure.NO_ANSWER,
    21: Failure.DECLINED,
}


def failure(cause: int, sip: int | None) -> Failure:
    """What a final SIP status means to the agent, or a Q.850 cause where there was no status."""
    if sip is None:
        return _BY_CAUSE.get(cause, Failure.CONGESTED)
    return _BY_SIP.get(sip, Failure.CONGESTED if 500 <= sip <= 599 else Failure.UNOBTAINABLE)


def dial(floor: Floor, call: Call, now: datetime) -> Iterator[Body | Effect]:
    """Call the other party: over the next trunk of the line, or the colleague."""
    own = _own(floor, call)
    if own is None:
        return
    leg = LegId(derive("leg", now, call.id, "callee", call.tries + 1))
    if call.destination.colleague is not None:
        yield from _ring_colleague(floor, call, own, leg, now)
    else:
        yield from _try_trunk(call, own, leg, now)
    yield SetTimer(after(now, _ring_limit(floor, call)), DialTimeEnded(leg))


def _ring_colleague(floor: Floor, call: Call, own: Leg, leg: LegId, now: datetime) -> Iterator[Body | Effect]:
    colleague = call.destination.colleague
    if colleague is None:
        return
    agent = floor.agents[colleague]
    yield LegStarted(leg, call.id, Party.CALLEE, own.node, leg, agent.id, now, up=False)
    yield AgentRung(agent.id, call.id, leg)
    yield _inside(call, own, leg, agent.endpoint)
    yield from prepare.heads(floor, agent.queues, now)


def _try_trunk(call: Call, own: Leg, leg: LegId, now: datetime) -> Iterator[Body | Effect]:
    to = call.destination
    if to.line is None or call.tries >= len(to.trunks):
        return
    trunk = to.trunks[call.tries]
    yield DialTried(call.id, leg, to.line, trunk, call.number, to.kind)
    yield LegStarted(leg, call.id, Party.CALLEE, own.node, leg, None, now, up=False, line=to.line)
    yield _outside(call, own, leg, trunk)


def once_more(floor: Floor, leg: Leg) -> Iterator[Effect]:
    """What is to be done for the latest try of a call: for one who comes back and finds that it was not."""
    call = floor.calls[leg.call]
    own = _own(floor, call)
    if own is None or call.callee_leg != leg.id or call.place is not Place.DIALLING:
        return
    if leg.line is not None:
        yield _outside(call, own, leg.id, call.destination.trunks[call.tries - 1])
    elif leg.agent is not None:
        yield _inside(call, own, leg.id, floor.agents[leg.agent].endpoint)


def _outside(call: Call, own: Leg, leg: LegId, trunk: TrunkName) -> DialOut:
    withheld = call.destination.withheld
    return DialOut(call.id, leg, own.node, trunk, leg, call.caller, call.number, withheld, own.channel)


def _inside(call: Call, own: Leg, leg: LegId, endpoint: str) -> DialInside:
    return DialInside(call.id, leg, own.node, endpoint, leg, call.number, own.channel)


def leg_alerts(floor: Floor, given: LegAlerts, _now: datetime) -> Iterator[Body | Effect]:
    """The other party's telephone rings: let the agent hear it."""
    leg = floor.legs.get(given.leg)
    call = None if leg is None else floor.calls[leg.call]
    if leg is None or call is None or leg.party is not Party.CALLEE or leg.alerted or call.place is not Place.DIALLING:
        return
    yield LegAlerted(leg.id, call.id)
    own = _own(floor, call)
    if own is not None:
        yield StartRinging(own.node, own.channel)


def leg_answered(floor: Floor, given: LegAnswered, now: datetime) -> Iterator[Body | Effect]:
    """The other party answered: both talk. The agent's own phone answered: now the other party is called."""
    leg = floor.legs.get(given.leg)
    if leg is None or leg.state is LegState.UP:
        return
    call = floor.calls[leg.call]
    if leg.party is Party.CALLEE:
        if call.place is Place.DIALLING:
            yield from _connect(floor, call, leg, now)
        return
    yield LegUp(leg.id, call.id)
    if call.place is Place.DIALLING and call.tries == 0 and call.told is None:
        to = call.destination.colleague
        no = None if to is None else dial_rules.colleague_out_of_reach(floor, to)
        yield from dial(floor, call, now) if no is None else refuse(floor, call, no, now)


def _connect(floor: Floor, call: Call, leg: Leg, now: datetime) -> Iterator[Body | Effect]:
    own = _own(floor, call)
    if own is None:
        return
    conversation = ConversationId(derive("conv", now, call.id, call.tries))
    yield LegUp(leg.id, call.id)
    if leg.agent is not None:
        yield AgentAnswered(leg.agent, call.id)
    yield ConversationStarted(conversation, call.id)
    yield LegJoined(own.id, conversation, call.id)
    yield LegJoined(leg.id, conversation, call.id)
    if own.state is LegState.RINGING:
        yield AnswerCaller(own.node, own.channel)
    else:
        yield StopRinging(own.node, own.channel)
    yield Connect(conversation, own.node, (own.channel, leg.channel))
    for agent_id in (own.agent, leg.agent):
        if agent_id is not None:
            yield from prepare.at_work(floor, floor.agents[agent_id], now)


def leg_ended(floor: Floor, given: LegEnded, now: datetime) -> Iterator[Body | Effect]:
    """A party of a call that does not talk yet is gone, or the try has failed and the next trunk is asked."""
    leg = floor.legs[given.leg]
    call = floor.calls[leg.call]
    broken = given.why == calls.PLATFORM_FAILURE
    trying = leg.party is Party.CALLEE and call.callee_leg == leg.id and call.place is Place.DIALLING
    if trying:
        yield DialFailed(call.id, leg.id, given.cause, given.sip)
    yield LegGone(leg.id, call.id, leg.channel, given.cause, given.why)
    if not broken:
        yield from callback_missed.mark(floor, leg, call)
    yield from agents.leg_gone(floor, leg, call, broken, now)
    if trying and not broken:
        yield from _after_failure(floor, call, given, now)
    elif broken or leg.party is Party.AGENT:
        yield from _end(floor, call, calls.PLATFORM_FAILURE if broken else _outcome(call))
    elif not call.legs:
        yield CallEnded(call.id, call.ending)


def _outcome(call: Call) -> str:
    return CANCELLED if call.told is None else call.told[0]


def _after_failure(floor: Floor, call: Call, given: LegEnded, now: datetime) -> Iterator[Body | Effect]:
    if given.elsewhere and call.tries < len(call.destination.trunks):
        yield from dial(floor, call, now)
        return
    why = failure(given.cause, given.sip)
    yield from _over(floor, call, why, why, given.sip or _SIP[why], now)


def refuse(floor: Floor, call: Call, no: Refused, now: datetime) -> Iterator[Body | Effect]:
    """A rule forbids the call: it ends, most often after the agent has heard so."""
    yield from _over(floor, call, no.code, REFUSED, dial_rules.SIP.get(no.code, dial_rules.FORBIDDEN), now)


def _over(floor: Floor, call: Call, what: str, outcome: str, sip: int, now: datetime) -> Iterator[Body | Effect]:
    """A phone that dialled tells busy and the like by itself; whoever has answered already must hear something."""
    own = _own(floor, call)
    by_tone = what in dial_rules.SILENT or what in _SIP
    if own is None or (by_tone and own.state is LegState.RINGING):
        yield from _end(floor, call, outcome, sip)
        return
    playback = PlaybackId(derive("play", now, call.id, call.playbacks + 1))
    yield CallTold(call.id, playback, what, outcome, sip)
    yield TellAgent(call.id, own.node, own.channel, playback, what)
    yield SetTimer(after(now, TONE_SECONDS if by_tone else SPEECH_LIMIT), PlaybackEnded(call.id, playback))


def playback_ended(floor: Floor, given: PlaybackEnded, _now: datetime) -> Iterator[Body | Effect]:
    """The agent has heard why his call goes no further."""
    call = floor.calls[given.call]
    if call.playback != given.playback:
        return
    yield PlaybackFinished(call.id, given.playback)
    if call.told is not None:
        yield from _end(floor, call, *call.told)


def time_ended(floor: Floor, given: DialTimeEnded, _now: datetime) -> Iterator[Body | Effect]:
    """It has rung long enough."""
    leg = floor.legs.get(given.leg)
    call = None if leg is None else floor.calls[leg.call]
    if leg is None or call is None or call.place is not Place.DIALLING or leg.state is LegState.UP:
        return
    if leg.party is Party.CALLEE:
        yield from _end(floor, call, Failure.NO_ANSWER, _SIP[Failure.NO_ANSWER])
    else:
        yield from _end(floor, call, CANCELLED)


def timers(floor: Floor, call: Call, now: datetime) -> Iterator[SetTimer]:
    """The deadlines of a call that is being dialled, for a controller that comes back."""
    if call.told is not None and call.playback is not None:
        yield SetTimer(after(now, TONE_SECONDS), PlaybackEnded(call.id, call.playback))
        return
    waited_for = call.callee_leg if call.tries else call.caller_leg
    if waited_for is not None and waited_for in floor.legs:
        yield SetTimer(after(floor.legs[waited_for].started, _ring_limit(floor, call)), DialTimeEnded(waited_for))


def _ring_limit(floor: Floor, call: Call) -> float:
    """How long whoever is called now may ring: who is called back, and the agent for him, shorter than others."""
    callback = None if call.callback is None else floor.callbacks.get(call.callback)
    if callback is None:
        return RING_LIMIT
    rings_agent = callback.agent is not None and not call.tries
    return call.settings.ring_time if rings_agent and call.settings is not None else callback.rule.ring_time


def _end(floor: Floor, call: Call, outcome: str, sip: int | None = None) -> Iterator[Body | Effect]:
    if call.place is not Place.ENDING:
        yield CallEnding(call.id, outcome)
        for leg_id in sorted(call.legs):
            leg = floor.legs[leg_id]
            unanswered = leg_id == call.caller_leg and leg.state is LegState.RINGING
            yield HangUp(leg.id, leg.node, leg.channel, sip=sip if unanswered else None)
    if not call.legs:
        yield CallEnded(call.id, call.ending)


def _own(floor: Floor, call: Call) -> Leg | None:
    """The leg of the agent who makes the call."""
    return None if call.caller_leg is None else floor.legs.get(call.caller_leg)
