"""Agent management and whisper of a toll-free number: who is not reported as connectable is never rung, and an agent is
told whose call he takes before he talks."""

from __future__ import annotations

import io
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import numpy as np
import pytest

from robots.phone import Answer, Caller, OutgoingCall, Phone, Stage
from robots.waiting import TooLate
from tests.e2e.board import Board, watching
from tests.e2e.crew import AGENT_HZ, CALLER_HZ, eventually
from tests.e2e.office import Admin, admin_of
from tests.platform import Platform

TENANT, QUEUE = "reported", "front"
WHISPER_HZ = 850
OWN_USE = {"id": "own", "tariff": "own-use", "items": [{"row": "OWN-USE"}, {"row": "OWN-SEAT", "quantity": 2}]}


@dataclass(frozen=True, slots=True)
class Sold:
    """A number and what is sold for it: the rows of its basic contract, and that of agent management."""

    number: str
    basic: tuple[str, ...]
    management: str
    clause: str

    def contract(self, *more: str) -> dict[str, Any]:
        """Under the tariff that sold agent management, with these rows beside the basic ones."""
        return {
            "tariff": "freedial-navidial@old",
            "items": [{"row": row} for row in (*self.basic, *more)],
            "from": "2022-04-01T00:00:00+09:00",
            "scope": "number",
            "of": self.number,
            "prices": {row: 0 for row in more if row.startswith("G-")},
        }


FREE = Sold("+81120345699", ("FD-01", "FD-02"), "FD-12", "FD-r.53")
NAVI = Sold("+81570345699", ("ND-01",), "ND-06", "2-2(1)")


@dataclass(slots=True)
class Desk:
    """The tenant: his admin, who may order for him, and the live board."""

    admin: Admin
    root: httpx2.AsyncClient
    board: Board
    platform: Platform
    stage: Stage

    async def buys(self, sold: Sold, *rows: str) -> None:
        """The number's contract has these rows beside the basic ones from now on."""
        path, name = f"/platform/tenants/{TENANT}/contracts", f"of{sold.number[1:]}"
        there = (await self.root.get(f"{path}/{name}")).status_code == 200
        if there:
            told = await self.root.put(f"{path}/{name}", json=sold.contract(*rows), headers={"If-Match": "*"})
        else:
            told = await self.root.post(path, json={"id": name, **sold.contract(*rows)})
        assert told.is_success, told.text

    async def reported(self, agent: str, connectable: bool) -> httpx2.Response:
        return await self.admin.api.ask("PUT", f"/agents/{agent}/connectable", json={"connectable": connectable})

    @asynccontextmanager
    async def phone(self, name: str, behaviour: Answer = Answer()) -> AsyncIterator[Phone]:  # noqa: B008
        """A new agent at work, ready."""
        sip = await self.admin.agent(name, QUEUE)
        robot = await Phone.open(
            self.stage, sip.username, sip, self.platform.sip, tone_hz=AGENT_HZ, behaviour=behaviour
        )
        async with robot:
            await robot.register()
            await self.admin.api.sign_in(name)
            await self.admin.api.ready(name)
            await self.board.state(name, "ready")
            yield robot
            for call in robot.calls:
                call.hang_up()
            await self.board.until(lambda: self.board.agents[name]["state"] not in ("offered", "on_call"), name)
            await self.admin.api.must("POST", f"/agents/{name}/sign-out")
            await robot.unregister()


@pytest.fixture
async def desk(platform: Platform) -> AsyncIterator[Desk]:
    """The tenant with a queue behind his number, and no contract for the number yet; what is hired goes again."""
    login = await _tenant(platform)
    async with platform.api(platform.demo["platform"]) as root, admin_of(platform, login) as admin:
        if (await admin.api.ask("GET", f"/configuration/queues/{QUEUE}")).status_code == 404:
            await admin.queue_with_number(QUEUE, FREE.number)
            await admin.put(f"numbers/{NAVI.number}", {"flow": QUEUE})
        async with watching(platform.api_url, admin.api.token) as board:
            yield Desk(admin, root, board, platform, Stage())


_LOGINS: dict[int, dict[str, str]] = {}


