"""What a robot does when it is rung."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from robots.incoming import IncomingCall


@dataclass(frozen=True, slots=True)
class Answer:
    """Ring, answer after that many seconds, and hang up that many seconds later (None: never)."""

    after: float = 0.0
    hang_up_after: float | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """Ring, then refuse with a status such as 486 or 603."""

    status: int = 486
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Ignore:
    """Ring and do nothing more; whoever holds the call may still answer or reject it."""


@dataclass(frozen=True, slots=True)
class Silent:
    """Take the INVITE with 100 and do not ring; whoever holds the call may still ring, answer or reject it."""


@dataclass(frozen=True, slots=True)
class Redirect:
    """Ring, then send the caller elsewhere with 302; the target is a number or a SIP URI."""

    target: str
    after: float = 0.0


Behaviour = Answer | Reject | Ignore | Silent | Redirect


def behave(call: IncomingCall, behaviour: Behaviour) -> None:
    """Do that with the call."""
    if isinstance(behaviour, Silent):
        return
    call.ring()
    match behaviour:
        case Answer(after, hang_up_after):
            call.later(after, _answer(call, hang_up_after))
        case Reject(status, after):
            call.later(after, lambda: call.reject(status))
        case Redirect(target, after):
            call.later(after, lambda: call.redirect(target))
        case Ignore():
            return


def _answer(call: IncomingCall, hang_up_after: float | None) -> Callable[[], None]:
    def answer() -> None:
        call.answer()
        if hang_up_after is not None:
            call.later(hang_up_after, call.hang_up)

    return answer
