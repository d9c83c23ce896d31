"""Requests and names: what may reach a URI, a dial string or a file name."""

from __future__ import annotations

import pytest

from asterisk import bridges, channels, endpoints, names, playbacks
from asterisk.channels import TRANSFERS_ASK_FIRST

BAD = ["", ".", "..", "a/b", "a b", "a?b", "a%2fb", "a\nb", "ｱ", "a,b", "a&b", "x" * 128]


@pytest.mark.parametrize("name", BAD)
def test_a_name_with_other_signs_is_refused_everywhere(name: str) -> None:
    for build in (
        lambda: channels.get(name),
        lambda: channels.create(name, "PJSIP/a", "app"),
        lambda: channels.create("leg_1", "PJSIP/a", name),
        lambda: bridges.add("conv_1", [name]),
        lambda: bridges.create(name),
        lambda: playbacks.play("leg_1", name, ["sound:beep"]),
        lambda: names.dial_string(name),
        lambda: endpoints.push(endpoints.Phone(name, "s", "127.0.0.1")),
    ):
        with pytest.raises(ValueError, match="name"):
            build()


@pytest.mark.parametrize("number", ["", "abc", "1@evil", "1&PJSIP/x", "1;x", "++1", "1" * 33])
def test_a_dial_string_holds_only_digits(number: str) -> None:
    with pytest.raises(ValueError, match="number"):
        names.dial_string("trunk", number)


def test_a_dial_string_through_a_trunk() -> None:
    assert names.dial_string("trunk", "+81312345678") == "PJSIP/+81312345678@trunk"
    assert names.dial_string("agent-1") == "PJSIP/agent-1"


def test_ids_are_recognised_by_their_beginning() -> None:
    assert names.is_leg("leg_01J")
    assert not names.is_leg("node-1-1732184000.12")
    assert names.is_conversation("conv_01J")
    assert names.is_playback("play_01J")


def test_every_leg_we_make_asks_before_it_transfers() -> None:
    name, value = TRANSFERS_ASK_FIRST
    for made in (channels.create("leg_1", "PJSIP/a", "app"), channels.originate("leg_1", "PJSIP/a", "app")):
        assert made.body == {"variables": {name: value}}
    more = channels.create("leg_1", "PJSIP/a", "app", variables={"X": "1"})
    assert more.body == {"variables": {name: value, "X": "1"}}


def test_a_request_shows_no_values() -> None:
    shown = repr(channels.originate("leg_1", names.dial_string("trunk", "0312345678"), "app", caller_id="0398765432"))
    assert "0312345678" not in shown
    assert "0398765432" not in shown


def test_a_phone_shows_no_secret() -> None:
    assert "hush" not in repr(endpoints.Phone("a1", "hush", "127.0.0.1"))


def test_what_an_endpoint_refers_to_comes_first() -> None:
    phone = [request.uri.split("/")[-2] for request in endpoints.push(endpoints.Phone("a1", "s", "127.0.0.1"))]
    assert phone == ["auth", "aor", "endpoint"]
    carrier = [request.uri.split("/")[-2] for request in endpoints.push(endpoints.Carrier("c", ("127.0.0.2",), "h"))]
    assert carrier == ["aor", "endpoint", "identify"]


def test_media_are_not_split_by_their_own_signs() -> None:
    with pytest.raises(ValueError, match="commas"):
        playbacks.play("leg_1", "play_1", ["sound:a,b"])
    with pytest.raises(ValueError, match="commas"):
        playbacks.play("leg_1", "play_1", [])
