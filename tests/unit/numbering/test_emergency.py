"""110, 118 and 119 are found however they are dialled, and nothing else is taken for them."""

from __future__ import annotations

import pytest

from numbering import japan
from numbering.dialled import Dialled, Kind
from numbering.emergency import Service, emergency

SPELLINGS = [
    *("{n}", " {n} ", "{n}#", "{n}番", "1-{tail}", "1 {tail}", "(1){tail}", "{wide}", "{wide}番", "　{wide}"),
    *("0{n}", "0-{n}", "0,{n}", "0;{n}", "０{wide}", "tel:{n}"),
    *("184{n}", "184-{n}", "186{n}", "186 {n}", "１８４{wide}", "184186{n}", "1840{n}", "0184{n}", "0,186,{n}"),
    *("+81{n}", "+81 {n}", "＋８１{wide}", "+81-0{n}", "+81(0){n}", "0081{n}", "010-81-{n}", "184+81{n}"),
    *("0077{n}", "0088-{n}", "0033{n}", "009130{n}", "184-0077-{n}", "0077-184-{n}", "0033-010-81-{n}"),
]
OTHERS = [
    *("", "11", "1100", "1110", "111", "112", "117", "113", "171", "177", "188", "189", "184", "186", "911", "999"),
    *(
        "#110",
        "*110",
        "#9110",
        "110*",
        "201110",
        "9110",
        "110110",
        "119119",
        "0311012345",
        "0120110110",
        "03-1234-0110",
    ),
    *("0118-12-3456", "0119123456", "0110-12-3456", "+1110", "+44119", "+81311012345", "110a", "1１1", "一一〇"),
]


def spelled(pattern: str, service: Service) -> str:
    wide = service.value.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0189"})
    return pattern.format(n=service.value, wide=wide, tail=service.value[1:])


@pytest.mark.parametrize("service", Service)
def test_there_are_thirty_spellings_and_all_differ(service: Service) -> None:
    assert len({spelled(pattern, service) for pattern in SPELLINGS}) >= 30


@pytest.mark.parametrize("service", Service)
@pytest.mark.parametrize("pattern", SPELLINGS)
def test_an_emergency_call_is_found(pattern: str, service: Service) -> None:
    text = spelled(pattern, service)
    assert emergency(text) is service
    assert japan.read(text) == Dialled(service.value, Kind.EMERGENCY)


@pytest.mark.parametrize("text", OTHERS)
def test_another_number_is_none(text: str) -> None:
    assert emergency(text) is None
