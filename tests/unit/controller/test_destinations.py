"""What an agent dials is read in the order of the rules: emergency, inside, number, permission, own number, line."""

from __future__ import annotations

import pytest

from acd import inputs
from acd.config import AgentConfig, Limits, NumberRule
from acd.decide import decide
from acd.evolve import evolve
from acd.model import Destination, Floor
from acd.schema import SCHEMAS, subject
from controller.destinations import Destinations, Outside, Wanted
from kernel.fact import Fact, Stream
from kernel.ids import AgentId, LineId, TenantId, TrunkName
from kernel.refusal import Code, Refused
from kernel.usage import LineKind
from numbering.lines import Health, Line
from tests.fakes.ari import BORN

ANN, BOB = AgentId("ann"), AgentId("bob")
PLAIN, CAPABLE = LineId("plain"), LineId("capable")
T1, T2, T3 = map(TrunkName, ("t1", "t2", "t3"))
LINES = (Line(PLAIN, (T1, T2)), Line(CAPABLE, (T3,), emergency=True))
ON_PLAIN, ON_CAPABLE = "+81312345601", "+81312345602"


def floor() -> Floor:
    """Ann shows a number of her own, Bob has an extension."""
    made = Floor(TenantId("t"))
    agents = (
        AgentConfig(ANN, "Ann", "ann", (), caller_number=ON_CAPABLE),
        AgentConfig(BOB, "Bob", "bob", (), extension="205"),
    )
    numbers = (NumberRule(ON_PLAIN, PLAIN), NumberRule(ON_CAPABLE, CAPABLE))
    for body in decide(made, inputs.UseConfig((), agents, Limits(), numbers), BORN):
        if type(body) in SCHEMAS:
            evolve(made, Fact(made.tenant, 1, 1, BORN, Stream.FLOOR, type(body).__name__, 1, subject(body), body))  # type: ignore[arg-type]
    return made


def find(
    text: str, agent: AgentId = ANN, shown: str = "", lines: tuple[Line, ...] = LINES, allowed: tuple[str, ...] = ()
) -> Wanted:
    destinations = Destinations(lambda _: Outside(lines, allowed), lambda: dict.fromkeys((T1, T2, T3), Health.UNKNOWN))
    return destinations.find(floor(), agent, text, shown)


def refused(wanted: Wanted) -> Code | None:
    return wanted.destination.code if isinstance(wanted.destination, Refused) else None


@pytest.mark.parametrize("text", ["0312340000", "03-1234-0000", "+81312340000", "０３（１２３４）００００"])
def test_a_number_in_any_spelling_goes_over_the_line_of_the_number_that_is_shown(text: str) -> None:
    assert find(text) == Wanted("+81312340000", ON_CAPABLE, Destination(CAPABLE, (T3,), kind=LineKind.FIXED))
    assert find(text, BOB) == Wanted("+81312340000", ON_PLAIN, Destination(PLAIN, (T1, T2), kind=LineKind.FIXED))


def test_184_withholds_the_number_and_186_shows_it() -> None:
    assert find("1840312340000", BOB).destination == Destination(PLAIN, (T1, T2), withheld=True, kind=LineKind.FIXED)
    assert find("1860312340000", BOB).destination == Destination(PLAIN, (T1, T2), kind=LineKind.FIXED)


@pytest.mark.parametrize("text", ["110", "１１０", "184110", "+81110", "0110", "119#", "1-1-8"])
def test_emergency_calls_are_found_in_any_spelling_and_refused_where_no_line_carries_them(text: str) -> None:
    assert refused(find(text, lines=LINES[:1])) is Code.EMERGENCY_NOT_AVAILABLE_ON_LINE
    found = find(text, BOB)
    assert found.number in ("110", "118", "119")
    assert found.destination == Destination(CAPABLE, (T3,), emergency=True, kind=LineKind.OTHER)
    assert found.shown == ON_CAPABLE


def test_a_colleague_is_found_by_his_extension_or_his_id_and_needs_no_line() -> None:
    for text in ("205", "２０５", "bob"):
        assert find(text, lines=()).destination == Destination(colleague=BOB)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("299", Code.UNKNOWN_EXTENSION),
        ("hello", Code.UNREADABLE_NUMBER),
        ("0312", Code.UNREADABLE_NUMBER),
        ("", Code.UNREADABLE_NUMBER),
        ("0990123456", Code.DESTINATION_NOT_ALLOWED),
        ("010-1-212-555-0123", Code.DESTINATION_NOT_ALLOWED),
        ("+12125550123", Code.DESTINATION_NOT_ALLOWED),
        ("+8816 1234 5678", Code.DESTINATION_NOT_ALLOWED),
    ],
)
def test_what_cannot_or_may_not_be_called_is_refused(text: str, code: Code) -> None:
    assert refused(find(text)) is code


def test_a_country_that_was_allowed_may_be_called() -> None:
    assert find("+12125550123", allowed=("+1",)).destination == Destination(CAPABLE, (T3,), kind=LineKind.INTERNATIONAL)


@pytest.mark.parametrize("shown", ["+81312345601", "0312345601", "03-1234-5601"])
def test_a_number_of_the_tenant_may_be_shown(shown: str) -> None:
    assert find("0312340000", shown=shown) == Wanted(
        "+81312340000", ON_PLAIN, Destination(PLAIN, (T1, T2), kind=LineKind.FIXED)
    )


@pytest.mark.parametrize("shown", ["+81312340110", "110", "0399999999", "anonymous", "+12125550123"])
def test_no_other_number_may_be_shown(shown: str) -> None:
    assert refused(find("0312340000", shown=shown)) is Code.CALLER_NUMBER_NOT_OWNED


def test_without_a_line_nobody_calls_out() -> None:
    assert refused(find("0312340000", lines=())) is Code.NO_LINE
    assert refused(find("0312340000", lines=(Line(PLAIN, (TrunkName("gone"),)),))) is Code.NO_LINE


def test_the_number_of_the_other_party_shows_in_no_repr() -> None:
    assert "0000" not in repr(find("0312340000"))
