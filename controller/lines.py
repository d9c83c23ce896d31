"""Which of a person's two phones stands: the one on his desk and the one in his browser, which is rung first."""

from __future__ import annotations

from asterisk.endpoints import BROWSER, desk


class Lines:
    """The endpoints that are registered right now, as Asterisk tells."""

    def __init__(self) -> None:
        self._up: set[str] = set()

    def seen(self, endpoint: str, up: bool) -> bool:
        """Note a registration, or its end; True when the person is to be rung elsewhere than before."""
        before = self.rung(desk(endpoint))
        if up:
            self._up.add(endpoint)
        else:
            self._up.discard(endpoint)
        return self.rung(desk(endpoint)) != before

    def stands(self, person: str) -> bool:
        """Whether he can be rung at all; a person is named by his desk phone."""
        return person in self._up or person + BROWSER in self._up

    def rung(self, person: str) -> str:
        """The endpoint that rings for him: a browser that is open is where he works."""
        return person + BROWSER if person + BROWSER in self._up else person
