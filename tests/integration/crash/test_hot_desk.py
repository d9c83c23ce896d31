"""The controller dies while an agent sits down at another's desk, works there and goes: he sits at exactly one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest

from robots.phone import Answer, Credentials, Phone
from tests.integration.crash.ledger import TENANT
from tests.integration.crash.lives import Lives
from tests.integration.crash.load import sampled
from tests.integration.crash.scene import AGENT_HZ, CALLER_HZ, STRAIGHT, Scene, eventually
from tests.integration.crash.test_fault_points import Reborn

pytestmark = [pytest.mark.chaos, pytest.mark.beside, pytest.mark.timeout(300)]

WHO, DESK, NEXT = "op-1", "op-9", "op-2"
DESK_HZ = 1500
CASES = [
    ("sit", 6, 1),
    ("ready", 7, 1),
    ("ring", 7, 2),
    ("sit", 7, 1),
    ("ready", 8, 1),
    ("ring", 9, 1),
    ("sit", 12, 1),
    ("ring", 1, 2),
    ("go", 7, 1),
    ("ring", 6, 2),
    ("ring", 11, 1),
    ("go", 6, 1),
]
"""While he does what, the step of docs/call.md, and at which passing of it: 7-1 is written down and not done yet."""


@pytest.mark.parametrize(("doing", "step", "times"), sampled(CASES))
async def test_an_agent_at_another_desk_sits_at_exactly_one_when_the_controller_has_died_at(
    scene: Scene, lives: Lives, doing: str, step: int, times: int
) -> None:
    async with _phone(scene, WHO, AGENT_HZ) as own, _phone(scene, DESK, DESK_HZ) as desk:
        await _one_day(scene, lives, own, desk, (doing, step, times))


async def _one_day(scene: Scene, lives: Lives, own: Phone, desk: Phone, death: tuple[str, int, int]) -> None:
    """He sits down, is rung there, and goes; then the next one does."""
    doing, step, times = death
    life = await lives.alive()
    reborn = Reborn(scene, lives, life)

    def arm(now: str) -> None:
        if now == doing:
            lives.arm(step, times)

    try:
        arm("sit")
        await _until_done(scene, "POST", f"/agents/{WHO}/sign-in", json={"phone": DESK})
        arm("ready")
        await _until_done(scene, "PUT", f"/agents/{WHO}/state", json={"state": "ready"})
        await eventually(lambda: _is(scene, "ready"), f"{WHO} is ready")
        taken = await _until_answered(scene, "POST", f"/agents/{NEXT}/sign-in", json={"phone": DESK})
        assert (taken.status_code, taken.json()["code"]) == (409, "phone_taken")
        arm("ring")
        call = scene.dial(STRAIGHT)
        rung = await desk.rung()
        await rung.rtp.hears(CALLER_HZ)
        await call.rtp.hears(DESK_HZ)
        call.hang_up()
        await rung.ended()
        await eventually(lambda: _is(scene, "ready"), f"{WHO} is ready again")
        arm("go")
        await _until_done(scene, "POST", f"/agents/{WHO}/sign-out")
        await reborn.done()
    finally:
        reborn.end()
    (record,) = await scene.records(1)
    assert (record["outcome"], record["agents"]) == ("completed", [WHO])
    assert (len(desk.calls), len(own.calls)) == (1, 0)
    signed = [
        (entry.type, entry.body["agent"]) for entry in await scene.facts() if entry.type.startswith("AgentSigned")
    ]
    assert signed == [("AgentSignedIn", WHO), ("AgentSignedOut", WHO)]
    # The desk is free for the next one, who is rung there and nowhere else.
    await scene.api.must("POST", f"/agents/{NEXT}/sign-in", json={"phone": DESK})
    await scene.ready(NEXT)
    again = scene.dial(STRAIGHT)
    await (await desk.rung()).rtp.hears(CALLER_HZ)
    again.hang_up()
    await scene.records(2)
    await scene.nobody_is_stuck()
    await scene.api.must("POST", f"/agents/{NEXT}/sign-out")
    await scene.copied()


@asynccontextmanager
async def _phone(scene: Scene, agent: str, hz: int) -> AsyncIterator[Phone]:
    """The registered telephone of an agent who has not signed in."""
    known = next(one for one in scene.platform.tenant(TENANT)["agents"] if one["id"] == agent)
    login = Credentials(known["sip"]["username"], known["sip"]["password"])
    async with await Phone.open(
        scene.stage, login.username, login, scene.platform.sip, tone_hz=hz, behaviour=Answer(after=0.2)
    ) as phone:
        await phone.register()
        await scene.fact("LineChanged", agent=agent, line="up")
        try:
            yield phone
        finally:
            for call in phone.calls:
                call.hang_up()
            await phone.unregister()


async def _until_answered(scene: Scene, method: str, path: str, **more: Any) -> httpx2.Response:
    """What the controller that lives says; while none does, the API says 503, and the same order is given again."""
    key = {"Idempotency-Key": f"{scene.began}{path.replace('/', '-')}"}

    async def answered() -> httpx2.Response | None:
        answer = await scene.api.ask(method, path, headers=key, **more)
        return None if answer.status_code >= 500 else answer

    answer: httpx2.Response = await eventually(answered, path)
    return answer


async def _until_done(scene: Scene, method: str, path: str, **more: Any) -> None:
    answer = await _until_answered(scene, method, path, **more)
    assert answer.is_success, (path, answer.status_code, answer.text)


async def _is(scene: Scene, state: str) -> bool:
    return bool((await scene.agents())[WHO]["state"] == state)
