"""What a frame becomes, and what it must never become: an exception, or personal data in a log."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk import reading, wire
from asterisk.request import Done, Gone, Rejected, Unreachable

CHANNEL = {
    "id": "leg_1",
    "name": "PJSIP/a1-00000001",
    "state": "Up",
    "protocol_id": "abc@host",
    "caller": {"name": "Sato", "number": "0312345678"},
    "connected": {"name": "", "number": ""},
    "accountcode": "",
    "dialplan": {"context": "trunk", "exten": "0120444444", "priority": 1, "app_name": "Stasis", "app_data": ""},
    "creationtime": "2026-01-02T03:04:05.678+0900",
    "language": "en",
}


def event(kind: str, **fields: Any) -> bytes:
    return json.dumps(
        {"type": kind, "application": "app", "timestamp": "2026-01-02T03:04:06.000+0900", **fields}
    ).encode()


def reply(status: int, body: object = None) -> reading.Reply:
    message = {"type": "RESTResponse", "request_id": "7", "status_code": status, "reason_phrase": "Said so"}
    if body is not None:
        message["message_body"] = body if isinstance(body, str) else json.dumps(body)
    heard = reading.frame(json.dumps(message))
    assert isinstance(heard, reading.Reply)
    return heard


def test_a_stasis_start_is_read_with_aware_moments() -> None:
    heard = reading.frame(event("StasisStart", args=["arrived", "0120444444"], channel=CHANNEL))
    assert isinstance(heard, wire.StasisStart)
    assert heard.args == ("arrived", "0120444444")
    assert heard.channel.state is wire.ChannelState.UP
    assert heard.channel.created == datetime(2026, 1, 1, 18, 4, 5, 678000, tzinfo=UTC)
    assert heard.at == datetime(2026, 1, 1, 18, 4, 6, tzinfo=UTC)


def test_no_number_name_or_digit_shows_in_a_repr() -> None:
    heard = [
        reading.frame(event("StasisStart", args=["arrived", "0120444444"], channel=CHANNEL)),
        reading.frame(event("ChannelDtmfReceived", digit="5", duration_ms=100, channel=CHANNEL)),
        reading.frame(event("Dial", dialstatus="", forward="0312345678", peer=CHANNEL)),
    ]
    shown = repr(heard)
    assert not any(secret in shown for secret in ("0312345678", "0120444444", "Sato", "digit"))


def test_an_event_nobody_uses_is_named_only() -> None:
    assert reading.frame(event("ChannelVarset", variable="X", value="y")) == wire.Other("ChannelVarset")


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"null",
        b"[]",
        b'"text"',
        b"{}",
        b'{"type": 5}',
        event("StasisStart"),
        event("StasisStart", args=["x"], channel={"id": "0312345678"}),
        event("StasisEnd", channel={**CHANNEL, "creationtime": "yesterday"}),
        event("StasisEnd", channel={**CHANNEL, "dialplan": None}),
        b'{"type": "RESTResponse"}',
        b'{"type": ["StasisStart"]}',
    ],
)
def test_what_makes_no_sense_is_garbled_or_other_and_quotes_nothing(frame: bytes) -> None:
    heard = reading.frame(frame)
    assert isinstance(heard, wire.Garbled | wire.Other)
    assert "0312345678" not in repr(heard)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-1, 5) | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*CHANNEL, "channel", "args"]), inner)
        ),
        max_leaves=12,
    ),
    st.sampled_from([*sorted(reading.EVENTS_READ), "RESTResponse"]),
)
def test_no_json_whatsoever_raises(body: object, kind: str) -> None:
    fields = body if isinstance(body, dict) else {"channel": body, "endpoint": body, "status_code": body}
    heard = reading.frame(json.dumps({**fields, "type": kind, "timestamp": "2026-01-02T03:04:06.000+0900"}))
    assert heard is not None


def test_the_ways_a_request_ends() -> None:
    assert reply(204).answer == Done(None)
    assert reply(200, {"value": "x"}).answer == Done({"value": "x"})
    assert reply(404, {"message": "Channel not found"}).answer == Gone()
    assert reply(400, {"message": "Channel not found: leg_1"}).answer == Gone()
    assert reply(409, {"message": "Channel not in Stasis application"}).answer == Rejected(
        409, "Channel not in Stasis application"
    )
    assert reply(500).answer == Rejected(500, "Said so")
    assert isinstance(reply(200, "{").answer, Unreachable)


def test_an_answer_is_read_into_values() -> None:
    assert reading.one_channel(Done(CHANNEL)).id == "leg_1"
    assert reading.channels(Done([CHANNEL]))[0].context == "trunk"
    assert reading.variable(Done({"value": "x"})) == "x"
    with pytest.raises(TypeError):
        reading.channels(Done({}))
    with pytest.raises(TypeError):
        reading.one_bridge(Done([]))
