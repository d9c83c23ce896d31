"""Whoever hangs up at whatever moment: nothing is left, there is one whole record, and the next caller is served."""

from __future__ import annotations

import os

import pytest

from robots.phone import Answer
from tests.e2e.crew import AGENT_HZ, PATIENT, Crew
from tests.integration.bad_input.aftermath import over
from tests.integration.bad_input.hang_ups import AGENT, CALLER, UNSEEN, Moment

TIMES = 3 if os.environ.get("DENWABAN_CHAOS") == "full" else 1
pytestmark = [pytest.mark.chaos, pytest.mark.beside]


def each(moments: tuple[Moment, ...]) -> pytest.MarkDecorator:
    """Every moment as often as is asked for."""
    cases = {
        f"{nth}-{moment.__name__}-{turn}": (moment, turn)
        for nth, moment in enumerate(moments, 1)
        for turn in range(1, TIMES + 1)
    }
    return pytest.mark.parametrize(("moment", "turn"), cases.values(), ids=cases)


def test_there_are_thirteen_moments_of_each() -> None:
    assert (len(set(CALLER)), len(set(AGENT))) == (13, 13)


@each(CALLER)
async def test_a_caller_hangs_up(crew: Crew, moment: Moment, turn: int) -> None:
    await _play(crew, moment)


@each(AGENT)
async def test_an_agent_hangs_up(crew: Crew, moment: Moment, turn: int) -> None:
    await _play(crew, moment)


async def _play(crew: Crew, moment: Moment) -> None:
    outcome = await moment(crew)
    seen = UNSEEN not in outcome
    if seen:
        await crew.board.fact("CallStarted")
        await _ended(crew, outcome)
    await _next_is_served(crew)
    if not seen:
        await _ended(crew, outcome, later=1)


async def _ended(crew: Crew, outcome: str, later: int = 0) -> None:
    """Each call of the moment is over, the last one as it should be; `later` calls came after the moment."""
    calls = [fact["body"]["call"] for fact in crew.board.of("CallStarted")]
    records = [await over(crew, call) for call in calls[: len(calls) - later]]
    assert all(record["outcome"] in outcome.split(" or ") for record in records[-1:]), (outcome, records[-1:])


async def _next_is_served(crew: Crew) -> None:
    """The agent who was there takes the next call; where none was, one who comes now does."""
    if "aoi" in crew.phones:
        phone = crew.phones["aoi"]
        phone.behaviour = Answer()
        await phone.register()
        await crew.api.ready("aoi")
        await crew.board.state("aoi", "ready")
    else:
        phone = await crew.work("aoi")
    if "ren" in crew.phones:
        await crew.api.pause("ren")
    offers = len(crew.board.of("OfferAccepted"))
    call = crew.dial(PATIENT)
    await call.rtp.hears(AGENT_HZ)
    accepted = await crew.board.fact("OfferAccepted", nth=offers + 1)
    call.hang_up()
    record = await over(crew, accepted["body"]["call"])
    assert (record["outcome"], record["agents"]) == ("completed", ["aoi"])
