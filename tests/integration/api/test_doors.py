"""No door leads from one tenant to another, none opens without a good token, and none is forgotten."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import httpx2
import pytest
from fastapi.routing import iter_route_contexts
from joserfc import jwt
from joserfc.jwk import OctKey

from acd import inputs
from acd.config import AgentConfig, Limits, PauseReason, QueueConfig
from acd.model import Wish
from api.app import PREFIX, build
from api.permissions import Needs, may
from api.tokens import Tokens
from kernel.ids import AgentId, CallId, DiallingId, FlowId, HoursId, PersonalId, PromptId, QueueId, RecordingId
from store.audit import SEED
from store.config import (
    AgentAccount,
    ConfigStore,
    DiallingConfig,
    FlowDocument,
    HoursDocument,
    NumberConfig,
    PromptText,
    TenantConfig,
)
from store.config_parts import CallerConfig
from store.engine import tenant_engine
from store.invoices import InvoiceStore
from store.logins import Login, LoginStore, Role
from store.media import RecordingStore
from store.personal import Sealer
from store.record_rows import RecordingRow, RecordingState
from store.records import RecordStore
from store.secret_files import read_secret
from store.sounds import SoundStore
from store.tenants import PLATFORM
from tariff.money.closed import ClosedLine, ClosedMonth, Issuer
from tariff.written.rows import Words
from tests.integration.api.doors import ADMIN, AGENT, DOORS, ROLES, SOCKETS, SUPERVISOR
from tests.integration.api.doors import PLATFORM as ROOT_ROLE
from tests.integration.api.office import PASSWORD, Office
from tests.unit.reports.play import START

PEOPLE = {AGENT: "aoki", SUPERVISOR: "supervisor", ADMIN: "admin"}
METHODS = {"get", "put", "post", "delete", "patch", "head", "options"}


@dataclass
class House:
    """A tenant with one of everything, and the names by which each is asked for."""

    office: Office
    ids: dict[str, str]

    def path(self, operation: str) -> tuple[str, str]:
        """Method and path of an operation, filled with this tenant's ids."""
        method, path = operation.split(" ", 1)
        return method, path.format(**self.ids)


@pytest.fixture
async def house(acme: Office, tmp_path: Path) -> House:
    """Everything that a stranger could ask for."""
    mark = secrets.token_hex(4)
    ids = {
        "agent": f"agent-{mark}",
        "queue": f"queue-{mark}",
        "flow": f"flow-{mark}",
        "calendar": f"hours-{mark}",
        "prompt": f"prompt-{mark}",
        "dialling": f"dialling-{mark}",
        "caller": f"caller-{mark}",
        "pause": f"pause-{mark}",
        "number": f"+8131{int(mark, 16) % 10_000_000:07d}",
        "login": f"login-{mark}",
        "recording": f"rec_{mark}",
        "version": "1",
        "month": "2025-11",
        "nth": "1",
        "place": "71",
        "tenant": acme.tenant,
        "contract": "own",
        "line": "line",
        "name": "trunk",
    }
    queue = QueueConfig(QueueId(ids["queue"]), "秘密")
    agent = AgentConfig(AgentId(ids["agent"]), "秘密", f"{acme.tenant}-{ids['agent']}", (queue.id,))
    acme.play.give(inputs.UseConfig((queue,), (agent,), Limits()))
    ids["call"] = acme.play.arrive(queue.id)
    acme.play.give(inputs.LineSeen(agent.id, up=True))
    acme.play.give(inputs.SignIn(acme.play.command(), agent.id))
    acme.play.give(inputs.SetWish(acme.play.command(), agent.id, Wish.READY))
    (ids["offer"],) = acme.play.floor.offers
    await acme.tell()
    await acme.shown()
    config = TenantConfig(
        acme.tenant,
        "Test",
        queues=(queue,),
        agents=(AgentAccount(agent, agent.endpoint, "secret"),),
        numbers=(NumberConfig(ids["number"], FlowId(ids["flow"])),),
        flows=(FlowDocument(FlowId(ids["flow"]), 1, '{"start":"in","nodes":{"in":{"do":"hang_up"}}}'),),
        hours=(HoursDocument(HoursId(ids["calendar"]), 1, '{"week":{}}'),),
        prompts=(PromptText(PromptId(ids["prompt"]), 1, "秘密", sound=await _sound(acme)),),
        dialling=(DiallingConfig(DiallingId(ids["dialling"]), ("+44",)),),
        pauses=(PauseReason(ids["pause"], "秘密"),),
        callers=(CallerConfig(ids["caller"], mark, PersonalId(f"person_{mark}")),),
    )
    sealer = Sealer.from_file(acme.settings.personal_key_file)
    await ConfigStore(acme.engine, sealer).publish(config, SEED)
    await LoginStore(acme.engine).put(Login(acme.tenant, ids["login"], Role.SUPERVISOR), PASSWORD)
    source = tmp_path / "sound.wav"
    source.write_bytes(bytes(400))
    media = RecordingStore(acme.settings.recordings_dir)
    stored = await media.put(media.new_name(), source)
    row = RecordingRow(
        acme.tenant,
        RecordingId(ids["recording"]),
        CallId(ids["call"]),
        START,
        2.5,
        stored.path,
        stored.sha256,
        stored.size,
        RecordingState.READY,
    )
    await RecordStore(acme.engine).put_recording(row)
    nothing = Decimal(0)
    month = ClosedMonth(
        acme.tenant, ids["contract"], ids["month"], "own-use@1", "issued", f"number-{mark}", START.date(),
        Issuer("秘密", ""), "秘密", (ClosedLine("X", Words("秘密", "secret"), nothing, "1"),), nothing, (), nothing,
    )  # fmt: skip
    assert await InvoiceStore(acme.engine).close(month)
    return House(acme, ids)


