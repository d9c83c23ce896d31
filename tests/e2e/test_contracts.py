"""What the demo's tenants have bought holds at the door: seats, what is ordered together, rights, tariff tables."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.crew import CALLER_HZ, Api, assembled, eventually
from tests.platform import ROOT, Platform

CREW = ("akari", "haruto", "mei", "sota")
CONTRACT = "/platform/tenants/demo/contracts/connect-smacom"
MIITEL = "/platform/tenants/sakura/contracts/connect-miitel"
TALK = 2.0
"""Seconds of talk, so that there is something to keep."""
TABLES = ROOT / "tariff" / "tables"


@asynccontextmanager
async def logged_in(demo: Platform, login: dict[str, str]) -> AsyncIterator[Api]:
    async with demo.api(login) as client:
        yield Api(client)


@pytest.fixture
async def supervisor(demo: Platform) -> AsyncIterator[Api]:
    """The first tenant's supervisor; whoever is signed in when the test ends is signed out."""
    async with logged_in(demo, demo.tenant()["supervisor"]) as api:
        yield api
        for agent in CREW:
            await api.ask("POST", f"/agents/{agent}/sign-out")


@pytest.fixture
async def platform(demo: Platform) -> AsyncIterator[Api]:
    """Whoever runs the platform; the contracts are as they were when the test ends."""
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(logged_in(demo, demo.demo["platform"]))
        before = {path: await api.get(path) for path in (CONTRACT, MIITEL)}
        yield api
        for path, contract in before.items():
            if await api.get(path) != contract:
                assert (await change(api, path, contract["items"])).status_code == 200


async def change(platform: Api, path: str, items: list[dict[str, Any]], **more: Any) -> Any:
    """The contract with other items, over the version that is there."""
    now = await platform.ask("GET", path)
    wanted = {"tariff": now.json()["tariff"], "items": items, **more}
    return await platform.ask("PUT", path, json=wanted, headers={"If-Match": now.headers["ETag"]})


def rows(**quantities: int) -> list[dict[str, Any]]:
    """Items given as `CSM_F02=3`."""
    return [{"row": row.replace("_", "-"), "quantity": quantity} for row, quantity in quantities.items()]


async def sign_in(api: Api, agent: str) -> Any:
    return await api.ask("POST", f"/agents/{agent}/sign-in")


@pytest.mark.feature("CSM-F02", "limit", "refusal")
async def test_the_fourth_of_three_advance_is_refused_until_a_fourth_is_bought(supervisor: Api, platform: Api) -> None:
    for agent in CREW[:3]:
        await supervisor.sign_in(agent)
    refused = await sign_in(supervisor, "sota")
    problem = refused.json()
    assert refused.status_code == 409
    assert (problem["code"], problem["clause"]) == ("licence_exhausted", "T1-1")
    assert (problem["used"], problem["limit"]) == (3, 3)
    bought = await change(platform, CONTRACT, rows(CSM_F02=4, CSM_F12=4))
    assert (bought.status_code, bought.json()["in_force"]) == (200, True)
    assert (await sign_in(supervisor, "sota")).status_code == 200
    shown = await supervisor.get("/entitlements")
    (advance,) = [one for one in shown["items"] if one["kind"] == "advance"]
    assert (advance["used"], advance["limit"], advance["basis"], advance["clause"]) == (4, 4, "concurrent", "T1-1")
    assert (advance["row"], advance["contract"], advance["scope"]) == ("CSM-F02", "connect-smacom", "tenant")


async def test_a_seat_that_is_given_back_is_there_for_the_next(supervisor: Api) -> None:
    for agent in CREW[:3]:
        await supervisor.sign_in(agent)
    assert (await sign_in(supervisor, "sota")).status_code == 409
    await supervisor.must("POST", "/agents/mei/sign-out")
    assert (await sign_in(supervisor, "sota")).status_code == 200


@pytest.mark.feature("CSM-F01", "limit", "refusal")
async def test_each_kind_of_licence_has_seats_of_its_own(demo: Platform) -> None:
    async with logged_in(demo, demo.tenant("basic")["supervisor"]) as supervisor:
        await supervisor.sign_in("one")
        refused = await sign_in(supervisor, "two")
        problem = refused.json()
        assert (refused.status_code, problem["code"], problem["clause"]) == (409, "licence_exhausted", "T1-1")
        assert (problem["used"], problem["limit"]) == (1, 1)
        await supervisor.sign_in("three")
        kinds = {one["kind"]: (one["used"], one["limit"]) for one in (await supervisor.get("/entitlements"))["items"]}
        assert (kinds["basic"], kinds["advance"]) == ((1, 1), (1, 1))
        await supervisor.must("POST", "/agents/one/sign-out")
        assert (await sign_in(supervisor, "two")).is_success
        # Others have these seats after us.
        for agent in ("two", "three"):
            await supervisor.must("POST", f"/agents/{agent}/sign-out")


