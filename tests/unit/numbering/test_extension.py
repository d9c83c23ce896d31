"""An extension is nothing that the network has given to everybody."""

from __future__ import annotations

import pytest

from numbering.extension import taken


@pytest.mark.parametrize("digits", ["104", "110", "118", "119", "0110", "113", "117", "171", "188", "184", "186", "00"])
def test_what_the_network_has_is_taken(digits: str) -> None:
    assert taken(digits)


@pytest.mark.parametrize("digits", ["10", "20", "100", "101", "201", "301", "1040", "999999"])
def test_what_nobody_has_is_free(digits: str) -> None:
    assert not taken(digits)
