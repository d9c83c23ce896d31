"""The numbers of other parties while something may still be dialled: facts hold only what points to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from acd.facts import Body, CallbackEnded, CallbackRequested, CallEnded, CallStarted, PartyInvited
from acd.model import Call
from kernel.fact import Fact
from kernel.ids import CallbackId, CallId, PersonalId


class Numbers:
    """Kept in memory alone, for as long as a call or callback lives that may need them; on all nodes the same."""

    def __init__(self) -> None:
        self._numbers: dict[PersonalId, str] = {}
        self._of: dict[CallId, list[PersonalId]] = {}
        self._kept: dict[CallbackId, PersonalId] = {}
        self._uses: Counter[PersonalId] = Counter()

    def know(self, to: PersonalId, number: str) -> None:
        """Keep the number for the call that is about to begin."""
        self._numbers[to] = number

    def forget(self, to: PersonalId) -> None:
        """Nobody needs it any more."""
        self._numbers.pop(to, None)

    def known(self, to: PersonalId) -> str | None:
        """The number, if it is kept."""
        return self._numbers.get(to)

    def recall(self, call: Call, number: str) -> None:
        """Keep the number of a call that began before we did."""
        self.lend(call.id, call.caller, number)

    def lend(self, call: CallId, to: PersonalId, number: str) -> None:
        """Keep a number while this call lives."""
        self._numbers[to] = number
        self._of.setdefault(call, []).append(self._use(to))

    def keep(self, callback: CallbackId, to: PersonalId, number: str) -> None:
        """Keep the number of somebody who is to be called back."""
        self._numbers[to] = number
        self._kept[callback] = self._use(to)

    def told(self, facts: Sequence[Fact[Body]]) -> None:
        """Follow the facts of a floor."""
        for fact in facts:
            match fact.body:
                case CallStarted(call=call, caller=to) if to in self._numbers:
                    self._of.setdefault(call, []).append(self._use(to))
                case CallbackRequested(callback=callback, to=to) if to in self._numbers:
                    self._kept[callback] = self._use(to)
                case PartyInvited(call=call, invitation=invitation):
                    if invitation.to is not None and invitation.to in self._numbers:
                        self._of.setdefault(call, []).append(self._use(invitation.to))
                case CallEnded(call=call):
                    self._let_go(self._of.pop(call, []))
                case CallbackEnded(callback=callback) if callback in self._kept:
                    self._let_go([self._kept.pop(callback)])
                case _:
                    continue

    def _let_go(self, numbers: list[PersonalId]) -> None:
        for to in numbers:
            self._uses[to] -= 1
            if not self._uses[to]:
                del self._uses[to]
                self.forget(to)

    def _use(self, to: PersonalId) -> PersonalId:
        self._uses[to] += 1
        return to
