"""What is said when a property of the floor does not hold."""

from __future__ import annotations

from typing import NoReturn


class Violation(AssertionError):
    """A property does not hold; `letter` names it as docs/planted-bugs.md does."""

    def __init__(self, letter: str, what: str) -> None:
        super().__init__(f"({letter}) {what}")
        self.letter = letter


def broken(letter: str, what: str) -> NoReturn:
    """Said after `or`, so that nothing is put into words while all is well: that would cost more than to look."""
    raise Violation(letter, what)
