"""Trunks and lines are data: put over the API they take calls at once, live through a crash, and count channels."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from robots.call import CallState
from robots.phone import Caller, OutgoingCall
from tests.contract.asterisk.sip_peer import Message, SipPeer
from tests.e2e.crew import Api, Crew, assembled, eventually
from tests.platform import SEEDS, Platform, running_platform

OFFICE, OFFICE_TOO, SHOP = "+81312345701", "+81312345702", "+81312345703"
SECOND, THIRD = "127.0.0.3", "127.0.0.4"
TRUNKS = "/platform/trunks"
LINES = "/platform/tenants/stories/lines"


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """A whole denwaban with the two lines of tests/data/seeds/lines.toml."""
    with running_platform(SEEDS / "lines.toml") as running:
        yield running


@pytest.fixture
async def crew(platform: Platform) -> AsyncIterator[Crew]:
    """Callers, and a supervisor who watches."""
    async with assembled(platform) as people:
        yield people


@pytest.fixture
async def boss(platform: Platform) -> AsyncIterator[Api]:
    """Whoever runs the platform; trunks and lines are as they were when the test ends."""
    async with platform.api(platform.demo["platform"]) as client:
        api = Api(client)
        lines = (await api.get(LINES))["items"]
        yield api
        for line in lines:
            await put(api, f"{LINES}/{line['id']}", trunks=line["trunks"], channels=line["channels"])
        for trunk in (await api.get(TRUNKS))["items"]:
            if trunk["name"] != "carrier":
                await api.ask("DELETE", f"{TRUNKS}/{trunk['name']}", headers={"If-Match": "*"})


async def put(api: Api, path: str, **wanted: Any) -> Any:
    """Whatever is answered to a PUT over whatever is there."""
    return await api.ask("PUT", path, json=wanted, headers={"If-Match": "*"})


@asynccontextmanager
async def caller_at(crew: Crew, address: str) -> AsyncIterator[Caller]:
    caller = await Caller.open(crew.stage, address)
    try:
        yield caller
    finally:
        await caller.close()


def dial(crew: Crew, caller: Caller, number: str = SHOP) -> OutgoingCall:
    return caller.dial(number, crew.platform.sip, tone_hz=440)


async def refused(call: OutgoingCall) -> int | None:
    """The status with which a call was refused."""
    await call.ended()
    assert call.state is CallState.ENDED
    return call.status


async def state(boss: Api, trunk: str) -> str:
    return str((await boss.get(f"{TRUNKS}/{trunk}"))["state"])


async def becomes(boss: Api, trunk: str, wanted: str) -> None:
    async def look() -> bool:
        return await state(boss, trunk) == wanted

    await eventually(look, f"{trunk} {wanted}")


async def test_a_trunk_put_over_the_api_takes_calls_without_a_restart(crew: Crew, boss: Api) -> None:
    async with caller_at(crew, SECOND) as second, caller_at(crew, THIRD) as third:
        assert await refused(dial(crew, second)) == 401
        for name, address in (("second", SECOND), ("third", THIRD)):
            answer = await boss.ask("PUT", f"{TRUNKS}/{name}", json={"addresses": [address]})
            assert (answer.status_code, answer.json()["in_force"]) == (201, True)
        calls = [dial(crew, one) for one in (second, third, crew.caller)]
        for call in calls:
            await call.answered()
        gone = await boss.ask("DELETE", f"{TRUNKS}/second", headers={"If-Match": "*"})
        assert gone.status_code == 204
        assert await refused(dial(crew, second)) == 401
        # Whoever talks already goes on.
        assert [call.state for call in calls] == [CallState.ANSWERED] * 3
        assert await calls[0].bye() == 200


async def test_another_address_is_another_address_at_once(crew: Crew, boss: Api) -> None:
    await boss.must("PUT", f"{TRUNKS}/second", json={"addresses": [SECOND]})
    seen = await boss.ask("GET", f"{TRUNKS}/second")
    moved = await boss.ask(
        "PUT", f"{TRUNKS}/second", json={"addresses": [THIRD]}, headers={"If-Match": seen.headers["ETag"]}
    )
    assert moved.status_code == 200
    async with caller_at(crew, SECOND) as old, caller_at(crew, THIRD) as new:
        assert await refused(dial(crew, old)) == 401
        call = dial(crew, new)
        await call.answered()
        assert await call.bye() == 200
    late = await boss.ask(
        "PUT", f"{TRUNKS}/second", json={"addresses": [SECOND]}, headers={"If-Match": seen.headers["ETag"]}
    )
    assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")
    unseen = await boss.ask("PUT", f"{TRUNKS}/second", json={"addresses": [SECOND]})
    assert (unseen.status_code, unseen.json()["code"]) == (428, "precondition_required")


async def test_after_a_crash_of_asterisk_the_trunks_are_there_again(crew: Crew, boss: Api) -> None:
    await boss.must("PUT", f"{TRUNKS}/second", json={"addresses": [SECOND]})
    pid = crew.platform.kill("asterisk", signal.SIGKILL)

    async def back() -> bool:
        return crew.platform.pid("asterisk") != pid

    await eventually(back, "another Asterisk", 30)
    await asyncio.to_thread(crew.platform.wait_ready)
    async with caller_at(crew, SECOND) as second:
        call = dial(crew, second)
        await call.answered()
        assert await call.bye() == 200


async def test_a_trunk_put_while_the_controller_is_away_comes_with_the_next_one(crew: Crew, boss: Api) -> None:
    crew.platform.kill("controller", signal.SIGKILL)
    answer = await boss.ask("PUT", f"{TRUNKS}/third", json={"addresses": [THIRD]})
    assert (answer.status_code, answer.json()["in_force"]) == (202, False)
    await asyncio.to_thread(crew.platform.wait_ready)
    async with caller_at(crew, THIRD) as third:
        call = dial(crew, third)
        await call.answered()
        assert await call.bye() == 200


async def test_a_trunk_that_dies_is_seen_and_one_that_answers_nonsense_hurts_nobody(crew: Crew, boss: Api) -> None:
    polite = await SipPeer.open(SECOND, crew.platform.sip)
    mad = await SipPeer.open(THIRD, crew.platform.sip)
    try:
        mad._polite = lambda _: babble(mad)  # type: ignore[method-assign, assignment]
        for name, peer in (("polite", polite), ("mad", mad)):
            wanted = {"addresses": [peer.host], "contact": f"sip:{peer.address}"}
            await boss.must("PUT", f"{TRUNKS}/{name}", json=wanted)
        await becomes(boss, "polite", "up")
        await becomes(boss, "mad", "down")
        assert await state(boss, "carrier") == "unknown"  # nobody can be asked there
        call = crew.dial(SHOP)
        await call.answered()
        assert await call.bye() == 200
    finally:
        polite.close()
        mad.close()
    await becomes(boss, "polite", "down")


def babble(peer: SipPeer) -> None:
    """What no SIP stack says."""
    for garbage in (b"\x00\xff" * 300, b"SIP/2.0 200 OK\r\n\r\n", b"INVITE sip:\r\n" * 40):
        assert peer._transport is not None
        peer._transport.sendto(garbage, peer.server)
    peer.write(Message("SIP/2.0 777 What", [("CSeq", "x y z"), ("Call-ID", "")]))


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"addresses": ["127.0.0.2"]}, "addresses"),
        ({"addresses": ["127.0.0.0/24"]}, "addresses"),
        ({"addresses": ["127.0.0.3", "127.0.0.3"]}, "body.addresses"),
        ({"addresses": ["0.0.0.0/0"]}, "body.addresses.0"),
        ({"addresses": ["127.0.0.300"]}, "body.addresses.0"),
        ({"addresses": ["localhost"]}, "body.addresses.0"),
        ({"addresses": ["127.0.0.3\r\nmatch=0.0.0.0/0"]}, "body.addresses.0"),
        ({"addresses": ["127.0.0.3,0.0.0.0/0"]}, "body.addresses.0"),
        ({"addresses": []}, "body"),
        ({"contact": "sip:127.0.0.3\r\nX: y"}, "body.contact"),
        ({"contact": "sip:127.0.0.3:99999"}, "body.contact"),
        ({"contact": "http://127.0.0.3"}, "body.contact"),
        ({"contact": "sip:127.0.0.3,sip:127.0.0.4"}, "body.contact"),
        ({"contact": "sip:127.0.0.3", "codecs": ["ulaw,all"]}, "body.codecs.0"),
        ({"contact": "sip:127.0.0.3", "codecs": []}, "body.codecs"),
        ({"contact": "sip:127.0.0.3", "caller_header": "rpid"}, "body.caller_header"),
        ({"registration": {"server": "127.0.0.3", "username": "a b", "secret": "x"}}, "body.registration.username"),
        ({"registration": {"server": "127.0.0.3", "username": "a", "secret": "x\ny"}}, "body.registration.secret"),
        ({"registration": {"server": "127.0.0.3", "username": "a"}}, "registration.secret"),
        ({"registration": {"server": "127.0.0.3;x", "username": "a", "secret": "x"}}, "body.registration.server"),
        ({"contact": "sip:127.0.0.3", "surprise": 1}, "body.surprise"),
        ({"contact": "sip:127.0.0.3", "channels": -1}, "body.channels"),
        ({"contact": "sip:127.0.0.3", "channels": 1.5}, "body.channels"),
    ],
)
async def test_a_bad_trunk_is_refused_with_its_field_and_nothing_is_changed(
    boss: Api, wanted: dict[str, Any], field: str
) -> None:
    answer = await boss.ask("PUT", f"{TRUNKS}/bad", json=wanted)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field
    assert [trunk["name"] for trunk in (await boss.get(TRUNKS))["items"]] == ["carrier"]


@pytest.mark.parametrize("name", ["UPPER", "a.b", "..", "x" * 64, "a b", "a%0d%0ab"])
async def test_a_name_that_can_be_none_is_not_there(boss: Api, name: str) -> None:
    answer = await boss.ask("PUT", f"{TRUNKS}/{name}", json={"contact": "sip:127.0.0.3"})
    assert answer.status_code in (404, 405)


async def test_a_secret_is_kept_and_never_told(boss: Api) -> None:
    login = {"server": "127.0.0.3:5099", "username": "0312345600", "secret": "do-not-tell"}
    made = await boss.ask("PUT", f"{TRUNKS}/reg", json={"registration": login})
    assert made.status_code == 201
    del login["secret"]
    kept = await put(boss, f"{TRUNKS}/reg", registration=login, order=5)
    assert (kept.status_code, kept.json()["registration"]) == (200, login)
    listed = await boss.ask("GET", TRUNKS)
    assert all("do-not-tell" not in answer.text for answer in (made, kept, listed))
    stolen = await put(boss, f"{TRUNKS}/reg", registration={**login, "server": "127.0.0.9"})
    assert stolen.status_code == 422


async def test_only_the_platform_sees_trunks_and_lines(crew: Crew) -> None:
    for path in (TRUNKS, f"{TRUNKS}/carrier", LINES, f"{LINES}/office"):
        assert (await crew.api.ask("GET", path)).status_code == 403
    admin = crew.platform.tenant("stories")["admin"]
    async with crew.platform.api(admin) as client:
        answer = await Api(client).ask("PUT", f"{LINES}/office", json={"channels": 100})
        assert answer.status_code == 403


@pytest.mark.feature("ACC-F17", "limit", "refusal")
async def test_one_call_more_than_the_line_has_channels_gets_busy_and_a_record_while_another_line_goes_on(
    crew: Crew, boss: Api
) -> None:
    talks = [crew.dial(OFFICE), crew.dial(OFFICE_TOO)]
    for call in talks:
        await call.answered()
    third = crew.dial(OFFICE)
    assert await refused(third) == 486
    busy = await crew.board.fact("ChannelRefused")
    assert (busy["body"]["used"], busy["body"]["limit"]) == (2, 2)
    assert busy["body"]["clause"] == "ACC-F17 Art.9-2(6)"
    record = await crew.api.record(busy["body"]["call"])
    assert (record["outcome"], record["answered"]) == ("channels_exhausted", None)
    other = crew.dial(SHOP)
    await other.answered()
    assert await talks[0].bye() == 200
    again = crew.dial(OFFICE_TOO)
    await again.answered()
    for call in (talks[1], other, again):
        assert await call.bye() == 200


@pytest.mark.feature("ACC-F17", "refusal")
@pytest.mark.parametrize("channels", [0, 1, 201, None])
async def test_a_line_has_at_least_two_channels_and_no_more_than_there_are_seats(
    boss: Api, channels: int | None
) -> None:
    before = await boss.get(f"{LINES}/office")
    answer = await put(boss, f"{LINES}/office", channels=channels)
    told = answer.json()
    assert (answer.status_code, told["code"]) == (422, "channels_out_of_range")
    assert (told["used"], told["limit"], told["clause"]) == (channels, 200, "ACC-F17 Art.9-2(6)")
    assert await boss.get(f"{LINES}/office") == before


@pytest.mark.feature("ACC-F17", "limit")
async def test_a_line_with_one_channel_more_takes_one_call_more_at_once(crew: Crew, boss: Api) -> None:
    talks = [crew.dial(OFFICE), crew.dial(OFFICE)]
    for call in talks:
        await call.answered()
    wider = await put(boss, f"{LINES}/office", channels=3)
    assert (wider.status_code, wider.json()["in_force"]) == (200, True)
    talks.append(crew.dial(OFFICE))
    await talks[2].answered()
    assert await refused(crew.dial(OFFICE)) == 486
    for call in talks:
        assert await call.bye() == 200


async def test_a_line_over_a_trunk_that_is_not_there_is_refused(boss: Api) -> None:
    answer = await put(boss, f"{LINES}/office", trunks=["carrier", "nowhere"], channels=2)
    assert answer.status_code == 422
    assert [(flaw["field"], flaw["flaw"]) for flaw in answer.json()["errors"]] == [("trunks.1", "unknown")]
    fine = await put(boss, f"{LINES}/office", trunks=["carrier"], channels=2)
    assert (fine.status_code, fine.json()["trunks"]) == (200, ["carrier"])


async def test_a_line_on_which_a_number_lies_cannot_be_removed(boss: Api) -> None:
    answer = await boss.ask("DELETE", f"{LINES}/office", headers={"If-Match": "*"})
    told = answer.json()
    assert (answer.status_code, told["code"], told["used"]) == (409, "line_in_use", 2)
    assert told["params"] == {"numbers": f"{OFFICE}, {OFFICE_TOO}"}
    assert OFFICE in told["sentence"]["ja"]
    made = await boss.ask("PUT", f"{LINES}/spare", json={"channels": 2})
    assert made.status_code == 201
    gone = await boss.ask("DELETE", f"{LINES}/spare", headers={"If-Match": made.headers["ETag"]})
    assert gone.status_code == 204
    assert (await boss.ask("GET", f"{LINES}/spare")).status_code == 404


async def test_a_trunk_that_lines_name_stays_and_the_seeds_own_goes_like_any_other(crew: Crew, boss: Api) -> None:
    here = await boss.get(f"{TRUNKS}/carrier")
    assert (await put(boss, f"{LINES}/shop", trunks=["carrier"], channels=2)).status_code == 200
    kept = await boss.ask("DELETE", f"{TRUNKS}/carrier", headers={"If-Match": "*"})
    told = kept.json()
    assert (kept.status_code, told["code"], told["params"]) == (409, "trunk_in_use", {"lines": "stories/shop"})
    call = dial(crew, crew.caller)
    await call.answered()
    assert await call.bye() == 200
    assert (await put(boss, f"{LINES}/shop", trunks=[], channels=2)).status_code == 200
    try:
        gone = await boss.ask("DELETE", f"{TRUNKS}/carrier", headers={"If-Match": "*"})
        assert gone.status_code == 204
        assert await refused(dial(crew, crew.caller)) == 401
    finally:
        again = await boss.ask("PUT", f"{TRUNKS}/carrier", json={"addresses": here["addresses"]})
        assert (again.status_code, again.json()["in_force"]) == (201, True)
    call = dial(crew, crew.caller)
    await call.answered()
    assert await call.bye() == 200
