"""Whose SIP a browser may send through the relay."""

from __future__ import annotations

import pytest

from api.sip_sender import may_send

ME = "sip-aoi.browser"


def message(start: str = "REGISTER sip:denwaban.invalid SIP/2.0", body: str = "", **changed: str | None) -> str:
    """A request of ME; headers are changed, or left out (None)."""
    headers = {
        "Via": "SIP/2.0/WS x.invalid;branch=z9hG4bK1",
        "From": f"<sip:{ME}@denwaban.invalid>;tag=a",
        "To": f"<sip:{ME}@denwaban.invalid>",
        "Content-Length": str(len(body.encode())),
        **changed,
    }
    lines = [start, *(f"{name}: {value}" for name, value in headers.items() if value is not None)]
    return "\r\n".join(lines) + "\r\n\r\n" + body


INVITE = "INVITE sip:0312345678@denwaban.invalid SIP/2.0"
BYE = "BYE sip:asterisk@127.0.0.1 SIP/2.0"
OTHER = "<sip:sip-ren.browser@denwaban.invalid>;tag=a"


@pytest.mark.parametrize(
    "fine",
    [
        message(),
        message(INVITE, "v=0\r\n電話", To="<sip:0312345678@denwaban.invalid>"),
        message(BYE, From="<sip:contact@x.invalid>;tag=b", To="<sip:caller@127.0.0.1>;tag=c"),
        message("SIP/2.0 200 OK", From=OTHER, To="<sip:contact@x.invalid>;tag=c"),
        "\r\n\r\n",
        "",
        message(From=None, f=f'"葵" <sip:{ME}@denwaban.invalid;transport=ws> ;tag=1'),
    ],
)
def test_it_may_speak_as_itself_and_inside_its_dialogs(fine: str) -> None:
    assert may_send(fine, ME)


@pytest.mark.parametrize(
    "bad",
    [
        message(From=OTHER),
        message(From=OTHER, To=f"<sip:{ME}@denwaban.invalid>;tag=c"),
        message(INVITE, From=OTHER),
        message(From=None),
        message(To=None),
        message(From=f"<sip:{ME}@denwaban.invalid>;tag=a\r\nf: {OTHER}"),
        message(From=f"<sip:{ME}@denwaban.invalid>;tag=a\nf: {OTHER}"),
        message(From=f"<sip:{ME}@denwaban.invalid>;tag=a\rf: {OTHER}"),
        message(From=f"\r\n {OTHER}"),
        message(**{"Content-Length": None}),
        message(**{"Content-Length": "0\r\nl: 7"}),
        message() + message(From=OTHER),
        message(INVITE, "v=0\r\n").removesuffix("\n"),
        "REGISTER sip:denwaban.invalid SIP/2.0",
        "GET / HTTP/1.1\r\n\r\n",
        "\x00",
    ],
)
def test_it_may_not_begin_anything_as_somebody_else_nor_hide_a_second_message(bad: str) -> None:
    assert not may_send(bad, ME)
