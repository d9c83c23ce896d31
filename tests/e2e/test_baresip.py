"""A phone that is not ours: baresip registers, is rung by the queue, talks, and is rung again."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.baresip import baresip
from tests.e2e.crew import AGENT_HZ, PATIENT, TENANT, Crew


async def test_baresip_takes_two_calls_of_a_queue_and_is_recorded(crew: Crew, tmp_path: Path) -> None:
    agent = next(known for known in crew.platform.tenant(TENANT)["agents"] if known["id"] == "aoi")
    sip = agent["sip"]
    async with baresip(tmp_path, sip["username"], sip["password"], crew.platform.sip, AGENT_HZ):
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
        await crew.api.must("POST", "/agents/aoi/sign-out")
