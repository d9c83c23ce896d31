"""A carrier that lives, and says nothing to an INVITE but what the test tells it to."""

from __future__ import annotations

from tests.contract.asterisk.sip_peer import Message, SipPeer


class DumbPeer(SipPeer):
    """Answers OPTIONS as any carrier; an INVITE that comes again gets no answer of its own."""

    def _polite(self, message: Message) -> None:
        if message.method != "INVITE":
            super()._polite(message)
