"""A call that rings at a robot."""

from __future__ import annotations

from collections.abc import Callable

from robots import sdp
from robots.call import Call, CallState, Side
from robots.dialog import Dialog
from robots.sip import Field, MalformedMessage, Request, reply, token, uri_in
from robots.transactions import ServerTransaction
from robots.useragent import UserAgent


class IncomingCall(Call):
    """Answers, refuses, redirects or ignores an INVITE; 100 is sent at once."""

    def __init__(
        self, agent: UserAgent, transaction: ServerTransaction, tone_hz: int | None, on_change: Callable[[Call], None]
    ) -> None:
        request = transaction.request
        contacts = request.headers.all("Contact")
        if not contacts:
            raise MalformedMessage("INVITE without Contact")
        dialog = Dialog(
            call_id=request.call_id,
            local=f"{request.headers.need('To')};tag={token(agent.random)}",
            remote=request.headers.need("From"),
            target=uri_in(contacts[0]),
            peer=transaction.source,
            routes=request.headers.all("Record-Route"),
            cseq=agent.random.getrandbits(16),
        )
        super().__init__(agent, dialog, tone_hz, on_change)
        self.invite = request
        self._transaction = transaction
        self._acknowledged = self._leaves = False
        transaction.respond(reply(request, 100))

    def ring(self) -> None:
        """Send 180."""
        if self.state is CallState.CALLING:
            self._respond(self._transaction, 180)
            self._rang()

    def progress(self) -> None:
        """Send 183 and speak before the answer; nothing when no codec fits, or the call is answered or over."""
        if self.state not in (CallState.CALLING, CallState.RINGING):
            return
        try:
            body = self._answer_to(self._transaction.request.body)
        except (sdp.MalformedSdp, sdp.NothingInCommon):
            return
        self._respond(self._transaction, 183, body)
        self._rang()

    def answer(self) -> None:
        """Send 200 and begin to speak; 488 when no codec fits. Nothing when the call is answered or over."""
        if self.state not in (CallState.CALLING, CallState.RINGING):
            return
        offer = self._transaction.request.body
        try:
            body = self._answer_to(offer) if offer else self._offer()
        except (sdp.MalformedSdp, sdp.NothingInCommon):
            self.reject(488)
            return
        if not offer:
            self._reoffered = self._transaction
        self._respond(self._transaction, 200, body)
        self._answered()

    def reject(self, status: int, fields: tuple[Field, ...] = ()) -> None:
        """Refuse with that status (300-699). Nothing when the call is answered or over."""
        if self.state not in (CallState.CALLING, CallState.RINGING):
            return
        self.status = status
        response = reply(self._transaction.request, status, to_tag=self.dialog.local_tag, fields=fields)
        self._transaction.respond(response)
        self._end(Side.ROBOT)

    def redirect(self, target: str) -> None:
        """Refuse with 302 and the target, a number or a SIP URI, as Contact."""
        self.reject(302, (("Contact", f"<{self._uri(target)}>"),))

    def hang_up(self) -> None:
        """603 before the answer, BYE after: as soon as our 200 is acknowledged, not before (RFC 3261 15)."""
        self.reject(603)
        if self.state is CallState.ANSWERED and not self._acknowledged:
            self._leaves = True
        else:
            super().hang_up()

    def take_ack(self, ack: Request) -> None:
        """The ACK of our 2xx; who wanted to leave may now."""
        self._acknowledged = True
        super().take_ack(ack)
        if self._leaves:
            self.hang_up()

    def _no_ack(self) -> None:
        self._acknowledged = True
        super()._no_ack()

    def take(self, transaction: ServerTransaction) -> None:
        """CANCEL and BYE before the answer end the call with 487; all else as in any call."""
        method = transaction.request.method
        early = self.state in (CallState.CALLING, CallState.RINGING)
        if method == "CANCEL":
            self._respond(transaction, 200)
        if early and method in ("CANCEL", "BYE"):
            self.cause = transaction.request.headers.get("Reason")
            self.status = 487
            self._respond(self._transaction, 487)
        if method != "CANCEL":
            super().take(transaction)
        elif early:
            self._end(Side.PEER)
