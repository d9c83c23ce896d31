"""The moments at which somebody hangs up: thirteen along the path of a call for the caller, and as many for the agent.

Each takes a crew, lets the call come as far as its moment, has somebody go, and names the outcome of the record.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from robots.phone import Answer, Behaviour, Ignore, IncomingCall, OutgoingCall, Redirect, Reject
from tests.e2e.crew import AGENT_HZ, BRISK, CALLER_HZ, GREETED, PATIENT, TIDY, TOLD, Crew, eventually

Moment = Callable[[Crew], Awaitable[str]]
ENDED, ABANDONED, COMPLETED = "ended_in_flow", "abandoned", "completed"
UNSEEN = "unseen"
"""The caller may have been gone before Asterisk asked anybody about him: then there is no call."""
IGNORE = Ignore()


async def _dialled(crew: Crew, number: str, told_by: str) -> OutgoingCall:
    """A caller who has come as far as the fact."""
    call = crew.dial(number)
    await crew.board.fact(told_by)
    return call


async def _ringing(
    crew: Crew, number: str = PATIENT, behaviour: Behaviour = IGNORE
) -> tuple[OutgoingCall, IncomingCall]:
    phone = await crew.work("aoi", behaviour)
    call = crew.dial(number)
    return call, await phone.rung()


async def _picked_up(crew: Crew, told_by: str) -> tuple[OutgoingCall, IncomingCall]:
    """A caller and the agent who has just answered, as far as the fact."""
    call, rung = await _ringing(crew)
    rung.answer()
    await crew.board.fact(told_by)
    return call, rung


async def _talking(crew: Crew, number: str = PATIENT) -> tuple[OutgoingCall, IncomingCall]:
    call, rung = await _ringing(crew, number, Answer())
    await rung.rtp.hears(CALLER_HZ)
    await call.rtp.hears(AGENT_HZ)
    return call, rung


async def _caller_goes(call: OutgoingCall, rung: IncomingCall) -> None:
    call.hang_up()
    await rung.ended()


async def _agent_goes(call: OutgoingCall, rung: IncomingCall) -> None:
    rung.hang_up()
    await call.ended()


# --- the caller ------------------------------------------------------------------------------------------------
async def caller_before_the_answer(crew: Crew) -> str:
    """CANCEL with the first provisional response; it may cross the 200."""
    call = crew.dial(GREETED)
    call.hang_up()
    await call.ended()
    return f"{ENDED} or {UNSEEN}"


async def caller_at_the_answer(crew: Crew) -> str:
    call = crew.dial(GREETED)
    await call.answered()
    call.hang_up()
    return ENDED


async def caller_in_the_greeting(crew: Crew) -> str:
    call = crew.dial(GREETED)
    await call.answered()
    await crew.board.fact("FlowStepped")
    await asyncio.sleep(0.7)
    call.hang_up()
    return ENDED


async def caller_just_when_queued(crew: Crew) -> str:
    (await _dialled(crew, PATIENT, "CallQueued")).hang_up()
    return ABANDONED


async def caller_while_waiting(crew: Crew) -> str:
    (await crew.wait_in("patient", PATIENT, 1)).hang_up()
    return ABANDONED


async def caller_during_the_announcement(crew: Crew) -> str:
    (await _dialled(crew, TOLD, "PositionAnnounced")).hang_up()
    return ABANDONED


async def caller_while_it_rings(crew: Crew) -> str:
    call, rung = await _ringing(crew)
    await rung.ringing()
    await _caller_goes(call, rung)
    return ABANDONED


async def caller_as_the_agent_answers(crew: Crew) -> str:
    call, rung = await _ringing(crew)
    rung.answer()
    await _caller_goes(call, rung)
    return f"{ABANDONED} or {COMPLETED}"


async def caller_right_after_the_connect(crew: Crew) -> str:
    call, rung = await _picked_up(crew, "ConversationStarted")
    await _caller_goes(call, rung)
    return COMPLETED


async def caller_as_the_recording_starts(crew: Crew) -> str:
    call, rung = await _picked_up(crew, "RecordingStarted")
    await _caller_goes(call, rung)
    return COMPLETED


async def caller_in_the_talk(crew: Crew) -> str:
    call, rung = await _talking(crew)
    await _caller_goes(call, rung)
    return COMPLETED


async def caller_while_the_next_agent_rings(crew: Crew) -> str:
    first = await crew.work("aoi", Reject(486))
    second = await crew.work("ren", Ignore())
    call = crew.dial(PATIENT)
    await first.rung()
    rung = await second.rung()
    await _caller_goes(call, rung)
    return ABANDONED


async def caller_while_his_agent_wraps_up(crew: Crew) -> str:
    """The call before has just ended; he who waits behind it goes during its wrap-up."""
    before, rung = await _talking(crew, TIDY)
    waiting = crew.dial(TIDY)
    await waiting.answered()
    await _caller_goes(before, rung)
    await crew.board.state("aoi", "wrap_up")
    waiting.hang_up()
    return ABANDONED


# --- the agent -------------------------------------------------------------------------------------------------
async def _leaves(crew: Crew, call: OutgoingCall) -> str:
    """The agent has gone without a talk: the caller waits on, and then leaves."""
    await crew.board.until(lambda: _outcome_of_an_offer(crew), "the offer is over")
    call.hang_up()
    return ABANDONED


def _outcome_of_an_offer(crew: Crew) -> bool:
    return any(crew.board.of(kind) for kind in ("OfferRefused", "OfferLost", "OfferMissed"))


def agent_refuses(status: int) -> Moment:
    async def refuses(crew: Crew) -> str:
        await crew.work("aoi", Reject(status))
        return await _leaves(crew, crew.dial(PATIENT))

    return refuses


async def agent_redirects(crew: Crew) -> str:
    await crew.work("aoi", Redirect("+81398765432"))
    return await _leaves(crew, crew.dial(PATIENT))


async def agent_unregisters_while_it_rings(crew: Crew) -> str:
    call, _ = await _ringing(crew, BRISK)
    await crew.phones["aoi"].unregister()
    return await _leaves(crew, call)


async def agent_loses_power_while_it_rings(crew: Crew) -> str:
    call, rung = await _ringing(crew, BRISK)
    rung.drop()
    return await _leaves(crew, call)


async def agent_answers_as_the_ring_runs_out(crew: Crew) -> str:
    call, rung = await _ringing(crew, BRISK, Answer(after=1.99))
    await crew.board.until(
        lambda: _outcome_of_an_offer(crew) or bool(crew.board.of("OfferAccepted")), "the offer is over"
    )
    accepted = bool(crew.board.of("OfferAccepted"))
    await _caller_goes(call, rung)
    return COMPLETED if accepted else ABANDONED


async def agent_answers_and_drops(crew: Crew) -> str:
    """With the ACK of his 200: before it no BYE is allowed (RFC 3261 15)."""
    call, rung = await _ringing(crew)
    rung.answer()

    async def acknowledged() -> bool:
        return any(seen.method_or_status == "ACK" for seen in crew.phones["aoi"].log_of(rung))

    await eventually(acknowledged, "the ACK of the 200")
    await _agent_goes(call, rung)
    return COMPLETED


async def agent_answers_as_the_caller_goes(crew: Crew) -> str:
    call, rung = await _ringing(crew)
    call.hang_up()
    rung.answer()
    await rung.ended()
    return f"{ABANDONED} or {COMPLETED}"


async def agent_as_the_recording_starts(crew: Crew) -> str:
    call, rung = await _picked_up(crew, "RecordingStarted")
    await _agent_goes(call, rung)
    return COMPLETED


async def agent_in_the_talk(crew: Crew) -> str:
    call, rung = await _talking(crew)
    await _agent_goes(call, rung)
    return COMPLETED


async def both_at_once(crew: Crew) -> str:
    call, rung = await _talking(crew)
    rung.hang_up()
    call.hang_up()
    return COMPLETED


async def agent_signs_out_in_wrap_up(crew: Crew) -> str:
    call, rung = await _talking(crew, TIDY)
    await _agent_goes(call, rung)
    await crew.board.state("aoi", "wrap_up")
    await crew.api.must("POST", "/agents/aoi/sign-out")
    await crew.api.sign_in("aoi")
    return COMPLETED


CALLER: tuple[Moment, ...] = (
    caller_before_the_answer, caller_at_the_answer, caller_in_the_greeting, caller_just_when_queued,
    caller_while_waiting, caller_during_the_announcement, caller_while_it_rings, caller_as_the_agent_answers,
    caller_right_after_the_connect, caller_as_the_recording_starts, caller_in_the_talk,
    caller_while_the_next_agent_rings, caller_while_his_agent_wraps_up,
)  # fmt: skip
AGENT: tuple[Moment, ...] = (
    agent_refuses(486), agent_refuses(480), agent_refuses(603), agent_redirects, agent_unregisters_while_it_rings,
    agent_loses_power_while_it_rings, agent_answers_as_the_ring_runs_out, agent_answers_and_drops,
    agent_answers_as_the_caller_goes, agent_as_the_recording_starts, agent_in_the_talk, both_at_once,
    agent_signs_out_in_wrap_up,
)  # fmt: skip
