"""The announced wait judges itself on real calls: after ten that were far too long no number is spoken any more."""

from __future__ import annotations

import wave
from datetime import datetime, timedelta

from tests.e2e.crew import TENANT, Crew
from tests.e2e.office import admin_of, at_work

NUMBER = "+81312345736"
SCORED_FROM = 10
"""Announced waits, before which nobody can say how wrong they are."""


async def test_a_number_that_is_wrong_by_more_than_half_of_the_wait_is_not_spoken_any_more(crew: Crew) -> None:
    async with admin_of(crew.platform, crew.platform.tenant(TENANT)["admin"]) as boss:
        told = {"announce_every": 1, "waiting": {"tells_estimate": True}, "service": {"dropped_within": 0}}
        await boss.queue_with_number("guessed", NUMBER, **told)
        phone = await at_work(crew, "sena", await boss.agent("sena", "guessed"))
        talking = crew.dial(NUMBER, 620)
        await (await phone.rung()).rtp.hears(620)

        # Nobody has been served, so each call is taken to keep him for a minute and a half; all are much shorter.
        for place in range(1, SCORED_FROM + 1):
            await crew.wait_in("guessed", NUMBER, place, 400 + 50 * place)
        for nth in range(2, SCORED_FROM + 2):
            said = await crew.board.fact("PositionAnnounced", call=await crew.started(nth))
            assert (said["body"]["silent"], said["body"]["error"]) == ("", None)
            assert said["body"]["estimate"] >= 90
        talking.hang_up()
        for nth in range(2, SCORED_FROM + 2):
            served = await phone.rung()
            await crew.board.fact("ConversationStarted", nth=nth)
            served.hang_up()
            await served.ended()
        await crew.board.state("sena", "ready")

        last = crew.dial(NUMBER, 620)
        await (await phone.rung()).rtp.hears(620)
        await crew.wait_in("guessed", NUMBER, 1)
        said = await crew.board.fact("PositionAnnounced", call=await crew.started(SCORED_FROM + 3))
        assert said["body"]["silent"] == "uncertain"
        assert said["body"]["error"] > 0.5
        assert said["body"]["estimate"] > 0
        over = await crew.board.fact("PlaybackFinished", playback=said["body"]["playback"])
        # What was played has the length of the place alone.
        spoken = datetime.fromisoformat(over["at"]) - datetime.fromisoformat(said["at"])
        shortest = min(_seconds(crew, f"wait-{minutes}") for minutes in (1, 2))
        assert spoken < _seconds(crew, "position-1") + shortest
        last.hang_up()


def _seconds(crew: Crew, prompt: str) -> timedelta:
    """How long an announcement lasts."""
    with wave.open(str(crew.platform.prompts / f"{prompt}.wav")) as file:
        return timedelta(seconds=file.getnframes() / file.getframerate())
