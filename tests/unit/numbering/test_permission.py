"""What is dear is denied until a tenant is given it, and a bare country code gives no more than it says."""

from __future__ import annotations

import pytest

from kernel.refusal import Code
from numbering import japan
from numbering.dialled import Dialled
from numbering.permission import Unfit, is_prefix, permitted, prefix


def read(text: str) -> Dialled:
    found = japan.read(text)
    assert isinstance(found, Dialled)
    return found


@pytest.mark.parametrize(
    "text",
    [
        *("03-1234-5601", "090-1234-5678", "050-1234-5678", "0120-123-456", "0800-123-4567", "117", "188", "#8000"),
        *("201", "110", "118", "119", "184-03-1234-5601", "0077-03-1234-5601"),
    ],
)
def test_inside_japan_everybody_may_call(text: str) -> None:
    assert permitted(read(text), ()) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("010-1-212-555-0123", "international"),
        ("+44 20 7183 8750", "international"),
        ("0033-010-44-20-7183-8750", "international"),
        ("0990-512-345", "premium"),
        ("184-0990-512-345", "premium"),
        ("0077-0990-512-345", "premium"),
        ("+81990512345", "premium"),
        ("0570-012-345", "navidial"),
        ("020-4123-4567", "machine"),
        ("+870776123456", "satellite"),
        ("010-881-612345678", "satellite"),
        ("+19005550123", "premium"),
    ],
)
def test_the_rest_is_denied_by_default(text: str, kind: str) -> None:
    refused = permitted(read(text), ())
    assert refused is not None
    assert refused.code is Code.DESTINATION_NOT_ALLOWED
    assert refused.clause
    assert refused.params == (("kind", kind),)


@pytest.mark.parametrize(
    ("text", "prefix", "may"),
    [
        ("+442071838750", "+44", True),
        ("+442071838750", "+4420", True),
        ("+442071838750", "+4421", False),
        ("+442071838750", "+4", False),
        ("+442071838750", "+", False),
        ("+442071838750", "", False),
        ("+442071838750", "44", False),
        ("+12125550123", "+1", True),
        ("+14165550123", "+1", True),
        ("+18765550123", "+1", False),
        ("+18765550123", "+1876", True),
        ("+19005550123", "+1", False),
        ("+19005550123", "+1900", True),
        ("0990-512-345", "+81", False),
        ("0990-512-345", "+81990", True),
        ("0570-012-345", "+81", False),
        ("0570-012-345", "+81570", True),
        ("+870776123456", "+870", True),
        ("+870776123456", "+87", False),
        ("+881612345678", "+8816", True),
    ],
)
def test_the_list_of_a_tenant_lets_through_what_it_names(text: str, prefix: str, may: bool) -> None:
    assert (permitted(read(text), (prefix,)) is None) == may


@pytest.mark.parametrize("text", ["+1", "+81990", "+442071838750"])
def test_a_prefix_names_a_country_at_least(text: str) -> None:
    assert is_prefix(text)


@pytest.mark.parametrize("text", ["", "+", "1", "+0", "+01", "44", "+44 20", "+4a", "+1234567890123456", "+1\n", "+１"])
def test_what_names_none_is_no_prefix(text: str) -> None:
    assert not is_prefix(text)


@pytest.mark.parametrize(
    ("written", "stands"),
    [
        *(("+44", "+44"), ("010-44", "+44"), ("+1876", "+1876"), ("０１０ １ ２１２", "+1212"), ("+881", "+881")),
        *(("0990", "+81990"), ("０５７０", "+81570"), ("+81 990", "+81990"), ("020", "+8120")),
    ],
)
def test_a_prefix_is_read_in_every_spelling(written: str, stands: str) -> None:
    assert prefix(written) == stands


@pytest.mark.parametrize(
    ("written", "why"),
    [
        *(("", Unfit.NOT_A_PREFIX), ("abc", Unfit.NOT_A_PREFIX), ("#8000", Unfit.NOT_A_PREFIX)),
        *(("44", Unfit.NOT_A_PREFIX), ("+4412345678901234", Unfit.NOT_A_PREFIX), ("+", Unfit.NOT_A_PREFIX)),
        *(("+8", Unfit.NO_COUNTRY), ("+999", Unfit.NO_COUNTRY), ("010-8", Unfit.NO_COUNTRY)),
        *(("+81", Unfit.NEEDLESS), ("03", Unfit.NEEDLESS), ("+815", Unfit.NEEDLESS), ("0", Unfit.NEEDLESS)),
        *(("110", Unfit.NOT_A_PREFIX), ("09", Unfit.NEEDLESS)),
    ],
)
def test_what_is_no_prefix_is_refused_with_its_reason(written: str, why: Unfit) -> None:
    assert prefix(written) is why
