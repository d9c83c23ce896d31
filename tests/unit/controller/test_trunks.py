"""Trunks are brought into Asterisk as they should be, and what OPTIONS says of them is known."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from asterisk.request import Answer, Done, Gone, Method, Rejected, Request, Unreachable
from bus.commands import CommandAccepted
from controller.living import LinkLost
from controller.trunks import TrunkReload, Trunks, health
from kernel.ids import TrunkName
from numbering.lines import Health
from store.errors import StoreUnavailable
from store.trunks import CallerHeader, TrunkConfig, TrunkLogin
from tests.fakes.desk import FakeAmi

NTT = TrunkConfig(TrunkName("ntt"), ("192.0.2.1",), "sip:192.0.2.1", version=7)
KDDI = TrunkConfig(
    TrunkName("kddi"),
    registration=TrunkLogin("sip.example.jp", "0312345600", "secret"),
    caller_header=CallerHeader.ASSERTED,
    order=-1,
    version=8,
)


class Switch:
    """Asterisk's dynamic configuration: (kind, name) → its fields; `online`: the endpoints that answer."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], dict[str, str]] = {}
        self.online: set[str] = set()
        self.asked: list[str] = []
        self.rejects: Callable[[Request], bool] = lambda _: False
        self.up = True

    def send(self, request: Request) -> asyncio.Future[Answer]:
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        future.set_result(self._answer(request))
        return future

    def post(self, request: Request, failed: Callable[[Answer], None] | None = None) -> None:
        raise AssertionError(f"trunks wait for every answer: {request}")

    def _answer(self, request: Request) -> Answer:
        if not self.up:
            return Unreachable("down")
        if self.rejects(request):
            return Rejected(400, "no")
        match request.method, request.uri.split("/"):
            case Method.GET, ["endpoints", "PJSIP"]:
                names = [name for kind, name in self.objects if kind == "endpoint"]
                return Done([self._listed(name) for name in names])
            case Method.PUT, [*_, kind, name]:
                self.asked.append(f"PUT {kind} {name}")
                body = request.body or {}
                fields = body["fields"]
                assert isinstance(fields, list)
                self.objects[kind, name] = {one["attribute"]: one["value"] for one in fields}
                return Done()
            case Method.DELETE, [*_, kind, name]:
                self.asked.append(f"DELETE {kind} {name}")
                return Gone() if self.objects.pop((kind, name), None) is None else Done()
        raise AssertionError(request)

    def _listed(self, name: str) -> dict[str, object]:
        state = "online" if name in self.online else "offline"
        return {"technology": "PJSIP", "resource": name, "channel_ids": [], "state": state}

    def endpoints(self) -> set[str]:
        return {name for kind, name in self.objects if kind == "endpoint"}


def trunks(switch: Switch, *wanted: TrunkConfig) -> Trunks:
    made = Trunks(switch, "127.0.0.1")
    made.put(wanted)
    return made


async def test_a_trunk_is_pushed_as_it_is_described() -> None:
    switch = Switch()
    assert await trunks(switch, NTT, KDDI).bring()
    assert switch.objects["identify", "trunk.ntt.7"]["match"] == "192.0.2.1"
    assert switch.objects["aor", "trunk.ntt.7"]["contact"] == "sip:192.0.2.1"
    assert switch.objects["endpoint", "trunk.ntt.7"]["send_pai"] == "no"
    assert ("registration", "trunk.ntt.7") not in switch.objects
    assert switch.objects["registration", "trunk.kddi.8"]["server_uri"] == "sip:sip.example.jp"
    assert switch.objects["auth", "trunk.kddi.8"]["password"] == "secret"
    assert switch.objects["aor", "trunk.kddi.8"]["contact"] == "sip:sip.example.jp"
    assert switch.objects["endpoint", "trunk.kddi.8"]["send_pai"] == "yes"
    assert ("identify", "trunk.kddi.8") not in switch.objects


async def test_what_has_not_changed_is_not_told_again() -> None:
    switch = Switch()
    here = trunks(switch, NTT)
    await here.bring()
    switch.asked.clear()
    here.put([NTT])
    assert await here.bring()
    assert switch.asked == []


