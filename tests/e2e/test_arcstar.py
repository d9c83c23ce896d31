"""What comes with a seat of Arcstar: distribution on the tenant's own numbers and line, the view of his agents now, and
what was for ninety-three days."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import asyncpg
import httpx2
import pytest

from robots.phone import Answer, CallOver, Credentials, Phone
from tests.e2e.board import Board, watching
from tests.e2e.crew import AGENT_HZ, CALLER_HZ, PATIENT, Crew, eventually
from tests.e2e.office import Admin, admin_of
from tests.e2e.way_out import FIRST, OUTSIDE, WayOut, opened
from tests.platform import Platform

TENANT, QUEUE, NUMBER, NOBODYS = "arcstar", "front", "+81312345641", "+81312345649"
KEPT_DAYS = 93
JAPAN = ZoneInfo("Asia/Tokyo")
CONTRACT = {
    "id": "arcstar",
    "tariff": "arcstar-contact-center",
    "type": "ACC-T1",
    "items": [{"row": "ACC-F01", "quantity": 20}],
    "facts": {"access": "universal_one"},
}


@pytest.fixture(scope="module")
def login(platform: Platform) -> dict[str, str]:
    """The admin of a tenant with twenty seats."""
    root = {name: platform.demo["platform"][name] for name in ("tenant", "login", "password")}
    with httpx2.Client(base_url=platform.api_url, timeout=30) as client:
        client.headers["Authorization"] = f"Bearer {client.post('/login', json=root).json()['token']}"
        made = client.post("/platform/tenants", json={"id": TENANT, "name": "アーク商会"})
        assert made.status_code == 201, made.text
        bought = client.post(f"/platform/tenants/{TENANT}/contracts", json=CONTRACT)
        assert bought.status_code == 201, bought.text
        line = client.put(f"/platform/tenants/{TENANT}/lines/own", json={"trunks": [FIRST], "channels": 4})
        assert line.is_success, line.text
    return {"tenant": TENANT, "login": made.json()["admin"], "password": made.json()["password"]}


@dataclass(slots=True)
class Hall:
    """The tenant's admin and live view; beside him another tenant's crew, and a carrier to call out to."""

    admin: Admin
    board: Board
    crew: Crew
    way: WayOut

    @asynccontextmanager
    async def works(self, name: str) -> AsyncIterator[Phone]:
        """A new agent with a phone, ready, who shows the tenant's number."""
        wanted = {"name": name, "queues": [QUEUE], "caller_number": NUMBER}
        sip = (await self.admin.put(f"agents/{name}", wanted))["sip"]
        phone = await Phone.open(
            self.crew.stage,
            sip["username"],
            Credentials(sip["username"], sip["password"]),
            self.crew.platform.sip,
            tone_hz=AGENT_HZ,
            behaviour=Answer(),
        )
        async with phone:
            await phone.register()
            await self.admin.api.sign_in(name)
            await self.admin.api.ready(name)
            await self.board.state(name, "ready")
            yield phone
            for call in phone.calls:
                call.hang_up()
            await self.board.until(lambda: self.board.agents[name]["state"] not in ("offered", "on_call"), name)
            await self.admin.api.must("POST", f"/agents/{name}/sign-out")
            await phone.unregister()


@pytest.fixture
async def hall(crew: Crew, login: dict[str, str]) -> AsyncIterator[Hall]:
    async with admin_of(crew.platform, login) as admin, opened(crew) as way:
        if (await admin.api.ask("GET", f"/configuration/queues/{QUEUE}")).status_code == 404:
            await admin.queue_with_number(QUEUE, NUMBER, wrap_up=0)
            await admin.change(f"numbers/{NUMBER}", line="own")
        async with watching(crew.platform.api_url, admin.api.token) as board:
            yield Hall(admin, board, crew, way)


