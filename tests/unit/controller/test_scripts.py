"""Each call goes by the script that was in force when it began; a number has one owner, in any spelling."""

from __future__ import annotations

from controller.scripts import Script, Scripts
from ivr.flow import Flow, HangUp
from kernel.ids import FlowId, NodeName, TenantId

ONE, TWO = TenantId("one"), TenantId("two")
NUMBER, OTHER = "+81312345601", "+81312345602"


def script(version: int, *numbers: str) -> Script:
    end = NodeName("end")
    flow = Flow(FlowId("f"), version, end, {end: HangUp()})
    return Script(version, dict.fromkeys(numbers, flow.id), {flow.id: flow})


def test_a_call_keeps_the_script_it_began_with_and_others_go_by_the_new_one() -> None:
    scripts = Scripts({ONE: script(1, NUMBER)})
    scripts.put(ONE, script(2, NUMBER), {1})
    assert scripts.of(ONE, 1) == script(1, NUMBER)
    assert scripts.of(ONE, 2) == script(2, NUMBER)


def test_what_no_call_uses_any_more_is_forgotten_with_the_next_version() -> None:
    scripts = Scripts({ONE: script(1, NUMBER)})
    scripts.put(ONE, script(2, NUMBER), {1})
    scripts.put(ONE, script(3, NUMBER), {2})
    assert scripts.of(ONE, 1) == script(3, NUMBER)
    assert scripts.of(ONE, 2) == script(2, NUMBER)


def test_an_older_one_can_be_read_again_after_a_restart() -> None:
    scripts = Scripts({ONE: script(7, NUMBER)})
    scripts.keep(ONE, script(4, NUMBER))
    assert scripts.of(ONE, 4) == script(4, NUMBER)
    assert scripts.of(ONE, 5) == script(7, NUMBER)
    assert scripts.of(TWO, 4) is None


def test_a_number_is_found_as_the_carrier_spells_it() -> None:
    scripts = Scripts({ONE: script(1, NUMBER), TWO: script(1, OTHER)})
    assert [scripts.owner(dialled) for dialled in (NUMBER, "0312345601", "81312345601", "0312345602")] == [
        (ONE, NUMBER),
        (ONE, NUMBER),
        None,
        (TWO, OTHER),
    ]
    assert scripts.numbers() == [NUMBER, OTHER]


def test_a_number_that_is_given_up_is_nobodys_and_may_become_another_tenants() -> None:
    scripts = Scripts({ONE: script(1, NUMBER, OTHER), TWO: script(1)})
    scripts.put(TWO, script(2, OTHER), ())
    scripts.put(ONE, script(2), ())
    assert scripts.owner(NUMBER) is None
    assert scripts.owner(OTHER) == (TWO, OTHER)
