"""What an admin allows to be dialled is put through from the next call on, and refused again when he takes it back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from robots.phone import CallOver, Phone
from tests.e2e.crew import CALLER_HZ, TENANT, Api, Crew
from tests.e2e.office import Admin, admin_of
from tests.e2e.way_out import WayOut, opened

ABROAD = "+12125550123"


@pytest.fixture
async def way(crew: Crew) -> AsyncIterator[WayOut]:
    """Two trunks out of the house."""
    async with opened(crew) as way:
        yield way


@pytest.fixture
async def boss(crew: Crew) -> AsyncIterator[Admin]:
    """The admin; nothing more is allowed when the test ends."""
    async with admin_of(crew.platform, crew.platform.tenant(TENANT)["admin"]) as admin:
        yield admin
        await admin.api.ask("DELETE", "/configuration/dialling/default", headers={"If-Match": "*"})


async def is_refused(phone: Phone, dialled: str) -> None:
    with pytest.raises(CallOver) as over:
        await phone.dial(dialled).answered()
    assert over.value.status == 403


async def is_put_through(phone: Phone, way: WayOut, dialled: str, number: str) -> None:
    call = phone.dial(dialled)
    rung = await way.rung()
    assert rung.to_number == number
    await call.rtp.hears(CALLER_HZ)
    call.hang_up()
    await rung.ended()


async def test_refused_then_put_through_then_refused_again(crew: Crew, way: WayOut, boss: Admin) -> None:
    phone = await crew.work("aoi")
    before = (await boss.api.get("/configuration"))["version"]
    await is_refused(phone, "010-1-212-555-0123".replace("-", ""))
    ordered = {"to": ABROAD, "agent": "aoi"}
    no = await crew.api.ask("POST", "/calls", json=ordered)
    assert (no.status_code, no.json()["code"]) == (409, "destination_not_allowed")
    assert no.json()["params"] == {"kind": "international"}
    await boss.put("dialling/default", {"allowed": ["010-1", "０９９０"]})
    assert (await boss.api.get("/configuration/dialling/default"))["allowed"] == ["+1", "+81990"]
    await is_put_through(phone, way, "01012125550123", ABROAD)
    await crew.board.state("aoi", "ready")
    await is_put_through(phone, way, "0990512345", "+81990512345")
    await crew.board.state("aoi", "ready")
    for still in ("+442071838750", "+18765550123", "0570012345", "+870776123456"):
        await is_refused(phone, still)
    restored = await boss.api.must("POST", f"/configuration/versions/{before}/restore")
    assert restored["in_force"] is True
    await is_refused(phone, ABROAD)
    await is_refused(phone, "0990512345")
    await crew.board.fact("DialRefused", nth=7)
    assert [fact["body"]["code"] for fact in crew.board.of("DialRefused")] == ["destination_not_allowed"] * 7


async def test_an_emergency_call_needs_no_list_and_gets_nothing_from_one(crew: Crew, way: WayOut, boss: Admin) -> None:
    phone = await crew.work("aoi")
    await boss.put("dialling/default", {"allowed": ["+1", "+44", "0990"]})
    await is_refused(phone, "119")
    await crew.board.fact("DialRefused", code="emergency_not_available_on_line")
    await way.line(emergency=True)
    await is_put_through(phone, way, "119", "119")
    await way.line()


@pytest.mark.parametrize(
    ("allowed", "field", "flaw"),
    [
        (["+1", "+8"], "allowed.1", "no_country"),
        (["+81"], "allowed.0", "needless"),
        (["03"], "allowed.0", "needless"),
        (["all"], "allowed.0", "not_a_prefix"),
        ([""], "allowed.0", "not_a_prefix"),
        (["+1" * 30], "body.allowed.0", "string_too_long"),
        ([1], "body.allowed.0", "string_type"),
    ],
)
async def test_what_is_no_prefix_is_refused_with_its_place_and_nothing_is_changed(
    boss: Admin, allowed: list[Any], field: str, flaw: str
) -> None:
    before = await boss.api.get("/configuration")
    answer = await boss.try_put("dialling/default", {"allowed": allowed})
    assert answer.status_code == 422, answer.text
    assert (answer.json()["errors"][0]["field"], answer.json()["errors"][0]["flaw"]) == (field, flaw)
    assert await boss.api.get("/configuration") == before


async def test_two_admins_do_not_overwrite_each_other_and_a_supervisor_only_looks(crew: Crew, boss: Admin) -> None:
    await boss.put("dialling/default", {"allowed": ["+1"]})
    _, seen = await boss.read("dialling/default")
    await boss.put("dialling/default", {"allowed": ["+1", "+44"]}, over=seen)
    late = await boss.try_put("dialling/default", {"allowed": []}, over=seen)
    assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")
    assert (await crew.api.get("/configuration/dialling"))["items"][0]["allowed"] == ["+1", "+44"]
    for method in ("PUT", "DELETE"):
        answer = await crew.api.ask(
            method, "/configuration/dialling/default", json={"allowed": []}, headers={"If-Match": "*"}
        )
        assert answer.status_code == 403


@pytest.mark.parametrize("extension", ["104", "117", "171", "186", "110"])
async def test_an_extension_that_the_network_has_is_refused(boss: Admin, extension: str) -> None:
    wanted, tag = await boss.read("agents/aoi")
    answer = await boss.try_put("agents/aoi", {**wanted, "extension": extension}, over=tag)
    assert answer.status_code == 422
    (flaw,) = answer.json()["errors"]
    assert flaw["field"] == "agents.aoi.extension"
    assert flaw["flaw"] == ("emergency" if extension == "110" else "public_number")
    assert (await boss.api.get("/configuration/agents/aoi"))["extension"] == "301"


async def test_who_changed_what_is_there_to_be_read(crew: Crew, boss: Admin) -> None:
    await boss.put("dialling/default", {"allowed": ["+1"]})
    login = crew.platform.tenant(TENANT)["admin"]["login"]
    newest = (await boss.api.get("/configuration/versions"))["items"][0]
    assert (newest["published_by"], newest["published_by_tenant"]) == (login, TENANT)
    line = (await boss.api.get("/audit?limit=1"))["items"][0]
    assert (line["by"], line["tenant"], line["action"]) == (login, TENANT, "configuration_published")
    assert (line["version"], line["changed"]) == (newest["version"], ["dialling/default"])
    hired = await boss.api.must("POST", "/users", json={"login": "temp", "role": "supervisor"})
    await boss.api.must("PATCH", "/users/temp", json={"password": "another-password"})
    assert (await boss.api.ask("DELETE", "/users/temp")).status_code == 204
    answer = await boss.api.ask("GET", "/audit?limit=3")
    assert hired["password"] not in answer.text
    assert "another-password" not in answer.text
    shown = [(one["action"], one["subject"], one["changed"]) for one in answer.json()["items"]]
    assert shown == [("user_removed", "temp", []), ("user_changed", "temp", ["password"]), ("user_added", "temp", [])]
    assert 'rel="next"' in answer.headers["Link"]
    assert (await crew.api.ask("GET", "/audit")).status_code == 403
    assert (await boss.api.ask("GET", "/audit?tenant=platform")).status_code == 404
    assert {one["tenant"] for one in (await boss.api.get("/audit?limit=200"))["items"]} == {TENANT}


async def test_the_platform_sees_all_of_it(crew: Crew, way: WayOut) -> None:
    await way.trunk("third", way.second, addresses=["127.0.0.9"])
    removed = await way.platform.ask("DELETE", "/platform/trunks/third", headers={"If-Match": "*"})
    assert removed.status_code == 204
    own = (await way.platform.get("/audit?tenant=platform&limit=2"))["items"]
    root = crew.platform.demo["platform"]["login"]
    assert [(one["action"], one["subject"], one["by"]) for one in own] == [
        ("trunk_removed", "third", root),
        ("trunk_put", "third", root),
    ]
    everything = [one async for one in _all_of(way.platform)]
    assert {one["tenant"] for one in everything} >= {TENANT, "platform"}
    assert "seed file" in {one["by"] for one in everything if one["tenant"] == "platform"}


async def _all_of(api: Api) -> AsyncIterator[dict[str, Any]]:
    """The whole audit, the newest first: how much others have done before depends on what ran on this platform."""
    path: str | None = "/audit?limit=200"
    while path is not None:
        page = await api.get(path)
        for line in page["items"]:
            yield line
        path = page["next_cursor"] and f"/audit?limit=200&cursor={page['next_cursor']}"