async def _tenant(platform: Platform) -> dict[str, str]:
    if id(platform) not in _LOGINS:
        async with platform.api(platform.demo["platform"]) as root:
            made = await root.post("/platform/tenants", json={"id": TENANT, "name": "通知商会"})
            assert made.status_code == 201, made.text
            bought = await root.post(f"/platform/tenants/{TENANT}/contracts", json=OWN_USE)
            assert bought.status_code == 201, bought.text
        told = made.json()
        _LOGINS[id(platform)] = {"tenant": TENANT, "login": told["admin"], "password": told["password"]}
    return _LOGINS[id(platform)]


@asynccontextmanager
async def caller_of(desk: Desk) -> AsyncIterator[Caller]:
    async with await Caller.open(desk.stage, desk.platform.demo["carrier"]["address"]) as caller:
        yield caller


def dial(desk: Desk, caller: Caller, sold: Sold = FREE) -> OutgoingCall:
    return caller.dial(sold.number, desk.platform.sip, tone_hz=CALLER_HZ)


@pytest.mark.feature("FD-12", "limit", "refusal")
async def test_only_while_he_is_reported_as_connectable_an_agent_is_rung(desk: Desk) -> None:
    await _only_while_reported(desk, FREE, "one", "two")


@pytest.mark.feature("ND-06", "limit", "refusal")
async def test_the_same_holds_for_a_number_whose_caller_pays(desk: Desk) -> None:
    await _only_while_reported(desk, NAVI, "three", "four")


async def _only_while_reported(desk: Desk, sold: Sold, name: str, next_one: str) -> None:
    await desk.buys(sold)
    async with desk.phone(name) as phone, caller_of(desk) as caller:
        nothing = await desk.reported(name, False)
        assert (nothing.status_code, nothing.json()["code"]) == (409, "not_reported")
        wanted, tag = await desk.admin.read(f"agents/{name}")
        no = await desk.admin.try_put(f"agents/{name}", {**wanted, "reported": True}, over=tag)
        assert (no.status_code, no.json()["code"]) == (422, "feature_not_licensed")
        await desk.buys(sold, sold.management)
        await desk.admin.change(f"agents/{name}", reported=True)
        await desk.board.state(name, "not_connectable")
        await desk.admin.put(f"agents/{next_one}", {"name": next_one, "queues": [QUEUE]})
        wanted, tag = await desk.admin.read(f"agents/{next_one}")
        full = await desk.admin.try_put(f"agents/{next_one}", {**wanted, "reported": True}, over=tag)
        said = full.json()
        assert (full.status_code, said["code"], said["used"], said["limit"], said["clause"]) == (
            422, "licence_exhausted", 1, 1, sold.clause,
        )  # fmt: skip
        assert all(said["sentence"].values())

        call = dial(desk, caller, sold)
        await call.answered()
        await desk.board.waiting(QUEUE, 1)
        with pytest.raises(TooLate):
            await phone.rung(1.0)
        waits = (await desk.board.fact("CallQueued"))["body"]["call"]
        why = await desk.admin.api.get(f"/calls/{waits}/why")
        found = {one["agent"]: [reason["kind"] for reason in one["reasons"]] for one in why["agents"]}
        assert (why["state"], found[name]) == ("nobody_ready", ["not_connectable"])
        told = await desk.reported(name, True)
        assert told.status_code == 200, told.text
        rung = await phone.rung()
        await call.rtp.hears(AGENT_HZ)
        row = await desk.board.state(name, "on_call")
        assert (await desk.admin.api.get(f"/calls/{row['call']}"))["caller"]
        assert (await desk.reported(name, False)).status_code == 200
        await call.rtp.hears(AGENT_HZ)
        call.hang_up()
        await rung.ended()
        await desk.board.state(name, "not_connectable")

        full_house = await desk.admin.read(f"numbers/{sold.number}")
        await desk.admin.put(f"numbers/{sold.number}", {**full_house[0], "places": 0}, over=full_house[1])
        busy = dial(desk, caller, sold)
        await busy.ended()
        ended = await desk.board.fact("CallEnded", outcome="turned_away")
        assert not desk.board.of("OfferMade", call=ended["body"]["call"])
        number, tag = await desk.admin.read(f"numbers/{sold.number}")
        await desk.admin.put(f"numbers/{sold.number}", {**number, "places": None}, over=tag)
        await desk.admin.change(f"agents/{name}", reported=False)
        await desk.board.state(name, "ready")
        await desk.buys(sold)


