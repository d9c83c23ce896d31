"""One SIP identity on one socket: sends requests, proves who it is, hands requests to the call they belong to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random
from typing import Protocol

from robots.digest import Credentials, NoUsableChallenge, authorization, choose
from robots.sip import Field, Request, Response, fresh_branch, parameter, reply, token
from robots.ticker import Ticker
from robots.transactions import Address, OnResponse, ServerTransaction
from robots.transport import SipTransport

ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, NOTIFY, UPDATE"

Build = Callable[[tuple[Field, ...]], Request]
"""Makes a request with the extra fields given, with the next CSeq and a fresh branch each time."""


class Party(Protocol):
    """Whoever takes the requests that belong to one Call-ID."""

    def take(self, transaction: ServerTransaction) -> None:
        """A request within the dialog, or the CANCEL of its INVITE."""

    def take_ack(self, ack: Request) -> None:
        """The ACK of a 2xx."""


class UserAgent:
    """Transport, identity and dialogs of one robot; on_invite gets each INVITE that begins a call."""

    def __init__(
        self,
        transport: SipTransport,
        user: str,
        domain: str,
        random: Random,
        ticker: Ticker,
        credentials: Credentials | None = None,
    ) -> None:
        self.transport = transport
        self.user = user
        self.domain = domain
        self.random = random
        self.ticker = ticker
        self.credentials = credentials
        self.parties: dict[str, Party] = {}
        self.on_invite: Callable[[ServerTransaction], None] = lambda transaction: transaction.respond(
            reply(transaction.request, 480, to_tag=token(random))
        )
        transport.on_request = self._take
        transport.on_ack = self._take_ack

    @property
    def contact(self) -> str:
        """The Contact value of this robot."""
        host, port = self.transport.address
        return f"<sip:{self.user}@{host}:{port}>"

    def via(self) -> str:
        """A Via value with a fresh branch."""
        host, port = self.transport.address
        return f"SIP/2.0/UDP {host}:{port};rport;branch={fresh_branch(self.random)}"

    def ask(self, build: Build, to: Address, on_response: OnResponse) -> None:
        """Send what build makes; a challenge is answered once, or once more when only its nonce was stale."""
        self._ask(build, (), to, on_response, tries=0)

    async def asked(self, build: Build, to: Address) -> Response:
        """The final response, 408 when there is none; its limit is that of the transaction (timer B or F)."""
        outcome: asyncio.Future[Response] = asyncio.get_running_loop().create_future()

        def hear(response: Response) -> None:
            if response.status >= 200 and not outcome.done():
                outcome.set_result(response)

        self.ask(build, to, hear)
        return await outcome

    def close(self) -> None:
        """Close the socket."""
        self.transport.close()

    def _ask(self, build: Build, fields: tuple[Field, ...], to: Address, on_response: OnResponse, tries: int) -> None:
        request = build(fields)

        def hear(response: Response) -> None:
            proof = self._proof(request, response, tries) if response.status in (401, 407) else None
            if proof is None:
                on_response(response)
            else:
                self._ask(build, (proof,), to, on_response, tries + 1)

        self.transport.request(request, to, hear)

    def _proof(self, request: Request, response: Response, tries: int) -> Field | None:
        if self.credentials is None:
            return None
        proxy = response.status == 407
        try:
            challenge = choose(response.headers.all("Proxy-Authenticate" if proxy else "WWW-Authenticate"))
        except NoUsableChallenge:
            return None
        if tries > 1 or (tries == 1 and not challenge.stale):
            return None
        value = authorization(challenge, self.credentials, request.method, request.uri, token(self.random))
        return ("Proxy-Authorization" if proxy else "Authorization", value)

    def _take(self, transaction: ServerTransaction) -> None:
        request = transaction.request
        party = self.parties.get(request.call_id)
        tag = parameter(request.headers.need("To"), "tag")
        if party is not None:
            party.take(transaction)
        elif request.method == "INVITE" and tag is None:
            self.on_invite(transaction)
        elif request.method in ("OPTIONS", "NOTIFY") and tag is None:
            self._respond(transaction, 200)
        elif tag is not None or request.method == "CANCEL":
            self._respond(transaction, 481)
        else:
            self._respond(transaction, 405)

    def _respond(self, transaction: ServerTransaction, status: int) -> None:
        fields = (("Allow", ALLOW), ("Accept", "application/sdp"))
        transaction.respond(reply(transaction.request, status, to_tag=token(self.random), fields=fields))

    def _take_ack(self, ack: Request) -> None:
        party = self.parties.get(ack.call_id)
        if party is not None:
            party.take_ack(ack)