async def test_another_version_is_there_before_the_older_one_goes() -> None:
    switch = Switch()
    here = trunks(switch, NTT)
    await here.bring()
    switch.asked.clear()
    here.put([replace(NTT, addresses=("192.0.2.9",), version=9)])
    assert await here.bring()
    assert switch.endpoints() == {"trunk.ntt.9"}
    assert switch.asked.index("PUT identify trunk.ntt.9") < switch.asked.index("DELETE identify trunk.ntt.7")


async def test_an_older_registration_ends_before_the_newer_begins() -> None:
    switch = Switch()
    here = trunks(switch, KDDI)
    await here.bring()
    switch.asked.clear()
    here.put([replace(KDDI, version=9)])
    await here.bring()
    gone, comes = "DELETE registration trunk.kddi.8", "PUT registration trunk.kddi.9"
    assert switch.asked.index(gone) < switch.asked.index(comes)


async def test_a_removed_trunk_is_withdrawn_and_cannot_be_dialled() -> None:
    switch = Switch()
    here = trunks(switch, NTT, KDDI)
    await here.bring()
    here.put([KDDI])
    await here.bring()
    assert switch.endpoints() == {"trunk.kddi.8"}
    assert here.endpoint(TrunkName("ntt")) is None
    assert here.endpoint(TrunkName("kddi")) == "trunk.kddi.8"


async def test_after_a_restart_of_asterisk_they_are_pushed_again() -> None:
    switch = Switch()
    here = trunks(switch, NTT)
    await here.bring()
    switch.objects.clear()
    await here.recover()
    assert switch.endpoints() == {"trunk.ntt.7"}


async def test_after_our_own_restart_those_that_are_right_stay_and_others_go() -> None:
    switch = Switch()
    await trunks(switch, NTT, KDDI).bring()
    switch.objects["endpoint", "phone-1"] = {}
    switch.asked.clear()
    here = trunks(switch, NTT)
    await here.recover()
    assert switch.endpoints() == {"trunk.ntt.7", "phone-1"}
    assert not any(asked.startswith("PUT") for asked in switch.asked)


async def test_what_asterisk_did_not_take_is_told_again() -> None:
    switch = Switch()
    switch.rejects = lambda request: "/identify/" in request.uri
    here = trunks(switch, NTT)
    assert not await here.bring()
    switch.rejects = lambda _: False
    assert await here.bring()
    assert ("identify", "trunk.ntt.7") in switch.objects


async def test_what_could_not_be_withdrawn_is_withdrawn_later() -> None:
    switch = Switch()
    here = trunks(switch, NTT)
    await here.bring()
    switch.rejects = lambda request: request.method is Method.DELETE
    here.put([])
    assert not await here.bring()
    switch.rejects = lambda _: False
    assert await here.bring()
    assert switch.endpoints() == set()


async def test_a_socket_that_dies_is_said_to_recovery() -> None:
    switch = Switch()
    switch.up = False
    with pytest.raises(LinkLost):
        await trunks(switch, NTT).recover()


@pytest.mark.parametrize(
    ("told", "health"),
    [
        ((), Health.UNKNOWN),
        (("Reachable",), Health.UP),
        (("Unreachable",), Health.DOWN),
        (("Reachable", "Unreachable"), Health.DOWN),
        (("Unreachable", "Reachable"), Health.UP),
        (("Reachable", "NonQualified"), Health.UNKNOWN),
    ],
)
async def test_its_health_is_what_asterisk_said_last(told: Sequence[str], health: Health) -> None:
    here = trunks(Switch(), NTT)
    await here.bring()
    for status in told:
        here.seen("trunk.ntt.7", status)
    assert here.health == {"ntt": health}


async def test_another_version_begins_unknown_and_the_older_ones_health_is_not_its_own() -> None:
    here = trunks(Switch(), NTT)
    await here.bring()
    here.seen("trunk.ntt.7", "Unreachable")
    here.put([replace(NTT, version=9)])
    await here.bring()
    here.seen("trunk.ntt.7", "Unreachable")
    here.seen("phone-1", "Unreachable")
    assert here.health == {"ntt": Health.UNKNOWN}


