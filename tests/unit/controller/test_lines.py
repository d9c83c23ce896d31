"""A person with a phone on his desk and one in his browser: which stands, and which rings."""

from __future__ import annotations

from asterisk.endpoints import BROWSER, Phone, desk, in_browser
from controller.lines import Lines
from controller.ways import Ways
from kernel.ids import FIRST_NODE, NodeId

DESK = "sip-aoi"
WEB = DESK + BROWSER
OTHER = NodeId("node-2")


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


def test_a_phone_at_another_node_is_rung_through_that_node() -> None:
    lines = Lines()
    lines.seen(DESK, up=True, node=OTHER)
    assert lines.stands(DESK)
    assert Ways(lines, FIRST_NODE).to(DESK) == f"PJSIP/{DESK}@node.node-2"
    assert Ways(lines, OTHER).to(DESK) == f"PJSIP/{DESK}"


def test_a_phone_that_stands_nowhere_is_tried_where_the_caller_is() -> None:
    assert Ways(Lines(), OTHER).to(DESK) == f"PJSIP/{DESK}"


def test_the_node_at_which_a_phone_registered_last_is_the_one() -> None:
    lines = Lines()
    lines.seen(DESK, up=True, node=FIRST_NODE, fresh=True)
    assert lines.seen(DESK, up=True, node=OTHER, fresh=True)
    assert lines.rung_at(DESK, FIRST_NODE) == (DESK, OTHER)
    # It is told again whenever a call of the phone begins or ends; that is no registration.
    assert not lines.seen(DESK, up=True, node=FIRST_NODE, fresh=True)
    assert lines.seen(DESK, up=False, node=OTHER)
    assert lines.rung_at(DESK) == (DESK, FIRST_NODE)


def test_what_a_node_has_kept_from_before_counts_less_than_what_was_seen() -> None:
    lines = Lines()
    lines.seen(DESK, up=True, node=FIRST_NODE, fresh=True)
    lines.seen(DESK, up=True, node=OTHER)
    assert lines.rung_at(DESK, OTHER) == (DESK, FIRST_NODE)


def test_of_registrations_that_nobody_saw_the_nearest_is_taken() -> None:
    lines = Lines()
    for node in (FIRST_NODE, OTHER):
        lines.seen(DESK, up=True, node=node)
    assert [lines.rung_at(DESK, node)[1] for node in (FIRST_NODE, OTHER)] == [FIRST_NODE, OTHER]


def test_with_a_node_its_phones_are_lost_and_no_others() -> None:
    lines = Lines()
    lines.seen(DESK, up=True, node=FIRST_NODE)
    lines.seen("sip-ren", up=True, node=FIRST_NODE)
    lines.seen("sip-ren", up=True, node=OTHER)
    lines.seen("sip-sora", up=True, node=OTHER)
    assert lines.lost(FIRST_NODE) == {DESK: False, "sip-ren": True}
    assert [lines.stands(name) for name in (DESK, "sip-ren", "sip-sora")] == [False, True, True]
