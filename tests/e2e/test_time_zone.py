"""A tenant whose clock becomes another one: his board counts his days by it at once, and hours are judged by it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.e2e.board import watching
from tests.e2e.crew import CALLER_HZ, PATIENT, TENANT, Api, Crew
from tests.e2e.office import admin_of

PATH = f"/platform/tenants/{TENANT}"
TOKYO, FAR = "Asia/Tokyo", "Pacific/Honolulu"
"""Never in the same hour of the day."""


@pytest.fixture
async def root(crew: Crew) -> AsyncIterator[Api]:
    """Whoever runs the platform; the clock is Tokyo's again when the test ends."""
    async with crew.platform.api(crew.platform.demo["platform"]) as client:
        api = Api(client)
        yield api
        await api.must("PATCH", PATH, json={"time_zone": TOKYO})


def midnight(zone: str) -> datetime:
    """When the day of this clock began."""
    now = datetime.now(ZoneInfo(zone))
    return now.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


async def today(api: Api) -> tuple[datetime, int]:
    """Since when the queue's day is counted, and how many were answered in it."""
    queues = {queue["id"]: queue for queue in (await api.get("/queues"))["items"]}
    counts = queues["patient"]["today"]
    return datetime.fromisoformat(counts["since"]), counts["answered"]


async def test_another_clock_reaches_the_board_at_once(crew: Crew, root: Api) -> None:
    phone = await crew.work("aoi")
    call = crew.dial(PATIENT)
    rung = await phone.rung()
    await rung.rtp.hears(CALLER_HZ)
    call.hang_up()
    await rung.ended()
    await crew.board.state("aoi", "ready")
    since, answered = await today(crew.api)
    assert since == midnight(TOKYO)
    assert answered >= 1
    moved = await root.must("PATCH", PATH, json={"time_zone": FAR})
    assert moved["time_zone"] == FAR
    since, _ = await today(crew.api)
    assert since == midnight(FAR)
    async with watching(crew.platform.api_url, crew.api.token) as board:
        assert datetime.fromisoformat(board.queues["patient"]["today"]["since"]) == midnight(FAR)
    assert (await root.get(PATH))["time_zone"] == FAR
    line = (await root.get(f"/audit?tenant={TENANT}&limit=1"))["items"][0]
    assert (line["changed"], line["version"]) == (["time_zone"], moved["version"])
    async with admin_of(crew.platform, crew.platform.tenant(TENANT)["admin"]) as boss:
        back = await boss.api.must("POST", "/configuration/versions/1/restore")
        assert back["in_force"] is True
    assert (await today(crew.api))[0] == midnight(FAR)  # the platform's word, not the old version's
    await root.must("PATCH", PATH, json={"time_zone": TOKYO})
    assert await today(crew.api) == (midnight(TOKYO), answered)


@pytest.mark.parametrize("wrong", [{"time_zone": "Asia/Atlantis"}, {"name": ""}, {"id": "other"}])
async def test_what_is_no_change_is_refused(crew: Crew, root: Api, wrong: dict[str, str]) -> None:
    before = await root.get(PATH)
    assert (await root.ask("PATCH", PATH, json=wrong)).status_code == 422
    assert await root.get(PATH) == before
    assert (await root.ask("PATCH", "/platform/tenants/nobody", json={"name": "x"})).status_code == 404
