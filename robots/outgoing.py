"""A call that a robot makes."""

from __future__ import annotations

from collections.abc import Callable

from robots import sdp
from robots.call import SDP_FIELD, Call, CallState, Side
from robots.dialog import Dialog
from robots.sip import Field, Request, Response, token
from robots.transactions import Address
from robots.useragent import UserAgent

_CANCEL_PATIENCE_S = 32.0


class OutgoingCall(Call):
    """Sends an INVITE at once and takes its responses; early media (183 with SDP) is heard and spoken to."""

    def __init__(
        self,
        agent: UserAgent,
        number: str,
        to: Address,
        from_number: str,
        fields: tuple[Field, ...],
        tone_hz: int | None,
        on_change: Callable[[Call], None],
    ) -> None:
        uri = f"sip:{number}@{to[0]}:{to[1]}"
        dialog = Dialog(
            call_id=f"{token(agent.random)}@{agent.transport.address[0]}",
            local=f"<sip:{from_number}@{agent.domain}>;tag={token(agent.random)}",
            remote=f"<{uri}>",
            target=uri,
            peer=to,
            cseq=agent.random.getrandbits(16),
        )
        super().__init__(agent, dialog, tone_hz, on_change)
        self._to = to
        self._fields = fields
        self._offered = self._offer()
        self._progressed = False
        self._given_up = False
        agent.ask(self._build, to, self._hear)

    def hang_up(self) -> None:
        """CANCEL before the answer (as soon as a provisional response allows it, RFC 3261 9.1), BYE after."""
        if self.state in (CallState.CALLING, CallState.RINGING):
            if not self._given_up and self._progressed:
                self._cancel()
            self._given_up = True
        super().hang_up()

    def _build(self, more: tuple[Field, ...]) -> Request:
        self.invite = self._request("INVITE", (*more, *self._fields, SDP_FIELD), self._offered)
        return self.invite

    def _hear(self, response: Response) -> None:
        if 200 <= response.status < 300:
            self._hear_answer(response)
        elif self.state in (CallState.ANSWERED, CallState.ENDED):
            return
        elif response.status >= 300:
            self.status = response.status
            self.cause = response.headers.get("Reason")
            self._end(Side.ROBOT if self._given_up else Side.PEER)
        else:
            self._hear_progress(response)

    def _hear_progress(self, response: Response) -> None:
        if not self._progressed:
            self._progressed = True
            if self._given_up:
                self._cancel()
        if response.status > 100:
            if response.body:
                self._use(sdp.parse(response.body))
            self._rang()

    def _hear_answer(self, response: Response) -> None:
        if self.state in (CallState.CALLING, CallState.RINGING):
            self.dialog.learn(response, routes=True)
            self._acknowledge(response)
            if response.body:
                self._use(sdp.parse(response.body))
            self._answered()
            if self._given_up:
                # The answer crossed our CANCEL (RFC 3261 9.1).
                self.hang_up()
        else:
            self._acknowledge(response)

    def _cancel(self) -> None:
        assert self.invite is not None
        invite = self.invite
        via = invite.headers.all("Via")[0]
        cancel = self.dialog.request("CANCEL", via, self.agent.contact, cseq=invite.cseq.number)
        self.agent.transport.request(cancel, self._to, lambda response: None)
        # A peer that never sends 487 is given up after 64 T1 (RFC 3261 9.1).
        self.later(_CANCEL_PATIENCE_S, lambda: self._end(Side.ROBOT))
