"""A person with a phone on his desk and one in his browser: which stands, and which rings."""

from __future__ import annotations

from asterisk.endpoints import BROWSER, Phone, desk, in_browser
from controller.lines import Lines
from kernel.ids import FIRST_NODE

DESK = "sip-aoi"
WEB = DESK + BROWSER


def test_a_browser_that_is_open_is_rung_before_the_desk() -> None:
    lines = Lines()
    assert (lines.stands(DESK), lines.rung(DESK)) == (False, DESK)
    assert not lines.seen(DESK, up=True, node=FIRST_NODE)
    assert lines.seen(WEB, up=True, node=FIRST_NODE)
    assert (lines.stands(DESK), lines.rung(DESK)) == (True, WEB)


def test_who_closes_the_browser_is_rung_at_his_desk_again() -> None:
    lines = Lines()
    lines.seen(DESK, up=True, node=FIRST_NODE)
    lines.seen(WEB, up=True, node=FIRST_NODE)
    assert lines.seen(WEB, up=False, node=FIRST_NODE)
    assert (lines.stands(DESK), lines.rung(DESK)) == (True, DESK)
    assert not lines.seen(WEB, up=False, node=FIRST_NODE)


def test_the_browser_alone_makes_the_line_stand() -> None:
    lines = Lines()
    lines.seen(WEB, up=True, node=FIRST_NODE)
    assert lines.stands(DESK)
    lines.seen(WEB, up=False, node=FIRST_NODE)
    assert not lines.stands(DESK)


def test_the_browsers_endpoint_has_a_name_and_a_secret_of_its_own() -> None:
    phone = Phone(DESK, "the secret of the desk phone", "127.0.0.1")
    web = in_browser(phone)
    assert (web.name, web.web, web.codecs, desk(web.name)) == (WEB, True, ("opus",), DESK)
    assert len(web.secret) >= 32
    assert phone.secret not in web.secret
    assert in_browser(phone) == web != in_browser(Phone(DESK, "another secret", "127.0.0.1"))
