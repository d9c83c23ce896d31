"""Recording as it was bought: one tenant's calls are recorded and kept for three months, the other's never."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from tests.e2e.crew import Api, Crew, assembled, eventually
from tests.platform import SEEDS, Platform, running_platform

KEPT, UNKEPT = ("kept", "+81312345801", "rin"), ("unkept", "+81312345802", "kai")
JAPAN = ZoneInfo("Asia/Tokyo")
TALK = 1.0
"""Seconds, so that there is something to hear."""


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """A whole denwaban with the tenants of tests/data/seeds/recordings.toml."""
    with running_platform(SEEDS / "recordings.toml") as running:
        yield running


@asynccontextmanager
async def talked(platform: Platform, tenant: str, number: str, agent: str) -> AsyncIterator[tuple[Crew, str]]:
    """A caller has reached the tenant's agent, talked and hung up; the call's id."""
    async with assembled(platform, tenant) as crew:
        phone = await crew.work(agent)
        call = crew.dial(number)
        rung = await phone.rung()
        await rung.answered()
        await crew.board.state(agent, "on_call")
        await asyncio.sleep(TALK)
        call.hang_up()
        await crew.board.fact("CallEnded")
        yield crew, await crew.started()


@asynccontextmanager
async def admin(platform: Platform, tenant: str) -> AsyncIterator[Api]:
    async with platform.api(platform.tenant(tenant)["admin"]) as client:
        yield Api(client)


async def say(platform: Platform, sql: str, *values: object) -> Any:
    """Move a moment in the database, as its superuser: nobody can wait three months. What a query gives comes back."""
    connection = await asyncpg.connect(
        host=str(platform.var / "run"),
        port=5432,
        user="postgres",
        database="denwaban",
        password=(platform.var / "secrets" / "postgres").read_text().strip(),
    )
    try:
        return await connection.fetchval(sql, *values)
    finally:
        await connection.close()


def files(platform: Platform) -> list[Path]:
    """Every sound there is, in the store and in the switch's spool."""
    return [*(platform.var / "recordings").rglob("*.wav"), *spooled(platform)]


def spooled(platform: Platform) -> list[Path]:
    """What the switch has written."""
    return list((platform.var / "asterisk" / "spool" / "recording").rglob("*.wav"))


async def kept(platform: Platform) -> int:
    """How many sounds there are when the spool is empty: a recording can be heard a moment before it is."""

    async def empty() -> bool:
        return spooled(platform) == []

    await eventually(empty, "the spool is empty")
    return len(files(platform))


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    ahead = day.month - 1 + months
    year, month = day.year + ahead // 12, ahead % 12 + 1
    for last in range(day.day, 27, -1):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    return date(year, month, day.day)


async def gone(api: Api, recording: str, state: str) -> dict[str, Any]:
    """The tombstone, once the worker has come to it."""

    async def look() -> dict[str, Any] | None:
        shown: dict[str, Any] = await api.get(f"/recordings/{recording}")
        return shown if shown["deleted_at"] is not None else None

    shown: dict[str, Any] = await eventually(look, f"{recording} {state}")
    assert shown["state"] == state
    return shown


@pytest.mark.feature("CSM-F12", "refusal")
async def test_a_tenant_without_the_right_is_never_recorded(platform: Platform) -> None:
    before = files(platform)
    async with talked(platform, *UNKEPT) as (crew, call):
        record = await crew.api.record(call)
        assert (record["outcome"], record["recording"]) == ("completed", None)
        assert record["talk_seconds"] >= TALK
        assert crew.board.of("RecordingStarted") == []
        for listed in ("/recordings", "/recordings?state=pending", "/recordings?state=expired"):
            assert (await crew.api.get(listed))["items"] == []
    assert files(platform) == before


@pytest.mark.feature("CSM-F12", "limit")
async def test_a_recording_is_there_for_three_months_and_then_gone_with_its_file(platform: Platform) -> None:
    async with talked(platform, *KEPT) as (crew, call):
        shown = await crew.api.recording(call)
        recording, record = shown["recording"], await crew.api.record(call)
        ended = datetime.fromisoformat(record["ended"]).astimezone(JAPAN)
        last = months_later(ended.date(), 3)
        midnight = datetime.combine(last + timedelta(days=1), datetime.min.time(), JAPAN)
        assert datetime.fromisoformat(shown["expires_at"]) == midnight
        assert "T1-2" in shown["clause"]
        assert await crew.api.sound(recording)

        sounds = await kept(platform)
        sql = "UPDATE recordings SET expires_at = now() - interval '1 second' WHERE recording = $1"
        await say(platform, sql, recording)
        refused = await crew.api.ask("GET", f"/recordings/{recording}/audio")
        assert (refused.status_code, refused.json()["code"]) == (410, "recording_expired")
        assert len(files(platform)) == sounds

        await say(platform, "UPDATE jobs SET run_after = now() WHERE kind = 'expire_recordings' AND tenant = 'kept'")
        tombstone = await gone(crew.api, recording, "expired")
        assert (tombstone["deleted_by"], tombstone["audio"]) == ("retention", None)
        assert "T1-2" in tombstone["reason"]
        assert len(files(platform)) == sounds - 1
        assert recording not in [item["recording"] for item in (await crew.api.get("/recordings"))["items"]]
        over = (await crew.api.get("/recordings?state=expired"))["items"]
        assert [item["recording"] for item in over] == [recording]