@pytest.mark.feature("G-12", "limit", "refusal")
async def test_who_finds_all_busy_waits_where_that_was_bought_and_one_more_than_the_places_hears_so(desk: Desk) -> None:
    await desk.buys(FREE)
    number, tag = await desk.admin.read(f"numbers/{FREE.number}")
    one_place = {**number, "places": 1}
    no = await desk.admin.try_put(f"numbers/{FREE.number}", one_place, over=tag)
    assert (no.status_code, no.json()["code"]) == (422, "feature_not_licensed")
    assert all(no.json()["sentence"].values())
    await desk.buys(FREE, "G-12")
    await desk.admin.put(f"numbers/{FREE.number}", one_place, over=tag)
    async with desk.phone("five") as phone, caller_of(desk) as caller:
        talks = dial(desk, caller)
        rung = await phone.rung()
        await talks.rtp.hears(AGENT_HZ)
        waits = dial(desk, caller)
        await desk.board.waiting(QUEUE, 1)
        too_many = dial(desk, caller)
        refused = (await desk.board.fact("WaitRefused", number=FREE.number))["body"]
        assert (refused["used"], refused["limit"]) == (1, 1)
        await too_many.ended(30)
        assert (await desk.board.fact("CallEnded", call=refused["call"]))["body"]["outcome"] == "turned_away"
        talks.hang_up()
        await rung.ended()
        again = await phone.rung()
        await waits.rtp.hears(AGENT_HZ)
        waits.hang_up()
        await again.ended()
    number, tag = await desk.admin.read(f"numbers/{FREE.number}")
    await desk.admin.put(f"numbers/{FREE.number}", {**number, "places": None}, over=tag)


def tone(hz: float, seconds: float = 3.0, rate: int = 8000) -> bytes:
    """A WAV file of one tone."""
    samples = (8000 * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(rate)
        made.writeframes(samples.tobytes())
    return file.getvalue()


@pytest.mark.feature("G-16", "refusal")
async def test_the_agent_hears_the_whisper_and_the_caller_does_not(desk: Desk) -> None:
    await desk.buys(FREE)
    path, kind = "/configuration/prompts/who/sound", {"Content-Type": "audio/wav"}
    sent = await desk.admin.api.ask("PUT", path, content=tone(WHISPER_HZ), headers=kind)
    assert sent.is_success, sent.text
    queue, tag = await desk.admin.read(f"queues/{QUEUE}")
    wanted = {**queue, "service": {**queue["service"], "whisper": "who"}}
    no = await desk.admin.try_put(f"queues/{QUEUE}", wanted, over=tag)
    assert (no.status_code, no.json()["code"]) == (422, "feature_not_licensed")
    await desk.buys(FREE, "G-16")
    nowhere = {**queue, "service": {**queue["service"], "whisper": "nowhere"}}
    unknown = await desk.admin.try_put(f"queues/{QUEUE}", nowhere, over=tag)
    assert (unknown.status_code, unknown.json()["errors"][0]["flaw"]) == (422, "unknown_prompt")
    await desk.admin.put(f"queues/{QUEUE}", wanted, over=tag)
    async with desk.phone("first") as phone, desk.phone("second") as other, caller_of(desk) as caller:
        call = dial(desk, caller)
        rung = await phone.rung()
        await rung.rtp.hears(WHISPER_HZ)
        await call.rtp.misses(WHISPER_HZ)
        assert not desk.board.of("ConversationStarted")
        rung.hang_up()
        row = await desk.board.state("first", "missed")
        assert row["reason"] == "refused"
        again = await other.rung()
        await again.rtp.hears(WHISPER_HZ)
        await call.rtp.misses(WHISPER_HZ)
        await call.rtp.hears(AGENT_HZ)
        await again.rtp.hears(CALLER_HZ)
        call.hang_up()
        await again.ended()

        gone = dial(desk, caller)
        once_more = await other.rung()
        await once_more.rtp.hears(WHISPER_HZ)
        gone.hang_up()
        await once_more.ended()
        await desk.board.fact("CallEnded", outcome="abandoned")
        await desk.board.state("second", "ready")
    queue, tag = await desk.admin.read(f"queues/{QUEUE}")
    await desk.admin.put(f"queues/{QUEUE}", {**queue, "service": {**queue["service"], "whisper": ""}}, over=tag)
    await eventually(lambda: _quiet(desk.platform), "nothing is left in Asterisk")


async def _quiet(platform: Platform) -> bool:
    return platform.asterisk_channels() == (0, 0)
