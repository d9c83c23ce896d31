"""What is said when a property of the floor does not hold."""

from __future__ import annotations


class Violation(AssertionError):
    """A property does not hold; `letter` names it as docs/planted-bugs.md does."""

    def __init__(self, letter: str, what: str) -> None:
        super().__init__(f"({letter}) {what}")
        self.letter = letter


def expect(letter: str, holds: bool, what: str) -> None:
    """Violation unless it holds."""
    if not holds:
        raise Violation(letter, what)