ORDERS = "/platform/tenants/kept/contracts/connect-smacom/orders"


@asynccontextmanager
async def six_months(platform: Platform) -> AsyncIterator[Api]:
    """Whoever runs the platform, while the tenant keeps recordings for six months instead of three."""
    async with platform.api(platform.demo["platform"]) as client:
        root = Api(client)
        await root.must("POST", ORDERS, json={"do": "change", "rows": {"CSM-F12": 0, "CSM-F13": 1}})
        yield root
        await root.must("POST", ORDERS, json={"do": "change", "rows": {"CSM-F12": 1, "CSM-F13": 0}})


@pytest.mark.feature("CSM-F13", "limit", "refusal")
async def test_one_that_was_bought_for_six_months_is_there_for_six(platform: Platform) -> None:
    async with six_months(platform) as root, talked(platform, *KEPT) as (crew, call):
        for rows, code, numbers in (
            ({"CSM-F13": 2}, "quantity_must_equal", (2, 1)),
            ({"CSM-F02": 2}, "quantity_must_equal", (1, 2)),
            ({"CSM-F12": 1}, "excluded_by", (None, None)),
        ):
            refused = await root.ask("POST", ORDERS, json={"do": "change", "rows": rows})
            told = refused.json()
            assert (refused.status_code, told["code"], told["clause"]) == (422, code, "T1-2")
            assert (told.get("used"), told.get("limit")) == numbers
        both = {"do": "change", "rows": {"CSM-F02": 2, "CSM-F13": 2}}
        assert (await root.ask("POST", f"{ORDERS}?dry_run=true", json=both)).status_code == 200
        shown = await crew.api.recording(call)
        ended = datetime.fromisoformat((await crew.api.record(call))["ended"]).astimezone(JAPAN)
        last = months_later(ended.date(), 6)
        midnight = datetime.combine(last + timedelta(days=1), datetime.min.time(), JAPAN)
        assert datetime.fromisoformat(shown["expires_at"]) == midnight
        assert await crew.api.sound(shown["recording"])
        recording = shown["recording"]
        move = "UPDATE recordings SET expires_at = $2 WHERE recording = $1"
        await say(platform, move, recording, datetime.now(JAPAN) - timedelta(seconds=1))
        silent = await crew.api.ask("GET", f"/recordings/{recording}/audio")
        assert (silent.status_code, silent.json()["code"]) == (410, "recording_expired")
        await say(platform, move, recording, midnight)
        assert recording in [item["recording"] for item in (await crew.api.get("/recordings"))["items"]]
        async with admin(platform, "kept") as own:
            assert (await own.ask("DELETE", f"/recordings/{recording}")).status_code == 204
            await gone(own, recording, "deleted")


@pytest.mark.feature("CSM-F12")
async def test_an_admin_searches_plays_and_deletes_a_recording(platform: Platform) -> None:
    async with talked(platform, *KEPT) as (crew, call):
        recording = (await crew.api.recording(call))["recording"]
        assert await crew.api.sound(recording)
        sounds = await kept(platform)
        refused = await crew.api.ask("DELETE", f"/recordings/{recording}")
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
        async with admin(platform, "unkept") as stranger:
            assert (await stranger.ask("DELETE", f"/recordings/{recording}")).status_code == 404
        assert await crew.api.sound(recording)
        async with admin(platform, "kept") as own:
            done = await own.ask("DELETE", f"/recordings/{recording}", params={"reason": "caller_asked"})
            assert done.status_code == 204
            tombstone = await gone(own, recording, "deleted")
            silent = await own.ask("GET", f"/recordings/{recording}/audio")
            assert (tombstone["deleted_by"], tombstone["reason"]) == ("admin", "caller_asked")
            assert (silent.status_code, silent.json()["code"]) == (410, "recording_deleted")

            async def erased() -> bool:
                return len(files(platform)) == sounds - 1

            await eventually(erased, "the file is gone")