@pytest.mark.feature("CSM-F12", "refusal")
@pytest.mark.parametrize("recordings", [2, 4])
async def test_recording_is_for_as_many_as_the_licences(platform: Api, supervisor: Api, recordings: int) -> None:
    before = await platform.get(CONTRACT)
    refused = await change(platform, CONTRACT, rows(CSM_F02=3, CSM_F12=recordings))
    problem = refused.json()
    assert (refused.status_code, problem["code"], problem["clause"]) == (422, "quantity_must_equal", "T1-2")
    assert (problem["used"], problem["limit"]) == (recordings, 3)
    assert await platform.get(CONTRACT) == before
    shown = await supervisor.get("/entitlements")
    (recording,) = [one for one in shown["items"] if one["kind"] == "recording"]
    assert (recording["limit"], recording["months"], recording["clause"]) == (3, 3, "T1-2")


@pytest.mark.feature("MT-F07", "limit", "refusal")
async def test_queueing_is_for_every_full_function_id(platform: Api) -> None:
    refused = await change(platform, MIITEL, rows(MT_F01=5, MT_F03=1, MT_F07=4))
    problem = refused.json()
    assert (refused.status_code, problem["code"], problem["clause"]) == (422, "quantity_must_equal", "PL-CC")
    assert (problem["used"], problem["limit"]) == (4, 5)


@pytest.mark.feature("MT-F03", "limit", "refusal")
@pytest.mark.feature("MT-F04", "limit", "refusal")
async def test_a_contract_without_any_number_is_refused(platform: Api) -> None:
    refused = await change(platform, MIITEL, rows(MT_F01=5, MT_F07=5))
    problem = refused.json()
    assert (refused.status_code, problem["code"], problem["clause"]) == (422, "needs", "PL-base")
    for number in ({"MT_F03": 1}, {"MT_F04": 1}):
        assert (await change(platform, MIITEL, rows(MT_F01=5, MT_F07=5, **number))).status_code == 200


@pytest.mark.feature("FD-01")
@pytest.mark.feature("FD-02")
async def test_the_toll_free_number_has_a_contract_of_its_own(demo: Platform, platform: Api) -> None:
    async with logged_in(demo, demo.tenant("sakura")["admin"]) as admin:
        shown = await admin.get("/entitlements")
    basic = {one["row"]: one for one in shown["items"] if one["contract"] == "freedial-navidial"}
    assert set(basic) == {"FD-01", "FD-02"}
    assert {(one["scope"], one["of"], one["limit"]) for one in basic.values()} == {("number", "+81120345671", 1)}
    assert basic["FD-01"]["clause"] == "2-2(1)"
    kinds = {one["kind"]: (one["used"], one["limit"], one["basis"]) for one in shown["items"]}
    assert kinds["full"] == (5, 5, "named")
    assert kinds["waiting_place"] == (0, 2, "count")
    assert kinds["ivr_rule"] == (1, 1, "count")
    assert kinds["number_050"] == (1, 1, "count")
    refused = await change(platform, "/platform/tenants/sakura/contracts/freedial-navidial", rows(FD_01=1, FD_02=1))
    assert (refused.status_code, refused.json()["code"]) == (422, "needs")


@pytest.mark.feature("FD-01")
@pytest.mark.feature("FD-02")
async def test_a_call_to_the_toll_free_number_reaches_one_of_its_agents(demo: Platform) -> None:
    async with assembled(demo, "sakura") as crew:
        phone = await crew.work("hana")
        call = crew.dial("+81120345671")
        rung = await phone.rung()
        await rung.rtp.hears(CALLER_HZ)
        await asyncio.sleep(TALK)
        call.hang_up()
        await rung.ended()
        record = await crew.api.record(await crew.started())
        assert (record["number"], record["queue"], record["agents"]) == ("+81120345671", "orders", ["hana"])
        await crew.api.recording(record["call"])


