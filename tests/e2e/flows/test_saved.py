"""What an admin saves, the next caller hears; who is on the line keeps the announcements he began with."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from tests.e2e.crew import Crew
from tests.e2e.flows.listening import BEGUN, Voices
from tests.e2e.office import Admin, admin_of

NUMBER, DOOR = "+81312345638", "+81312345639"
OLD, NEW = "これは、古いご案内です。番号を押してください。", "新しくなりました。ご用件の番号を、どうぞ。"
ALWAYS = {day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def admin(crew: Crew) -> AbstractAsyncContextManager[Admin]:
    return admin_of(crew.platform, crew.platform.tenant(crew.tenant)["admin"])


def spoken(voices: Voices, before: set[str]) -> str:
    """The one announcement that was not there before."""
    (name,) = {path.stem for path in voices.folder.glob("prompt_*.wav")} - before
    before.add(name)
    return name


async def test_a_new_announcement_is_heard_by_the_next_caller_only(crew: Crew, voices: Voices) -> None:
    known = {path.stem for path in voices.folder.glob("prompt_*.wav")}
    menu = {"do": "menu", "prompt": "saved", "keys": {"1": "in"}, "timeout": 3, "tries": 2, "on_timeout": "bye"}
    nodes = {"ask": menu, "in": {"do": "route", "queue": "orders"}, "bye": {"do": "hang_up"}}
    async with admin(crew) as boss:
        await boss.put("prompts/saved", {"text": OLD})
        old = spoken(voices, known)
        await boss.put("flows/saved", {"start": "ask", "nodes": nodes})
        await boss.put(f"numbers/{NUMBER}", {"flow": "saved"})
        first = crew.dial(NUMBER)
        await voices.begins(first, old)
        _, tag = await boss.read("prompts/saved")
        await boss.put("prompts/saved", {"text": NEW}, over=tag)
        new = spoken(voices, known)
        second = crew.dial(NUMBER)
        await voices.hears(second, new)
        await voices.hears(first, old, 2)
    assert voices.heard(first, new, BEGUN) == []
    assert voices.heard(second, old, BEGUN) == []


@pytest.mark.parametrize("text", ["。", " "])
async def test_an_announcement_that_cannot_be_spoken_is_refused(crew: Crew, voices: Voices, text: str) -> None:
    before = set(voices.folder.iterdir())
    async with admin(crew) as boss:
        answer = await boss.try_put("prompts/mute", {"text": text})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "prompts.mute.text"
        assert (await boss.api.ask("GET", "/configuration/prompts/mute")).status_code == 404
    assert set(voices.folder.iterdir()) == before


async def test_a_day_that_is_closed_from_now_on_is_closed_to_the_next_caller(
    crew: Crew, voices: Voices, calendar: Path
) -> None:
    calendar.write_text("2026-08-13T10:00:00+09:00")
    nodes = {
        "when": {"do": "hours", "hours": "summer", "open": "in", "closed": "shut"},
        "in": {"do": "route", "queue": "orders"},
        "shut": {"do": "play", "prompt": "closed", "next": "bye"},
        "bye": {"do": "hang_up"},
    }
    async with admin(crew) as boss:
        await boss.put("hours/summer", {"week": ALWAYS})
        await boss.put("flows/door", {"start": "when", "nodes": nodes})
        await boss.put(f"numbers/{DOOR}", {"flow": "door"})
        waiting = await crew.wait_in("orders", DOOR, 1)
        _, tag = await boss.read("hours/summer")
        await boss.put("hours/summer", {"week": ALWAYS, "days": {"08-13": []}}, over=tag)
    call = crew.dial(DOOR)
    await call.ended(limit=30)
    assert len(voices.heard(call, "closed")) == 1
    assert crew.board.queues["orders"]["waiting"] == 1
    waiting.hang_up()