async def test_a_change_is_said_once_and_phones_are_no_trunks() -> None:
    here = trunks(Switch(), NTT)
    await here.bring()
    with capture_logs() as logs:
        for endpoint in ("phone-1", "trunk.ntt.7", "trunk.ntt.7", "trunk.ntt.6"):
            here.seen(endpoint, "Reachable")
    assert [one["endpoint"] for one in logs] == ["trunk.ntt.7"]


class Told(FakeAmi):
    """A manager interface that knows of these contacts."""

    def __init__(self, contacts: Mapping[str, str], meanwhile: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self._contacts, self._meanwhile = contacts, meanwhile

    async def contact_status(self, endpoint: str) -> str | Gone | Rejected | Unreachable:
        self._meanwhile()
        return self._contacts.get(endpoint, Gone())


async def test_what_is_heard_while_a_contact_is_asked_for_is_newer() -> None:
    here = trunks(Switch(), NTT)
    await here.bring()
    await here.look(Told({"trunk.ntt.7": "Unreachable"}, lambda: here.seen("trunk.ntt.7", "Reachable")))
    assert here.health == {"ntt": Health.UP}


async def test_after_our_own_restart_the_listing_says_who_answers() -> None:
    switch = Switch()
    silent = TrunkConfig(TrunkName("silent"), ("192.0.2.5",), version=3)
    await trunks(switch, NTT, KDDI, silent).bring()
    switch.online.add("trunk.ntt.7")
    here = trunks(switch, NTT, KDDI, silent)
    await here.recover()
    # Offline is also who was made a moment ago and not asked yet.
    assert here.health == {"kddi": Health.UNKNOWN, "ntt": Health.UP, "silent": Health.UNKNOWN}
    await here.look(Told({"trunk.kddi.8": "Unreachable", "trunk.ntt.7": "Unreachable"}))
    assert here.health == {"kddi": Health.DOWN, "ntt": Health.UP, "silent": Health.UNKNOWN}
    assert next(iter(here.health)) == "kddi"  # the platform's order


class Store:
    def __init__(self, found: Sequence[TrunkConfig] | Exception) -> None:
        self._found = found

    async def all(self) -> Sequence[TrunkConfig]:
        if isinstance(self._found, Exception):
            raise self._found
        return self._found


async def test_a_change_in_the_database_is_brought_in() -> None:
    switch = Switch()
    reload = TrunkReload(Store([NTT]), [trunks(switch)])
    assert await reload.newest() == CommandAccepted(0)
    assert switch.endpoints() == {"trunk.ntt.7"}


async def test_a_change_that_cannot_be_read_or_brought_in_is_asked_for_again() -> None:
    switch = Switch()
    assert await TrunkReload(Store(StoreUnavailable("away")), [trunks(switch)]).newest() is None
    switch.up = False
    assert await TrunkReload(Store([NTT]), [trunks(switch)]).newest() is None


async def test_a_node_has_the_trunks_that_are_its_own() -> None:
    here, there = Switch(), Switch()
    nodes = [Trunks(here, "127.0.0.1", {NTT.name}), Trunks(there, "127.0.0.1")]
    assert isinstance(await TrunkReload(Store([NTT, KDDI]), nodes).newest(), CommandAccepted)
    assert here.endpoints() == {"trunk.ntt.7"}
    assert there.endpoints() == {"trunk.ntt.7", "trunk.kddi.8"}
    assert nodes[0].endpoint(KDDI.name) is None
    assert list(nodes[0].health) == [NTT.name]


async def test_a_trunk_answers_when_it_does_at_any_node() -> None:
    nodes = [trunks(Switch(), NTT), trunks(Switch(), NTT, KDDI)]
    for node in nodes:
        await node.bring()
    nodes[0].seen("trunk.ntt.7", "Unreachable")
    assert health(nodes) == {NTT.name: Health.UNKNOWN, KDDI.name: Health.UNKNOWN}
    nodes[1].seen("trunk.ntt.7", "Reachable")
    nodes[1].seen("trunk.kddi.8", "Unreachable")
    assert health(nodes) == {NTT.name: Health.UP, KDDI.name: Health.DOWN}
