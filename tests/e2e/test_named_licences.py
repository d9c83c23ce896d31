"""Licences given by name, waiting places allotted to numbers, rights that were not bought: refused at the door."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.e2e.crew import Api
from tests.e2e.office import Admin, admin_of
from tests.platform import Platform

TENANT = "named"
ITEMS = {"MT-F01": 2, "MT-F02": 1, "MT-F03": 1, "MT-F06": 2, "MT-F07": 2}
MENU = {
    "start": "ask",
    "nodes": {
        "ask": {"do": "menu", "prompt": "greeting", "keys": {"1": "end"}, "on_timeout": "end", "on_invalid": "end"},
        "end": {"do": "hang_up"},
    },
}
FIRST, SECOND, IP = "+81312345670", "+81312345671", "+815012345678"


@pytest.fixture(scope="module")
def login(platform: Platform) -> dict[str, str]:
    """The admin of a tenant with two full-function persons, one who may only look, and two waiting places."""
    items = [{"row": row, "quantity": quantity} for row, quantity in ITEMS.items()]
    contract = {"id": "miitel", "tariff": "connect-miitel", "items": items}
    root = {name: platform.demo["platform"][name] for name in ("tenant", "login", "password")}
    with httpx2.Client(base_url=platform.api_url, timeout=30) as client:
        token = client.post("/login", json=root).json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        made = client.post("/platform/tenants", json={"id": TENANT, "name": "名簿商会"})
        assert made.status_code == 201, made.text
        bought = client.post(f"/platform/tenants/{TENANT}/contracts", json=contract)
        assert bought.status_code == 201, bought.text
    return {"tenant": TENANT, "login": made.json()["admin"], "password": made.json()["password"]}


@pytest.fixture
async def boss(platform: Platform, login: dict[str, str]) -> AsyncIterator[Admin]:
    """The admin; what a test configures, and whom it hires, is gone after it."""
    async with admin_of(platform, login) as admin:
        yield admin
        for user in (await admin.api.get("/users"))["items"]:
            if user["login"] != login["login"]:
                assert (await admin.api.ask("DELETE", f"/users/{user['login']}")).status_code == 204
        for kind in ("numbers", "flows", "agents", "queues"):
            for thing in (await admin.api.get(f"/configuration/{kind}"))["items"]:
                name = thing.get("id") or thing["number"]
                await admin.api.must("DELETE", f"/configuration/{kind}/{name}", headers={"If-Match": "*"})


async def hire(boss: Admin, name: str, licence: str) -> httpx2.Response:
    """An agent and his user under this licence; what the api says to the user."""
    agent = await boss.try_put(f"agents/{name}", {"name": name})
    assert agent.status_code == 200, agent.text
    return await boss.api.ask("POST", "/users", json={"login": name, "role": "agent", "licence": licence})


def bearer(who: Api) -> dict[str, Any]:
    return {"additional_headers": {"Authorization": f"Bearer {who.token}"}}


def said(answer: httpx2.Response) -> tuple[Any, ...]:
    told = answer.json()
    return answer.status_code, told["code"], told["used"], told["limit"], told["clause"]


@pytest.mark.feature("MT-F01", "limit", "refusal")
async def test_one_person_more_than_licences_cannot_be_created(boss: Admin) -> None:
    assert [(await hire(boss, name, "full")).status_code for name in ("ichiro", "jiro")] == [201, 201]
    refused = await hire(boss, "saburo", "full")
    assert said(refused) == (409, "licence_exhausted", 2, 2, "PL-base")
    assert (await boss.api.ask("GET", "/users/saburo")).status_code == 404
    as_agent = await boss.try_put("agents/shiro", {"name": "四郎", "licence": "full"})
    assert said(as_agent) == (409, "licence_exhausted", 2, 2, "PL-base")
    assert (await boss.api.ask("DELETE", "/users/jiro")).status_code == 204
    again = await boss.api.ask("POST", "/users", json={"login": "saburo", "role": "agent", "licence": "full"})
    assert again.status_code == 201


@pytest.mark.feature("MT-F01", "limit")
async def test_of_many_who_ask_at_once_for_the_last_licence_one_gets_it(boss: Admin) -> None:
    assert (await hire(boss, "ichiro", "full")).status_code == 201
    names = [f"many{number}" for number in range(5)]
    for name in names:
        await boss.put(f"agents/{name}", {"name": name})
    users = [{"login": name, "role": "agent", "licence": "full"} for name in names]
    answers = await asyncio.gather(*(boss.api.ask("POST", "/users", json=user) for user in users))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]


@pytest.mark.feature("MT-F02", "limit", "refusal")
async def test_who_may_only_look_does_not_telephone(platform: Platform, boss: Admin) -> None:
    made = await hire(boss, "miru", "view_only")
    assert made.status_code == 201
    assert said(await hire(boss, "mitai", "view_only")) == (409, "licence_exhausted", 1, 1, "PL-base")
    mine = {"tenant": TENANT, "login": "miru", "password": made.json()["password"]}
    async with platform.api(mine) as client:
        viewer = Api(client)
        answers = [
            await viewer.ask("POST", "/agents/miru/sign-in"),
            await viewer.ask("PUT", "/agents/miru/state", json={"state": "ready"}),
            await viewer.ask("GET", "/agents/miru/phone"),
            await viewer.ask("POST", "/calls", json={"to": "0312345601"}),
        ]
        socket = connect(platform.api_url.replace("http", "ws", 1) + "/phone", subprotocols=["sip"], **bearer(viewer))
        async with socket as phone:
            with pytest.raises(ConnectionClosed):
                await phone.recv()
            assert phone.close_code == 4403
        assert (await viewer.ask("GET", "/agents")).status_code == 200
        assert (await viewer.ask("GET", "/queues")).status_code == 200
    answers.append(await boss.api.ask("POST", "/agents/miru/sign-in"))
    assert [(told.status_code, told.json()["code"]) for told in answers] == [(403, "feature_not_licensed")] * 5


@pytest.mark.feature("MT-F06", "limit", "refusal")
async def test_waiting_places_are_allotted_up_to_the_contract(boss: Admin) -> None:
    await boss.put("queues/front", {"name": "受付"})
    await boss.put("flows/front", {"start": "in", "nodes": {"in": {"do": "route", "queue": "front"}}})
    await boss.put(f"numbers/{FIRST}", {"flow": "front", "places": 1})
    await boss.put(f"numbers/{SECOND}", {"flow": "front", "places": 1})
    _, tag = await boss.read(f"numbers/{FIRST}")
    refused = await boss.try_put(f"numbers/{FIRST}", {"flow": "front", "places": 2}, over=tag)
    assert said(refused) == (422, "waiting_places_exceeded", 3, 2, "PL-CC")
    kept, same = await boss.read(f"numbers/{FIRST}")
    assert (kept["places"], same) == (1, tag)


async def test_a_line_has_as_many_channels_as_were_bought_for_it_and_no_more(platform: Platform) -> None:
    async with platform.api(platform.demo["platform"]) as client:
        root, path = Api(client), "/platform/tenants/channelled"
        await root.must("POST", "/platform/tenants", json={"id": "channelled", "name": "回線商会"})
        items = [{"row": "OWN-USE"}, {"row": "OWN-CHANNEL", "quantity": 2, "of": "office"}]
        await root.must("POST", f"{path}/contracts", json={"id": "own", "tariff": "own-use", "items": items})
        refused = await root.ask("PUT", f"{path}/lines/office", json={"channels": 3})
        assert said(refused) == (422, "quantity_above", 3, 2, "own use")
        assert (await root.ask("GET", f"{path}/lines/office")).status_code == 404
        made = await root.must("PUT", f"{path}/lines/office", json={})
        assert (made["channels"], made["in_force"]) == (2, True)


@pytest.mark.feature("MT-F03", "limit", "refusal")
async def test_as_many_050_numbers_as_were_bought(boss: Admin) -> None:
    await boss.put("flows/end", {"start": "end", "nodes": {"end": {"do": "hang_up"}}})
    await boss.put(f"numbers/{IP}", {"flow": "end"})
    refused = await boss.try_put("numbers/050-1234-5679", {"flow": "end"})
    assert said(refused) == (422, "licence_exhausted", 1, 1, "PL-base, PL-050")


@pytest.mark.feature("MT-F11", "refusal")
async def test_a_menu_needs_the_right_to_an_ivr(boss: Admin) -> None:
    await boss.put("flows/menu", MENU)
    refused = await boss.try_put(f"numbers/{FIRST}", {"flow": "menu"})
    assert (refused.status_code, refused.json()["code"]) == (422, "feature_not_licensed")


async def test_the_last_admin_stays(boss: Admin, login: dict[str, str]) -> None:
    answers = [
        await boss.api.ask("DELETE", f"/users/{login['login']}"),
        await boss.api.ask("PATCH", f"/users/{login['login']}", json={"role": "supervisor"}),
    ]
    assert [(told.status_code, told.json()["code"]) for told in answers] == [(409, "last_admin")] * 2


async def test_a_user_who_is_taken_away_is_out_at_once(platform: Platform, boss: Admin) -> None:
    made = await boss.api.must("POST", "/users", json={"login": "kari", "role": "supervisor"})
    mine = {"tenant": TENANT, "login": "kari", "password": made["password"]}
    async with platform.api(mine) as client:
        temporary = Api(client)
        assert (await temporary.ask("GET", "/agents")).status_code == 200
        assert (await temporary.ask("GET", "/users")).status_code == 403
        assert (await boss.api.ask("DELETE", "/users/kari")).status_code == 204
        assert (await temporary.ask("GET", "/agents")).status_code == 401
    anew = {"login": "kari", "role": "supervisor", "password": "a-password-of-his-own"}
    told = await boss.api.must("POST", "/users", json=anew)
    assert told["password"] is None
    async with platform.api({**mine, "password": anew["password"]}) as client:
        assert (await Api(client).ask("GET", "/agents")).status_code == 200