@pytest.mark.feature("ACC-F02", "refusal")
@pytest.mark.feature("ACC-F03")
async def test_art_4_a_call_reaches_an_agent_of_its_number_and_his_state_is_on_view(hall: Hall) -> None:
    """A neighbour's agent is ready all the time, and neither rung nor seen."""
    crew = hall.crew
    neighbour = await crew.work("aoi")
    async with hall.works("first") as phone:
        call = crew.dial(NUMBER)
        rung = await phone.rung()
        await rung.rtp.hears(CALLER_HZ)
        await hall.board.until(lambda: hall.board.agents["first"]["doing"] == "talk", "the first talks")
        row = await hall.board.state("first", "on_call")
        assert row["queue"] == QUEUE
        assert hall.board.agents.keys() == {"first"}
        assert [one["id"] for one in (await hall.admin.api.get("/agents"))["items"]] == ["first"]
        assert not neighbour.calls
        call.hang_up()
        await rung.ended()
        await hall.board.state("first", "ready")
        assert "first" not in crew.board.agents

        theirs = crew.dial(PATIENT)
        taken = await neighbour.rung()
        await theirs.rtp.hears(AGENT_HZ)
        with pytest.raises(CallOver):
            await crew.dial(NOBODYS).answered()
        assert len(phone.calls) == 1
        theirs.hang_up()
        await taken.ended()

        out = phone.dial("0312340000")
        outside = await hall.way.rung()
        assert (outside.to_number, outside.from_number) == (OUTSIDE, NUMBER)
        await out.rtp.hears(CALLER_HZ)
        await hall.board.fact("DialTried", line="own")
        await hall.board.state("first", "on_call")
        out.hang_up()
        await outside.ended()
        await hall.admin.api.pause("first", "lunch")
        assert (await hall.board.state("first", "paused"))["reason"] == "lunch"


@pytest.mark.feature("ACC-F04", "limit", "refusal")
async def test_t1_2_1_2_n_3_history_is_there_for_ninety_three_days_and_not_longer(hall: Hall) -> None:
    midnight = datetime.now(JAPAN).replace(hour=0, minute=0, second=0, microsecond=0)
    first = midnight - timedelta(days=KEPT_DAYS)
    gone = first - timedelta(minutes=15)
    assert gone < first
    for slot in (gone, first):
        await _counted(hall.crew.platform, slot)
    query = {"from": (first - timedelta(days=2)).isoformat(), "to": (first + timedelta(days=2)).isoformat()}
    told = (await hall.admin.api.ask("GET", "/reports/queues", params=query)).json()
    assert [(datetime.fromisoformat(line["begins"]), line["counts"]["offered"]) for line in told["items"]] == [
        (first, 1)
    ]
    sheet = await hall.admin.api.ask("GET", "/reports/queues", params={**query, "format": "csv"})
    assert len(sheet.text.strip().splitlines()) == 2
    before = {**query, "to": first.isoformat()}
    for report in ("queues", "agents", "abandoned"):
        empty = await hall.admin.api.ask("GET", f"/reports/{report}", params=before)
        assert (empty.status_code, empty.json()["items"]) == (200, [])

    async def erased() -> bool:
        # The job is there when the tenant's first facts have been counted, and says itself when it is due again.
        await _at_midnight(hall.crew.platform)
        return await _slots(hall.crew.platform) == [first]

    await eventually(erased, "history older than it is kept is erased")


async def _counted(platform: Platform, slot: datetime) -> None:
    """In this quarter of an hour somebody came and gave up: nobody can wait three months."""
    async with _database(platform) as connection:
        for what in ("offered", "abandoned"):
            await connection.execute(
                "INSERT INTO interval_grains (tenant, slot, queue, agent, what, much) VALUES ($1, $2, $3, '', $4, 1)",
                TENANT, slot, QUEUE, what,
            )  # fmt: skip


async def _at_midnight(platform: Platform) -> None:
    """What the worker does at the end of the day is due."""
    async with _database(platform) as connection:
        await connection.execute(
            "UPDATE jobs SET run_after = now() WHERE tenant = $1 AND kind = 'erase_history'", TENANT
        )


async def _slots(platform: Platform) -> list[datetime]:
    """The quarters of the past that are still there."""
    query = (
        "SELECT DISTINCT slot FROM interval_grains WHERE tenant = $1 AND slot < now() - interval '2 days' ORDER BY slot"
    )
    async with _database(platform) as connection:
        return [row["slot"] for row in await connection.fetch(query, TENANT)]


@asynccontextmanager
async def _database(platform: Platform) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(
        host=str(platform.var / "run"),
        port=5432,
        user="postgres",
        database="denwaban",
        password=(platform.var / "secrets" / "postgres").read_text().strip(),
    )
    try:
        yield connection
    finally:
        await connection.close()
