"""A phone that is not ours: baresip registers, is rung by the queue, talks, and is rung again."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from robots.sound import level, tone_in
from tests.e2e.baresip import baresip
from tests.e2e.crew import AGENT_HZ, PATIENT, TENANT, Crew

MUSIC_SAMPLES = 16_000
"""Two seconds."""
MUSIC_DB = -60.0


async def test_baresip_takes_two_calls_of_a_queue_and_is_recorded(crew: Crew, tmp_path: Path) -> None:
    agent = next(known for known in crew.platform.tenant(TENANT)["agents"] if known["id"] == "aoi")
    sip = agent["sip"]
    async with (
        baresip(tmp_path, sip["username"], sip["password"], crew.platform.sip, AGENT_HZ),
        crew.seat_given_back("aoi"),
    ):
        await crew.api.sign_in("aoi")
        await crew.api.ready("aoi")
        await crew.board.state("aoi", "ready")
        for nth in (1, 2):
            call = crew.dial(PATIENT)
            await call.rtp.hears(AGENT_HZ)
            call.hang_up()
            await crew.board.fact("CallEnded", nth=nth)
            record = await crew.api.record(await crew.started(nth))
            assert (record["outcome"], record["agents"]) == ("completed", ["aoi"])
            assert (await crew.api.recording(record["call"]))["seconds"] > 0


@pytest.mark.feature("CSM-F20")
async def test_baresip_holds_a_caller_who_hears_music_meanwhile_and_ends_the_call(crew: Crew, tmp_path: Path) -> None:
    agent = next(known for known in crew.platform.tenant(TENANT)["agents"] if known["id"] == "aoi")
    sip = agent["sip"]
    async with (
        baresip(tmp_path, sip["username"], sip["password"], crew.platform.sip, AGENT_HZ) as phone,
        crew.seat_given_back("aoi"),
    ):
        await crew.api.sign_in("aoi")
        await crew.api.ready("aoi")
        await crew.board.state("aoi", "ready")
        call = crew.dial(PATIENT)
        await call.rtp.hears(AGENT_HZ)
        await phone.press("hold")
        held = await crew.board.fact("LegHeld")
        since = await call.rtp.misses(AGENT_HZ, window=0.5)

        def music() -> float | None:
            heard = call.rtp.heard_since(since)
            return level(heard) if heard.size >= MUSIC_SAMPLES and level(heard) > MUSIC_DB else None

        await call.rtp.changes.until(music, 30, "music")
        assert tone_in(call.rtp.heard_since(since), AGENT_HZ) < -20
        await phone.press("resume")
        back = await crew.board.fact("LegUnheld", leg=held["body"]["leg"])
        await call.rtp.hears(AGENT_HZ)
        await phone.press("hangup")
        await call.ended()
        assert call.ended_by == "peer"
        await crew.board.fact("CallEnded")
        record = await crew.api.record(await crew.started())
        assert record["outcome"] == "completed"
        lasted = datetime.fromisoformat(back["at"]) - datetime.fromisoformat(held["at"])
        assert record["hold_seconds"] == pytest.approx(lasted.total_seconds(), abs=0.001)
        (line,) = [leg for leg in record["legs"] if leg["agent"] == "aoi"]
        assert len(line["holds"]) == 1
        (segment,) = line["segments"]
        together = datetime.fromisoformat(segment["ended"]) - datetime.fromisoformat(segment["began"])
        # Talk is counted without hold.
        assert record["talk_seconds"] > 0
        assert record["talk_seconds"] + record["hold_seconds"] == pytest.approx(together.total_seconds(), abs=0.001)
