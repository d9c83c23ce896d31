"""Phones of agents and callers from outside: the robots that demo and tests use.

stage = Stage()
async with await Phone.open(stage, "100", Credentials("100", password), ("127.0.0.1", 5062), tone_hz=1000) as phone:
    await phone.register()
    async with await Caller.open(stage, "127.0.0.2") as caller:
        call = caller.dial("+81312345678", to=("127.0.0.1", 5062), tone_hz=440)
        rung = await phone.rung(limit=10)
        await call.answered(limit=10)
        await call.rtp.hears(1000)
        call.hang_up()
        await rung.ended(limit=5)
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Self

from robots.behaviour import Answer, Behaviour, Ignore, Redirect, Reject, Silent, behave
from robots.call import Call, CallOver, CallState, Side
from robots.digest import Credentials
from robots.incoming import IncomingCall
from robots.outgoing import OutgoingCall
from robots.registration import Registration, RegistrationRefused
from robots.sip import Field, MalformedMessage, reply, token
from robots.stage import Stage
from robots.transactions import Address, ServerTransaction
from robots.transport import Seen, SipTransport
from robots.useragent import UserAgent
from robots.waiting import PATIENCE, Changes, TooLate

__all__ = [
    "Answer",
    "Behaviour",
    "Call",
    "CallOver",
    "CallState",
    "Caller",
    "Credentials",
    "Ignore",
    "IncomingCall",
    "OutgoingCall",
    "Phone",
    "Redirect",
    "RegistrationRefused",
    "Reject",
    "Robot",
    "Side",
    "Silent",
    "Stage",
    "TooLate",
]

_KEPT_CALLS = 1000
_CLOSING_S = 2.0

OnCall = Callable[[Call], None]


class Robot:
    """What phones and callers share: a socket, calls in and out, a behaviour for calls in.

    calls holds the last 1,000 calls, oldest first; on_call hears of every change of any of them. Leaving the robot's
    `async with` hangs up what is left and waits at most 2 s for it.
    """

    def __init__(self, agent: UserAgent, tone_hz: int | None, behaviour: Behaviour) -> None:
        self.agent = agent
        self.behaviour = behaviour
        self.tone_hz = tone_hz
        self.calls: deque[Call] = deque(maxlen=_KEPT_CALLS)
        self.on_call: OnCall = lambda call: None
        self._changes = Changes()
        self._rung: deque[IncomingCall] = deque(maxlen=_KEPT_CALLS)
        agent.on_invite = self._take_invite

    @property
    def address(self) -> Address:
        """Where the robot listens for SIP."""
        return self.agent.transport.address

    @property
    def log(self) -> tuple[Seen, ...]:
        """Every SIP message of the robot, oldest first (the last 20,000)."""
        return tuple(self.agent.transport.log)

    def log_of(self, call: Call) -> tuple[Seen, ...]:
        """Every SIP message of that call."""
        return tuple(seen for seen in self.agent.transport.log if seen.call_id == call.call_id)

    async def rung(self, limit: float = PATIENCE) -> IncomingCall:
        """The oldest incoming call not yet given out by this method; TooLate after limit s."""
        return await self._changes.until(lambda: self._rung.popleft() if self._rung else None, limit, "rung")

    async def close(self) -> None:
        """Hang up what is left, wait for the answers at most 2 s, give the socket back."""
        for call in self.calls:
            call.hang_up()
        try:
            await self._changes.until(lambda: not self.agent.parties or None, _CLOSING_S, "all calls over")
        except TooLate:
            for call in self.calls:
                call.drop()
        self.agent.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _dial(
        self, number: str, to: Address, from_number: str, fields: tuple[Field, ...], tone_hz: int | None
    ) -> OutgoingCall:
        tone = self.tone_hz if tone_hz is None else tone_hz
        call = OutgoingCall(self.agent, number, to, from_number, fields, tone, self._changed)
        self.calls.append(call)
        return call

    def _take_invite(self, transaction: ServerTransaction) -> None:
        try:
            call = IncomingCall(self.agent, transaction, self.tone_hz, self._changed)
        except MalformedMessage:
            transaction.respond(reply(transaction.request, 400, to_tag=token(self.agent.random)))
            return
        self.calls.append(call)
        self._rung.append(call)
        self._changes.changed()
        behave(call, self.behaviour)

    def _changed(self, call: Call) -> None:
        self._changes.changed()
        self.on_call(call)


class Phone(Robot):
    """An agent's phone: registers with digest, stays registered, is rung, and can dial."""

    def __init__(
        self, agent: UserAgent, registrar: Address, tone_hz: int | None, behaviour: Behaviour, expires: int
    ) -> None:
        super().__init__(agent, tone_hz, behaviour)
        self.registrar = registrar
        self.registration = Registration(agent, registrar, expires)

    @classmethod
    async def open(
        cls,
        stage: Stage,
        user: str,
        credentials: Credentials,
        registrar: Address,
        *,
        tone_hz: int | None = None,
        behaviour: Behaviour = Answer(),  # noqa: B008 - frozen
        host: str = "127.0.0.1",
        port: int = 0,
        expires: int = 300,
    ) -> Self:
        """A phone bound to the host, not yet registered; expires is asked for in seconds."""
        agent = await _agent(stage, host, port, user, registrar[0], credentials)
        return cls(agent, registrar, tone_hz, behaviour, expires)

    async def register(self, limit: float = PATIENCE) -> None:
        """Register and stay so. RegistrationRefused when the registrar says no, TooLate after limit s."""
        await self.registration.register(limit)

    async def unregister(self, limit: float = PATIENCE) -> None:
        """Unregister. RegistrationRefused, TooLate after limit s."""
        await self.registration.unregister(limit)

    def dial(self, number: str, *, tone_hz: int | None = None, fields: tuple[Field, ...] = ()) -> OutgoingCall:
        """Call a number through the registrar."""
        return self._dial(number, self.registrar, self.agent.user, fields, tone_hz)

    async def close(self) -> None:
        """As Robot.close; the binding is left to run out."""
        self.registration.stop()
        await super().close()


class Caller(Robot):
    """The outside world behind a trunk, known by its address alone; one caller makes any number of calls."""

    @classmethod
    async def open(
        cls,
        stage: Stage,
        host: str = "127.0.0.2",
        *,
        port: int = 0,
        number: str = "+81312340000",
        behaviour: Behaviour = Reject(404),  # noqa: B008 - frozen
        tone_hz: int | None = None,
    ) -> Self:
        """A caller bound to the host; number is its own, behaviour is for calls that come out of the platform."""
        return cls(await _agent(stage, host, port, number, host, None), tone_hz, behaviour)

    def dial(
        self,
        number: str,
        to: Address,
        *,
        tone_hz: int | None = None,
        from_number: str | None = None,
        identity: str | None = None,
        fields: tuple[Field, ...] = (),
    ) -> OutgoingCall:
        """INVITE sip:number@to, the number as given. identity is the number of P-Asserted-Identity (RFC 3325); for a
        withheld number give from_number "anonymous" and the field ("Privacy", "id").
        """
        if identity is not None:
            fields = (*fields, ("P-Asserted-Identity", f"<sip:{identity}@{self.agent.domain}>"))
        return self._dial(number, to, from_number or self.agent.user, fields, tone_hz)


async def _agent(
    stage: Stage, host: str, port: int, user: str, domain: str, credentials: Credentials | None
) -> UserAgent:
    transport = await SipTransport.open(host, port, timers=stage.timers, on_seen=stage.saw)
    return UserAgent(transport, user, domain, stage.random, stage.ticker, credentials)