async def _sound(acme: Office) -> str:
    """A sound that the tenant has sent; only he can."""
    engine = tenant_engine(acme.settings)
    try:
        return await SoundStore(engine).put(acme.tenant, b"secret sound")
    finally:
        await engine.dispose()


@pytest.fixture
async def root(acme: Office) -> str:
    """A token of whoever runs the platform."""
    await LoginStore(acme.engine).put(Login(PLATFORM, "root", Role.PLATFORM), PASSWORD)
    return Tokens(read_secret(acme.settings.token_key_file)).issue(PLATFORM, "root", datetime.now(UTC))[0]


@asynccontextmanager
async def client(office: Office, token: str | None) -> AsyncIterator[httpx2.AsyncClient]:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(base_url=office.base, headers=headers, timeout=30) as made:
        yield made


async def ask(made: httpx2.AsyncClient, house: House, operation: str) -> httpx2.Response:
    door = DOORS[operation]
    method, path = house.path(operation)
    sends = door.sends
    if isinstance(sends, dict):
        sends = {name: house.ids.get(str(value).strip("{}"), value) for name, value in sends.items()}
    return await made.request(method, path, json=sends, headers=dict(door.headers))


async def test_every_operation_is_in_the_table_and_nothing_else(acme: Office) -> None:
    async with client(acme, None) as nobody:
        document = (await nobody.get("/openapi.json")).json()
    there = {
        f"{method.upper()} {path.removeprefix(PREFIX)}"
        for path, methods in document["paths"].items()
        for method in methods
        if method in METHODS
    }
    assert there == set(DOORS)


def routes() -> dict[str, object]:
    """Every route of the app below its prefix, `METHOD path` or the path of a WebSocket, with what it depends on."""
    app = build(SimpleNamespace(metrics=None))  # type: ignore[arg-type]
    found: dict[str, object] = {}
    for route in iter_route_contexts(app.routes):
        whole, dependant = getattr(route, "path", None) or "", getattr(route, "dependant", None)
        if not whole.startswith(PREFIX) or dependant is None:
            continue
        path, methods = whole.removeprefix(PREFIX), getattr(route, "methods", None) or ()
        found |= {f"{method} {path}": dependant for method in methods} or {path: dependant}
    return found


