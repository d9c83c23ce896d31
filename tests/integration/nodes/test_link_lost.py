"""A controller that does not reach a node which lives: those who talk through it are left alone, whatever is heard."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.integration.crash.lives import taken_over
from tests.integration.crash.scene import AGENT_HZ, CALLER_HZ, Scene, eventually
from tests.integration.nodes.people import both_used, talk
from tests.integration.nodes.test_two_nodes import music
from tests.platform import NODE_STEP, RTP_PORTS, Platform
from tests.relay import relay_to

pytestmark = pytest.mark.chaos

HERE, THERE = 1, 2
LONG = 370
"""Packets: seven seconds of what a party hears, longer than it takes to find out that a node is dead."""


@pytest.mark.timeout(240)
async def test_an_agent_whose_node_is_not_reached_holds_and_talks_on(scene: Scene, tmp_path: Path) -> None:
    """No sound comes from him while he holds: that the node is dead is not to be seen by that, nor by the lost link."""
    with taken_over(scene.platform) as lives:
        async with relay_to(scene.platform.ports["ari"]) as relay:
            life = lives.begin(nodes_file=_nodes(scene.platform, relay.port, tmp_path / "nodes.toml"))
            await life.ready()
            await both_used(scene.platform)
            over = await talk(scene, "op-1", caller_at=THERE, agent_at=HERE)

        async def lost() -> bool:
            used = await asyncio.to_thread(scene.platform.nodes_used)
            return used == {"node-1": "lost", "node-2": "used"}

        await eventually(lost, "node-1 is lost")
        assert await over.served.hold() == 200
        await music(over.call)
        before = over.call.rtp.received
        await over.call.rtp.changes.until(lambda: over.call.rtp.received > before + LONG or None, 60, "seven seconds")
        assert await over.served.unhold() == 200
        await over.call.rtp.hears(AGENT_HZ)
        await over.served.rtp.hears(CALLER_HZ)
    await both_used(scene.platform)
    over.call.hang_up()
    await over.served.ended()
    (record,) = await scene.records(1)
    assert (record["outcome"], record["agents"]) == ("completed", ["op-1"])
    await scene.nobody_is_stuck()


def _nodes(platform: Platform, ari: int, file: Path) -> Path:
    """The platform's two nodes, the first of which has its ARI at another port."""
    lines = []
    for number in (1, 2):
        shift = NODE_STEP * (number - 1)
        ports = {name: platform.ports[name] + shift for name in ("ari", "ami", "sip")}
        low = platform.ports["rtp"] + RTP_PORTS * (number - 1)
        lines += ["[[node]]", f'name = "node-{number}"', f"ari_port = {ari if number == 1 else ports['ari']}"]
        lines += [f"ami_port = {ports['ami']}", f"sip_port = {ports['sip']}"]
        lines += [f"rtp_low = {low}", f"rtp_high = {low + RTP_PORTS - 1}"]
    file.write_text("\n".join(lines))
    return file
