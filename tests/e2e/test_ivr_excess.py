"""A rule with an IVR beyond the contracted number is accepted, works, is warned of, and stands in the count to bill."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.crew import Crew, assembled, eventually
from tests.e2e.office import Admin, admin_of
from tests.platform import Platform

TENANT, NUMBER = "sakura", "+81312345706"
MENU = {
    "start": "ask",
    "nodes": {
        "ask": {"do": "menu", "prompt": "which", "keys": {"1": "in"}, "timeout": 5, "tries": 2, "on_timeout": "bye"},
        "in": {"do": "route", "queue": "orders"},
        "bye": {"do": "hang_up"},
    },
}
PLAIN = {"start": "in", "nodes": {"in": {"do": "route", "queue": "orders"}}}


async def newest(boss: Admin) -> tuple[Any, ...]:
    line = (await boss.api.get("/entitlements/counts"))["items"][0]
    return tuple(line[name] for name in ("kind", "used", "allowed", "excess", "clause", "contract"))


async def becomes(boss: Admin, used: int, excess: int) -> None:
    """The worker has counted."""

    async def counted() -> bool:
        return await newest(boss) == ("ivr_rule", used, 1, excess, "PL-CC", "connect-miitel")

    await eventually(counted, f"{used} counted, {excess} beyond")


async def choose(crew: Crew) -> None:
    """A caller chooses 1 in the second menu and waits in the queue it leads to."""
    call = crew.dial(NUMBER)
    await call.answered()
    await crew.board.fact("PlaybackFinished")
    call.send_dtmf("1")
    await crew.board.fact("CallQueued", queue="orders")
    call.hang_up()
    await call.ended()


@pytest.mark.feature("MT-F11", "limit")
async def test_a_rule_beyond_the_contract_is_accepted_warned_of_and_counted(demo: Platform) -> None:
    async with assembled(demo, TENANT) as crew, admin_of(demo, demo.tenant(TENANT)["admin"]) as boss:
        await becomes(boss, 1, 0)
        first = await boss.put("flows/second", MENU)
        assert first["warnings"] == []  # no number leads there yet
        told = await boss.put(f"numbers/{NUMBER}", {"flow": "second"})
        (warning,) = told["warnings"]
        assert (warning["code"], warning["clause"]) == ("excess_billed", "PL-CC")
        assert (warning["used"], warning["limit"], warning["excess"]) == (2, 1, 1)
        assert "1" in warning["sentence"]["ja"]
        assert "excess" in warning["sentence"]["en"]
        await becomes(boss, 2, 1)
        shown = {one["kind"]: one for one in (await boss.api.get("/entitlements"))["items"]}
        assert (shown["ivr_rule"]["used"], shown["ivr_rule"]["limit"]) == (2, 1)
        await choose(crew)
        _, tag = await boss.read("flows/second")
        plain = await boss.put("flows/second", PLAIN, over=tag)
        assert plain["warnings"] == []  # without a menu it is no rule with an IVR
        await becomes(boss, 1, 0)
        history = [(line["used"], line["excess"]) for line in (await boss.api.get("/entitlements/counts"))["items"]]
        assert history[:3] == [(1, 0), (2, 1), (1, 0)]
        for path in (f"numbers/{NUMBER}", "flows/second"):
            await boss.api.must("DELETE", f"/configuration/{path}", headers={"If-Match": "*"})
