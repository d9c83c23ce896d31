"""One call of a robot, once it has a dialog: its sound, its moments, and what can be done within it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from urllib.parse import quote

from robots import sdp
from robots.dialog import Dialog
from robots.rtp import RtpStream
from robots.sdp import Codec, Description, Flow
from robots.sip import Field, Request, Response, parse_uri, reply, uri_in
from robots.sound import Silence, Sound, Tone
from robots.transactions import ServerTransaction
from robots.useragent import ALLOW, UserAgent
from robots.waiting import PATIENCE, Changes

CODECS = (Codec.PCMU, Codec.PCMA)
SDP_FIELD: Field = ("Content-Type", "application/sdp")


class CallState(StrEnum):
    """Where a call stands."""

    CALLING = "calling"
    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"


class Side(StrEnum):
    """Who ended a call."""

    ROBOT = "robot"
    PEER = "peer"


class CallOver(Exception):
    """The call has ended, so what was waited for or asked for cannot happen; status is the INVITE's final one."""

    def __init__(self, status: int | None) -> None:
        super().__init__(f"the call is over (INVITE: {status or 'no final response'})")
        self.status = status


class Call:
    """What calls of both directions share. Moments are None until they come; status is the INVITE's final status."""

    def __init__(
        self, agent: UserAgent, dialog: Dialog, tone_hz: int | None, on_change: Callable[[Call], None]
    ) -> None:
        self.agent = agent
        self.dialog = dialog
        self.changes = Changes()
        sound: Sound = Silence() if tone_hz is None else Tone(tone_hz)
        self.rtp = RtpStream(agent.transport.address[0], agent.ticker, agent.random, sound)
        self.invite: Request | None = None
        self.state = CallState.CALLING
        self.began_at = datetime.now(UTC)
        self.rang_at: datetime | None = None
        self.answered_at: datetime | None = None
        self.ended_at: datetime | None = None
        self.ended_by: Side | None = None
        self.status: int | None = None
        self.cause: str | None = None
        self.holding = False
        self.held = False
        self.transfer: list[str] = []
        self._on_change = on_change
        self._loop = asyncio.get_running_loop()
        self._timers: list[asyncio.TimerHandle] = []
        self._session, self._version = agent.random.getrandbits(31), 0
        self._reoffered: ServerTransaction | None = None
        agent.parties[dialog.call_id] = self

    @property
    def call_id(self) -> str:
        """The Call-ID."""
        return self.dialog.call_id

    @property
    def from_number(self) -> str:
        """The user part of the INVITE's From."""
        assert self.invite is not None
        return parse_uri(uri_in(self.invite.headers.need("From"))).user

    @property
    def to_number(self) -> str:
        """The user part of the INVITE's request URI."""
        assert self.invite is not None
        return parse_uri(self.invite.uri).user

    # ------------------------------------------------------------- waiting

    async def ringing(self, limit: float = PATIENCE) -> datetime:
        """When 180 or 183 came or was sent; CallOver when the call ends without; TooLate after limit s."""
        return await self._reached(lambda: self.rang_at, limit, "ringing")

    async def answered(self, limit: float = PATIENCE) -> datetime:
        """When 200 came or was sent; CallOver when the call ends without; TooLate after limit s."""
        return await self._reached(lambda: self.answered_at, limit, "answered")

    async def ended(self, limit: float = PATIENCE) -> datetime:
        """When the call ended, for whatever reason; TooLate after limit s."""
        return await self.changes.until(lambda: self.ended_at, limit, "ended")

    async def on_hold(self, held: bool = True, limit: float = PATIENCE) -> datetime:
        """The moment when the peer has put us on hold (or taken us back) by its SDP; CallOver, TooLate."""
        return await self._reached(lambda: datetime.now(UTC) if self.held is held else None, limit, f"held={held}")

    async def transferred(self, limit: float = PATIENCE) -> int:
        """The final status that NOTIFY told of our REFER (RFC 3515 2.4.5); TooLate after limit s."""

        def told() -> int | None:
            final = [line.split()[1] for line in self.transfer if not line.startswith("SIP/2.0 1")]
            return int(final[-1]) if final else None

        return await self.changes.until(told, limit, "transfer told")

    # ------------------------------------------------------------- acting

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Act after that time unless the call has ended before; at once for 0."""
        if seconds <= 0:
            act()
        elif self.state is not CallState.ENDED:
            self._timers.append(self._loop.call_later(seconds, act))

    def hang_up(self) -> None:
        """End the call as its state asks for: CANCEL, a refusal, or BYE; nothing when it has ended."""
        if self.state is CallState.ANSWERED:
            self._send_bye(lambda response: None)

    async def bye(self) -> int:
        """Hang up an answered call; the status of the BYE's response; CallOver when it is not up."""
        self._need_talk()
        outcome: asyncio.Future[int] = self._loop.create_future()

        def hear(response: Response) -> None:
            if not outcome.done():
                outcome.set_result(response.status)

        self._send_bye(hear)
        return await outcome

    async def hold(self) -> int:
        """Put the peer on hold (a=sendonly) and send no more sound; the re-INVITE's status."""
        return await self._reoffer(hold=True)

    async def unhold(self) -> int:
        """Take the peer back; the re-INVITE's status."""
        return await self._reoffer(hold=False)

    async def refer(self, target: str) -> int:
        """Ask the peer to call the target, a number or a SIP URI (blind transfer); the REFER's status."""
        return await self._refer(f"<{self._uri(target)}>")

    async def refer_replaces(self, other: Call) -> int:
        """Ask the peer to join the other call in place of us (attended transfer, RFC 3891); the REFER's status."""
        tags = f"{other.call_id};to-tag={other.dialog.remote_tag};from-tag={other.dialog.local_tag}"
        return await self._refer(f"<{other.dialog.target}?Replaces={quote(tags, safe='')}>")

    def send_dtmf(self, digits: str) -> None:
        """Key digits as RTP events; NotADigit for what is none."""
        self.rtp.send_dtmf(digits)

    def drop(self) -> None:
        """Forget the call without a word, as a phone that loses its power; nothing when it has ended."""
        self._end(Side.ROBOT)

    # ------------------------------------------------------------- requests of the peer

    def take(self, transaction: ServerTransaction) -> None:
        """A request within the dialog."""
        match transaction.request.method:
            case "BYE":
                self._respond(transaction, 200)
                self.cause = transaction.request.headers.get("Reason")
                self._end(Side.PEER)
            case "INVITE" | "UPDATE" if self.state is CallState.ANSWERED:
                self._take_offer(transaction)
            case "NOTIFY":
                self._respond(transaction, 200)
                self._take_notify(transaction.request)
            case "OPTIONS" | "INFO":
                self._respond(transaction, 200)
            case "REFER":
                self._respond(transaction, 603)
            case _:
                self._respond(transaction, 405)

    def take_ack(self, ack: Request) -> None:
        """The ACK of our 2xx; it carries the answer when the offer was ours."""
        if ack.body and self.state is CallState.ANSWERED and self._reoffered is not None:
            self._reoffered = None
            self._use(sdp.parse(ack.body))

    def _take_offer(self, transaction: ServerTransaction) -> None:
        self.dialog.learn(transaction.request, routes=False)
        body = transaction.request.body
        if not body and transaction.request.method == "UPDATE":
            self._respond(transaction, 200)
            return
        if not body:
            self._reoffered = transaction
            self._respond(transaction, 200, self._offer())
            return
        try:
            description = self._answer_to(body)
        except (sdp.MalformedSdp, sdp.NothingInCommon):
            self._respond(transaction, 488)
            return
        self._respond(transaction, 200, description)
        self.changes.changed()

    def _take_notify(self, request: Request) -> None:
        if "sipfrag" in (request.headers.get("Content-Type") or ""):
            self.transfer.append(request.body.decode(errors="replace").strip().splitlines()[0])
            self.changes.changed()

    # ------------------------------------------------------------- sound

    def _offer(self, *, hold: bool = False) -> bytes:
        flow = Flow.SENDONLY if hold else Flow.SENDRECV
        host, port = self.agent.transport.address[0], self.rtp.port
        return self._body(Description(host, port, CODECS, flow=flow))

    def _answer_to(self, body: bytes) -> bytes:
        offer = sdp.parse(body)
        host, port = self.agent.transport.address[0], self.rtp.port
        ours = sdp.answer(offer, host, port, CODECS, hold=self.holding)
        self._use(offer)
        return self._body(ours)

    def _body(self, description: Description) -> bytes:
        self._version += 1
        return sdp.encode(description, self._session, self._version)

    def _use(self, theirs: Description) -> None:
        """Send as the other side's description says, unless we hold."""
        codec = next((codec for codec in theirs.codecs if codec in CODECS), None)
        if codec is None:
            return
        self.held = not theirs.flow.receives and not self.holding
        sending = theirs.flow.receives and not self.holding
        self.rtp.connect((theirs.host, theirs.port), codec, theirs.event_payload, sending=sending)

    async def _reoffer(self, *, hold: bool) -> int:
        self._need_talk()
        outcome: asyncio.Future[int] = self._loop.create_future()
        body = self._offer(hold=hold)

        def hear(response: Response) -> None:
            if 200 <= response.status < 300:
                self._acknowledge(response)
            if response.status < 200 or outcome.done():
                return
            if response.status < 300 and self.state is CallState.ANSWERED:
                self.holding = hold
                self.dialog.learn(response, routes=False)
                self._use(sdp.parse(response.body))
            outcome.set_result(response.status)

        self.agent.ask(lambda fields: self._request("INVITE", (*fields, SDP_FIELD), body), self.dialog.next_hop, hear)
        return await outcome

    # ------------------------------------------------------------- plumbing

    def _request(self, method: str, fields: tuple[Field, ...] = (), body: bytes = b"") -> Request:
        named = (*fields, ("Allow", ALLOW)) if method == "INVITE" else fields
        return self.dialog.request(method, self.agent.via(), self.agent.contact, named, body)

    def _acknowledge(self, response: Response) -> None:
        ack = self.dialog.request("ACK", self.agent.via(), self.agent.contact, cseq=response.cseq.number)
        self.agent.transport.send(ack, self.dialog.next_hop)

    async def _refer(self, refer_to: str) -> int:
        self._need_talk()
        fields = (("Refer-To", refer_to), ("Referred-By", self.agent.contact))
        response = await self.agent.asked(lambda more: self._request("REFER", (*more, *fields)), self.dialog.next_hop)
        return response.status

    def _uri(self, target: str) -> str:
        if target.lower().startswith(("sip:", "sips:")):
            return target
        host, port = self.dialog.peer
        return f"sip:{target}@{host}:{port}"

    def _send_bye(self, on_response: Callable[[Response], None]) -> None:
        def hear(response: Response) -> None:
            if response.status >= 200:
                self.agent.parties.pop(self.call_id, None)
                self._tell()
                on_response(response)

        self.agent.ask(lambda fields: self._request("BYE", fields), self.dialog.next_hop, hear)
        self._end(Side.ROBOT, stay=True)

    def _respond(self, transaction: ServerTransaction, status: int, body: bytes = b"") -> None:
        fields: tuple[Field, ...] = (("Contact", self.agent.contact), ("Allow", ALLOW))
        if body:
            fields = (*fields, SDP_FIELD)
        response = reply(transaction.request, status, to_tag=self.dialog.local_tag, fields=fields, body=body)
        transaction.respond(response, self._no_ack)

    def _no_ack(self) -> None:
        """Nobody acknowledged our 2xx: hang up (RFC 3261 13.3.1.4)."""
        self.hang_up()

    def _rang(self) -> None:
        if self.state is CallState.CALLING:
            self.rang_at, self.state = datetime.now(UTC), CallState.RINGING
            self._tell()

    def _answered(self) -> None:
        self.answered_at, self.state, self.status = datetime.now(UTC), CallState.ANSWERED, 200
        self._tell()

    def _end(self, by: Side, *, stay: bool = False) -> None:
        """The call is over; with stay late requests of the peer still find it."""
        if self.state is CallState.ENDED:
            return
        self.ended_at, self.state, self.ended_by = datetime.now(UTC), CallState.ENDED, by
        for timer in self._timers:
            timer.cancel()
        self.rtp.close()
        if not stay:
            self.agent.parties.pop(self.call_id, None)
        self._tell()

    def _tell(self) -> None:
        self.changes.changed()
        self._on_change(self)

    async def _reached(self, moment: Callable[[], datetime | None], limit: float, what: str) -> datetime:
        def look() -> datetime | None:
            found = moment()
            if found is None and self.state is CallState.ENDED:
                raise CallOver(self.status)
            return found

        return await self.changes.until(look, limit, what)

    def _need_talk(self) -> None:
        if self.state is not CallState.ANSWERED:
            raise CallOver(self.status)
