"""The phones that Asterisk knows are those of the configuration: new, changed and withdrawn while it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from asterisk.endpoints import Phone, in_browser
from asterisk.request import Answer, Done, Gone, Method, Rejected, Request, Unreachable
from controller.phones import Phones
from kernel.ids import TenantId

TENANT, OTHER = TenantId("one"), TenantId("two")
ANN, BOB = Phone("ann", "secret-a", "127.0.0.1"), Phone("bob", "secret-b", "127.0.0.1")


@dataclass(slots=True)
class Asterisk:
    """Knows endpoints by name, with their passwords; `online` are registered; `up`: the socket stands."""

    endpoints: dict[str, str] = field(default_factory=dict)
    online: set[str] = field(default_factory=set)
    up: bool = True
    refuses: set[str] = field(default_factory=set)
    told: list[tuple[str, bool]] = field(default_factory=list)
    pushed: list[str] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    """What was put, as kind and name."""

    def send(self, request: Request) -> asyncio.Future[Answer]:
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        future.set_result(self._answer(request) if self.up else Unreachable("down"))
        return future

    def post(self, request: Request, failed: Callable[[Answer], None] | None = None) -> None:
        # Only a secret that nobody uses any more is sent without waiting.
        assert failed is None
        self._answer(request)

    def line(self, name: str, up: bool) -> None:
        self.told.append((name, up))

    def _answer(self, request: Request) -> Answer:
        match request.method, request.uri.split("/"):
            case Method.GET, ["endpoints", "PJSIP"]:
                return Done([self._shown(name) for name in self.endpoints])
            case Method.GET, ["endpoints", "PJSIP", name]:
                return Done(self._shown(name)) if name in self.endpoints else Gone()
            case Method.PUT, [*_, kind, name]:
                return self._put(kind, name, request)
            case Method.DELETE, [*_, kind, name]:
                if kind == "endpoint":
                    self.endpoints.pop(name, None)
                return Done(None)
            case other:
                raise AssertionError(other)

    def _put(self, kind: str, name: str, request: Request) -> Answer:
        self.order.append(f"{kind} {name}")
        if name in self.refuses:
            return Rejected(500, "no")
        assert request.body is not None
        if kind == "auth":
            fields = request.body["fields"]
            assert isinstance(fields, list)
            self.endpoints[name] = next(one["value"] for one in fields if one["attribute"] == "password")
            self.pushed.append(name)
        return Done(None)

    def _shown(self, name: str) -> dict[str, object]:
        state = "online" if name in self.online else "offline"
        return {"technology": "PJSIP", "resource": name, "state": state, "channel_ids": []}


def made(asterisk: Asterisk) -> Phones:
    return Phones(asterisk, asterisk.line)


async def test_endpoints_come_after_all_that_they_refer_to_and_browsers_last() -> None:
    asterisk = Asterisk()
    phones = made(asterisk)
    phones.put(TENANT, [in_browser(ANN), ANN, BOB])
    await phones.recover()
    assert asterisk.order[-3:] == ["endpoint ann", "endpoint bob", f"endpoint {in_browser(ANN).name}"]
    assert {one.partition(" ")[0] for one in asterisk.order[:-3]} == {"auth", "aor"}


async def test_after_a_restart_of_asterisk_everything_is_pushed_and_each_line_is_told() -> None:
    asterisk = Asterisk({"trunk": ""}, online={"trunk", "ann"})
    phones = made(asterisk)
    phones.put(TENANT, [ANN, BOB], before=[ANN, BOB])
    await phones.recover()
    assert asterisk.endpoints == {"trunk": "", "ann": "secret-a", "bob": "secret-b"}
    assert sorted(asterisk.told) == [("ann", True), ("bob", False), ("trunk", True)]


async def test_what_asterisk_knows_rightly_is_left_alone() -> None:
    asterisk = Asterisk({"ann": "secret-a"})
    phones = made(asterisk)
    phones.put(TENANT, [ANN, BOB], before=[ANN, BOB])
    await phones.recover()
    assert asterisk.pushed == ["bob"]


async def test_what_changed_while_no_controller_was_there_is_told_at_the_recovery() -> None:
    asterisk = Asterisk({"ann": "old", "bob": "secret-b", "gone": "x"})
    phones = made(asterisk)
    phones.put(TENANT, [ANN, BOB], before=[Phone("ann", "old", "127.0.0.1"), BOB, Phone("gone", "x", "127.0.0.1")])
    await phones.recover()
    assert asterisk.endpoints == {"ann": "secret-a", "bob": "secret-b"}
    assert asterisk.pushed == ["ann"]


async def test_a_new_a_changed_and_a_withdrawn_phone_of_a_running_platform() -> None:
    asterisk = Asterisk()
    phones = made(asterisk)
    phones.put(TENANT, [ANN])
    await phones.bring()
    asterisk.online.add("ann")
    phones.put(TENANT, [Phone("ann", "fresh", "127.0.0.1"), BOB])
    await phones.bring()
    assert asterisk.endpoints == {"ann": "fresh", "bob": "secret-b"}
    assert asterisk.told[1:] == [("ann", True), ("bob", False)]
    phones.put(TENANT, [BOB])
    await phones.bring()
    assert asterisk.endpoints == {"bob": "secret-b"}


async def test_a_phone_that_goes_to_another_tenant_is_not_taken_from_him() -> None:
    asterisk = Asterisk()
    phones = made(asterisk)
    phones.put(TENANT, [ANN])
    await phones.bring()
    phones.put(TENANT, [])
    phones.put(OTHER, [ANN])
    await phones.bring()
    assert asterisk.endpoints == {"ann": "secret-a"}


async def test_what_does_not_arrive_is_told_at_the_next_recovery() -> None:
    asterisk = Asterisk({"ann": "old"}, refuses={"ann"})
    phones = made(asterisk)
    phones.put(TENANT, [ANN], before=[Phone("ann", "old", "127.0.0.1")])
    await phones.bring()
    asterisk.refuses.clear()
    assert asterisk.endpoints == {"ann": "old"}
    await phones.recover()
    assert asterisk.endpoints == {"ann": "secret-a"}


async def test_a_socket_that_is_down_leaves_everything_for_the_recovery() -> None:
    asterisk = Asterisk({"ann": "secret-a"})
    phones = made(asterisk)
    phones.put(TENANT, [BOB], before=[ANN])
    asterisk.up = False
    await phones.bring()
    asterisk.up = True
    assert asterisk.endpoints == {"ann": "secret-a"}
    await phones.recover()
    assert asterisk.endpoints == {"bob": "secret-b"}


WEB = in_browser(ANN)


async def opened(asterisk: Asterisk) -> Phones:
    phones = made(asterisk)
    phones.put(TENANT, [ANN, WEB])
    await phones.bring()
    return phones


async def test_a_browser_has_the_secret_of_its_session_and_none_that_anybody_knows_afterwards() -> None:
    asterisk = Asterisk()
    phones = await opened(asterisk)
    assert await phones.open(WEB.name, "one", "first")
    assert asterisk.endpoints == {"ann": "secret-a", WEB.name: "first"}
    assert await phones.close(WEB.name, "one")
    assert asterisk.endpoints[WEB.name] == WEB.secret != "first"


async def test_a_later_session_stays_when_an_earlier_one_ends() -> None:
    asterisk = Asterisk()
    phones = await opened(asterisk)
    await phones.open(WEB.name, "one", "first")
    await phones.open(WEB.name, "two", "second")
    assert await phones.close(WEB.name, "one")
    assert asterisk.endpoints[WEB.name] == "second"


async def test_a_session_of_before_our_time_can_be_ended() -> None:
    asterisk = Asterisk()
    await (await opened(asterisk)).open(WEB.name, "one", "first")
    later = made(asterisk)
    later.put(TENANT, [ANN, WEB], before=[ANN, WEB])
    await later.recover()
    assert asterisk.endpoints[WEB.name] == "first"
    assert await later.close(WEB.name, "one")
    assert asterisk.endpoints[WEB.name] == WEB.secret


async def test_a_session_outlives_asterisk_and_a_changed_configuration() -> None:
    asterisk = Asterisk()
    phones = await opened(asterisk)
    await phones.open(WEB.name, "one", "first")
    asterisk.endpoints.clear()
    await phones.recover()
    assert asterisk.endpoints == {"ann": "secret-a", WEB.name: "first"}
    phones.put(TENANT, [])
    await phones.bring()
    assert not await phones.open(WEB.name, "two", "second")


async def test_a_browser_that_has_left_without_a_word_has_no_secret_any_more() -> None:
    asterisk = Asterisk()
    phones = await opened(asterisk)
    await phones.open(WEB.name, "one", "first")
    phones.seen(WEB.name, up=False)  # the end of the session before
    assert asterisk.endpoints[WEB.name] == "first"
    phones.seen(WEB.name, up=True)
    phones.seen(WEB.name, up=False)
    assert asterisk.endpoints[WEB.name] == WEB.secret