async def test_contracts_are_the_platforms_alone(demo: Platform, platform: Api, supervisor: Api) -> None:
    async with logged_in(demo, demo.tenant()["admin"]) as admin:
        for who in (admin, supervisor):
            for method, body in (("GET", None), ("PUT", {"tariff": "own-use", "items": rows(OWN_USE=1)})):
                assert (await who.ask(method, CONTRACT, json=body)).status_code == 403
    assert (await platform.ask("GET", "/entitlements")).status_code == 403
    assert (await platform.ask("GET", "/platform/tenants/nobody/contracts")).status_code == 404
    assert (await platform.ask("GET", "/platform/tenants/demo/contracts/nothing")).status_code == 404


async def test_two_who_change_the_same_contract_do_not_undo_each_other(platform: Api) -> None:
    first = await platform.ask("GET", CONTRACT)
    wanted = {"tariff": "connect-smacom", "items": rows(CSM_F02=3, CSM_F12=3)}
    blind = await platform.ask("PUT", CONTRACT, json=wanted)
    assert (blind.status_code, blind.json()["code"]) == (428, "precondition_required")
    seen = {"If-Match": first.headers["ETag"]}
    once = await platform.ask("PUT", CONTRACT, json=wanted, headers=seen)
    assert once.status_code == 200
    assert once.headers["ETag"] != first.headers["ETag"]
    again = await platform.ask("PUT", CONTRACT, json=wanted, headers=seen)
    assert (again.status_code, again.json()["code"]) == (412, "changed_meanwhile")


async def test_a_contract_that_has_ended_gives_nothing_any_more(platform: Api, supervisor: Api) -> None:
    known = await platform.get(CONTRACT)
    ended = await change(platform, CONTRACT, known["items"], **{"from": known["from"], "until": "2026-01-01T00:00:00Z"})
    assert ended.status_code == 200
    refused = await sign_in(supervisor, "akari")
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (409, "licence_exhausted")
    assert (problem["used"], problem["limit"], problem["clause"]) == (0, 0, "no contract")
    assert (await supervisor.get("/entitlements"))["items"] == []


async def test_a_contract_begins_by_itself_when_its_moment_has_come(platform: Api, supervisor: Api) -> None:
    for agent in CREW[:3]:
        await supervisor.sign_in(agent)
    contracts = "/platform/tenants/demo/contracts"
    begins = datetime.now(UTC) + timedelta(seconds=8)
    more = {"id": "more", "tariff": "connect-smacom", "items": rows(CSM_F02=1, CSM_F12=1), "from": begins.isoformat()}
    assert (await platform.ask("POST", contracts, json=more)).status_code == 201
    assert (await platform.ask("POST", contracts, json=more)).status_code == 409
    assert (await sign_in(supervisor, "sota")).status_code == 409

    async def signs_in() -> bool:
        return bool((await sign_in(supervisor, "sota")).is_success)

    await eventually(signs_in, "the contract begins", limit=30)
    over = {"from": begins.isoformat(), "until": datetime.now(UTC).isoformat()}
    assert (await change(platform, f"{contracts}/more", rows(CSM_F02=1, CSM_F12=1), **over)).status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('price = "5980", ', "", "row CSM-M2: price: missing"),
        ('time", price = "5980"', 'term", price = "5980"', "row CSM-M2: unit: there is no 'agent at the same term'"),
        ('clause = "T1-3"\n', 'clause = "T1-3"\nprise = "580"\n', "row CSM-F14: prise: unknown field"),
    ],
)
def test_a_bad_tariff_table_is_refused_with_file_row_and_reason(tmp_path: Path, old: str, new: str, said: str) -> None:
    (good,) = TABLES.glob("connect-smacom-*.toml")
    bad = tmp_path / "bad.toml"
    text = good.read_text(encoding="utf-8")
    assert old in text
    bad.write_text(text.replace(old, new, 1), encoding="utf-8")
    refused = checked(bad)
    assert refused.returncode == 1
    assert f"{bad}: {said}" in refused.stderr


def test_tables_whose_periods_overlap_are_refused(tmp_path: Path) -> None:
    (good,) = TABLES.glob("connect-smacom-*.toml")
    later = tmp_path / "later.toml"
    later.write_text(good.read_text(encoding="utf-8").replace("2025-04-01", "2025-10-01"), encoding="utf-8")
    refused = checked(good, later)
    assert refused.returncode == 1
    assert f"{later}: begins: overlaps the period of {good}" in refused.stderr
    assert checked(*sorted(TABLES.glob("*.toml"))).returncode == 0


def checked(*files: Path) -> subprocess.CompletedProcess[str]:
    """`denwaban tariff validate` on these files."""
    command = [sys.executable, "-m", "denwaban", "tariff", "validate", *map(str, files)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