def test_every_door_declares_the_permission_that_its_roles_have() -> None:
    known = routes()
    faults = []
    for operation, door in DOORS.items():
        asked = [one.call for one in known[operation].dependencies if isinstance(one.call, Needs)]  # type: ignore[attr-defined]
        allowed = {role.value for needs in asked for role in Role if may(role, needs.permission)}
        if len(asked) != (0 if door.roles is None else 1) or allowed != (door.roles or set()):
            faults.append(f"{operation}: {[needs.permission for needs in asked]}")
    assert not faults, "\n".join(faults)


async def test_nobody_comes_in_without_a_good_token(house: House, rival: Office) -> None:
    key = OctKey.import_key(read_secret(house.office.settings.token_key_file))
    now = datetime.now(UTC)
    claims = {"ten": house.office.tenant, "sub": "admin", "iat": int(now.timestamp())}
    ended = {**claims, "exp": int((now - timedelta(seconds=5)).timestamp())}
    good = {**claims, "exp": int((now + timedelta(hours=1)).timestamp())}
    stranger = {**good, "sub": f"somebody-of-{rival.tenant}"}
    tokens = {
        "none": None,
        "nonsense": "x.y.z",
        "expired": jwt.encode({"alg": "HS256"}, ended, key),
        "forged": jwt.encode({"alg": "HS256"}, good, OctKey.import_key(secrets.token_hex(32))),
        "unsigned": ".".join([*(_part(one) for one in ({"alg": "none"}, good)), ""]),
        "of nobody": jwt.encode({"alg": "HS256"}, stranger, key),
    }
    wrong = []
    for what, token in tokens.items():
        async with client(house.office, token) as made:
            for operation, door in DOORS.items():
                if door.roles is None:
                    continue
                answer = await ask(made, house, operation)
                if (answer.status_code, answer.headers.get("www-authenticate")) != (401, "Bearer"):
                    wrong.append(f"{what}: {operation}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    assert await _unchanged(house)


async def test_another_tenants_ids_lead_nowhere(house: House, rival: Office) -> None:
    wrong = []
    async with client(rival, rival.tokens["admin"]) as stranger:
        for operation, door in DOORS.items():
            if door.roles is None:
                continue
            answer = await ask(stranger, house, operation)
            if door.stranger is not None and answer.status_code != door.stranger:
                wrong.append(f"{operation}: {answer.status_code} {answer.text}")
            if any(id in answer.text for id in house.ids.values() if len(id) > 8):
                wrong.append(f"{operation} tells of the other tenant: {answer.text}")
    assert not wrong, "\n".join(wrong)
    assert await _unchanged(house)


async def test_each_role_gets_in_where_it_may_and_nowhere_else(house: House, root: str) -> None:
    tokens = {**{role: house.office.tokens[name] for role, name in PEOPLE.items()}, ROOT_ROLE: root}
    wrong = []
    for role, token in tokens.items():
        async with client(house.office, token) as made:
            for operation, door in DOORS.items():
                if door.roles is None or role in door.roles:
                    continue
                answer = await ask(made, house, operation)
                if answer.status_code != 403:
                    wrong.append(f"{role}: {operation}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    assert await _unchanged(house)
    assert set(tokens) == ROLES


async def test_where_a_role_may_go_it_is_not_turned_away(house: House) -> None:
    wrong = []
    for role, name in PEOPLE.items():
        async with client(house.office, house.office.tokens[name]) as made:
            for operation, door in DOORS.items():
                if door.roles is None or role not in door.roles or not operation.startswith("GET"):
                    continue
                answer = await ask(made, house, operation)
                if answer.status_code != 200 and operation != "GET /agents/{agent}/phone":
                    wrong.append(f"{role}: {operation}: {answer.status_code} {answer.text}")
    assert not wrong, "\n".join(wrong)


def test_every_socket_is_in_the_table() -> None:
    assert {path for path in routes() if " " not in path} == set(SOCKETS)


async def _unchanged(house: House) -> bool:
    """Whether everything is still there, as its own admin sees it."""
    async with client(house.office, house.office.tokens["admin"]) as own:
        version = (await own.get("/configuration")).json()["version"]
        statuses = [
            (await own.get(path.format(**house.ids))).status_code
            for path in ("/users/{login}", "/recordings/{recording}", "/configuration/queues/{queue}")
        ]
    return (version, statuses) == (1, [200, 200, 200])


def _part(claims: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
