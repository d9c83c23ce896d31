"""Every operation we send and every event we read is compared with the running server's own description."""

from __future__ import annotations

import base64
import json
import re
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from asterisk import applications, bridges, channels, endpoints, playbacks, reading, wire
from asterisk.request import Request
from tests.asterisk_server import AsteriskServer

PHONE = endpoints.Phone("a1", "secret", "127.0.0.1", web=True)
LOGIN = endpoints.Registration("127.0.0.2", "0312345600", "secret")
CARRIER = endpoints.Carrier("c1", ("127.0.0.2",), "127.0.0.1", "sip:127.0.0.2", registration=LOGIN)
SENT: tuple[Request, ...] = (
    channels.create("leg_1", "PJSIP/a1", "app", "x", originator="1.1", variables={"A": "b"}),
    channels.dial("leg_1", caller="1.1", timeout=20),
    channels.originate("leg_1", "PJSIP/a1", "app", "x", caller_id="1", originator="1.1"),
    channels.answer("leg_1"),
    channels.hangup("leg_1", channels.Cause.BUSY),
    channels.ring("leg_1"),
    channels.ring_stop("leg_1"),
    channels.moh_start("leg_1"),
    channels.moh_stop("leg_1"),
    channels.set_variable("leg_1", "A", "b"),
    channels.lease("leg_1", 60),
    channels.get_variable("leg_1", "A"),
    channels.get("leg_1"),
    channels.list_all(),
    bridges.create("conv_1"),
    bridges.destroy("conv_1"),
    bridges.add("conv_1", ["leg_1"], mute=True),
    bridges.remove("conv_1", ["leg_1"]),
    bridges.get("conv_1"),
    bridges.list_all(),
    playbacks.play("leg_1", "play_1", ["sound:beep"], language="ja"),
    playbacks.stop("play_1"),
    playbacks.get("play_1"),
    endpoints.list_all(),
    *endpoints.push(PHONE),
    *endpoints.push(CARRIER),
    *endpoints.withdraw(PHONE),
    *endpoints.withdraw(CARRIER),
    applications.get("app"),
    applications.mute("app"),
    applications.mute_lines("app"),
    applications.subscribe_endpoints("app"),
)

Docs = dict[str, Any]


@pytest.fixture(scope="module")
def docs(asterisk_server: AsteriskServer) -> Docs:
    """All api-docs of the server: `operations` and `models`."""
    settings = asterisk_server.settings
    token = base64.b64encode(f"{settings.ari_user}:{asterisk_server.ari_password}".encode()).decode()

    def fetch(path: str) -> Docs:
        url = f"http://127.0.0.1:{settings.ari_port}/ari/api-docs/{path}"
        request = urllib.request.Request(url, headers={"Authorization": f"Basic {token}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            found: Docs = json.load(answer)
            return found

    operations: list[tuple[str, str, Docs]] = []
    models: Docs = {}
    for resource in fetch("resources.json")["apis"]:
        name = resource["path"].rsplit("/", 1)[1].replace("{format}", "json")
        described = fetch(name)
        models |= described.get("models", {})
        for api in described["apis"]:
            operations += [(one["httpMethod"], api["path"].lstrip("/"), one) for one in api["operations"]]
    return {"operations": operations, "models": models}


@pytest.mark.parametrize("request_", SENT, ids=lambda request: f"{request.method} {request.uri}")
def test_an_operation_we_send_exists_and_knows_its_parameters(docs: Docs, request_: Request) -> None:
    assert faults(docs, request_) == []


def test_the_comparison_finds_what_is_misspelt(docs: Docs) -> None:
    good = channels.dial("leg_1", timeout=3)
    assert faults(docs, Request(good.method, "channels/leg_1/dail", good.query))
    assert faults(docs, Request(good.method, good.uri, (("timeuot", "3"),)))
    assert faults(docs, Request(good.method, good.uri, (("timeout", "soon"),)))
    assert faults(docs, Request(channels.create("leg_1", "PJSIP/a", "app").method, "channels/create"))
    assert faults(docs, Request(good.method, good.uri, (), {"timeout": 3}))


def faults(docs: Docs, sent: Request) -> list[str]:
    """What the server's description has against this request."""
    matching = [
        one
        for method, path, one in docs["operations"]
        if method == sent.method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), sent.uri)
    ]
    literal = [one for one in matching if not one["nickname"].endswith("WithId")]
    if not matching:
        return ["no such operation"]
    known = {parameter["name"]: parameter for parameter in (literal or matching)[0].get("parameters", [])}
    found = []
    for name, value in sent.query:
        parameter = known.get(name)
        if parameter is None or parameter["paramType"] != "query":
            found.append(f"no parameter {name}")
        elif parameter["dataType"] in {"int", "long"} and not value.isdigit():
            found.append(f"{name} is a number")
    given = {name for name, _ in sent.query} | set(sent.body or ())
    for name, parameter in known.items():
        if parameter.get("required") and parameter["paramType"] == "query" and name not in given:
            found.append(f"{name} is missing")
    if sent.body is not None and not any(parameter["paramType"] == "body" for parameter in known.values()):
        found.append("takes no body")
    return found


@pytest.mark.parametrize("name", sorted(reading.EVENTS_READ))
@pytest.mark.parametrize("bare", [True, False], ids=["required fields only", "all fields"])
def test_an_event_we_read_exists_and_has_the_fields_we_read(docs: Docs, name: str, bare: bool) -> None:
    assert name in event_names(docs)
    event = {"type": name, **sample(docs, name, bare)}
    heard = reading.frame(json.dumps(event).encode())
    assert type(heard).__name__ == name


def test_events_we_silence_exist(docs: Docs) -> None:
    assert set(applications.NOISE) | set(applications.CALLS) <= event_names(docs)


def test_every_event_value_has_its_reader() -> None:
    values = {kind.__name__ for kind in wire.Event.__args__} - {"Other", "Garbled"}
    assert values == reading.EVENTS_READ


def test_channel_states_are_those_of_the_server(docs: Docs) -> None:
    allowed = docs["models"]["Channel"]["properties"]["state"]["allowableValues"]["values"]
    assert {state.value for state in wire.ChannelState} == set(allowed)


def event_names(docs: Docs) -> set[str]:
    """All names of events, those of subtypes of subtypes too."""
    return set(descendants(docs, "Event"))


def descendants(docs: Docs, name: str) -> Iterator[str]:
    """The models that are a kind of this one."""
    for child in docs["models"][name].get("subTypes", []):
        yield child
        yield from descendants(docs, child)


def sample(docs: Docs, name: str, bare: bool) -> Docs:
    """An object of the model as the server would send it, with required properties only when `bare`."""
    properties = dict(docs["models"][name]["properties"])
    if name in event_names(docs):
        properties |= docs["models"]["Event"]["properties"]
    return {
        key: value(docs, told["type"], bare) for key, told in properties.items() if told.get("required") or not bare
    }


def value(docs: Docs, kind: str, bare: bool) -> Any:
    """Something of this type."""
    plain: Docs = {"string": "7", "int": 7, "long": 7, "boolean": True, "Date": "2026-01-02T03:04:05.678+0900"}
    if kind in plain:
        return plain[kind]
    if kind.startswith("List["):
        return [value(docs, kind[5:-1], bare)]
    return {} if kind in {"object", "binary"} else sample(docs, kind, bare)
