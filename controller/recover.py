"""Comes back after a crash or a cut: prepares Asterisk, reconciles every floor, takes callers back, then matches."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Final

import structlog

from acd import inputs
from asterisk import applications, bridges, channels, names, reading, wire
from asterisk.request import Done, Gone
from controller.callers import Callers
from controller.dialling import Dialling
from controller.fallback import Fallback
from controller.index import Index, Known
from controller.living import Living, ask, look
from controller.mailbox import Mailbox
from controller.peers import Peers
from controller.phones import Phones
from controller.ports import Ami, Ari
from controller.reconcile import STASIS, Reconciler
from controller.trunks import Trunks
from kernel.ids import NodeId

log = structlog.get_logger()

RETURN_LIMIT: Final = 3.0
"""Seconds in which callers pulled out of the fallback must have come; who has not is served as he comes."""
NUMBER_VARIABLE: Final = "DENWABAN_NUMBER"
FALLBACK: Final = "fallback"
PHONES: Final = "phones"
"""Contexts of the dialplan in which callers are kept, and agents' phones dial."""
AMI_LIMIT: Final = 3.0
"""Seconds to wait for the manager interface, which reconnects beside ARI."""


class Recovery:
    """Runs once for each new ARI socket of a node. `boxes` grows while the process runs, and `numbers` are asked each
    time."""

    def __init__(
        self,
        node: NodeId,
        ari: Ari,
        ami: Ami,
        app: str,
        index: Index,
        boxes: Collection[Mailbox],
        callers: Callers,
        dialling: Dialling,
        reconciler: Reconciler,
        trunks: Trunks,
        peers: Peers,
        phones: Phones,
        fallback: Fallback,
        numbers: Callable[[], Iterable[str]],
    ) -> None:
        self._node = node
        self._ari = ari
        self._ami = ami
        self._app = app
        self._index = index
        self._boxes = boxes
        self._callers = callers
        self._dialling = dialling
        self._reconciler = reconciler
        self._trunks = trunks
        self._peers = peers
        self._phones = phones
        self._fallback = fallback
        self._numbers = numbers
        self._awaited: dict[str, asyncio.Event] = {}
        self.done = False
        """Whether floors and Asterisk agree: part of /ready."""
        self.started: datetime | None = None
        """When this Asterisk was started, as far as we know."""
        self.given_up: set[str] = set()
        """Channels whose calls have ended for everybody else while the node was away."""

    def came_back(self, channel: str) -> None:
        """A channel entered Stasis, or ended: whoever waited for it need not any more."""
        event = self._awaited.pop(channel, None)
        if event is not None:
            event.set()

    async def run(self) -> None:
        """Everything from a fresh socket to matching again. LinkLost when the socket dies meanwhile."""
        self.done = False
        await ask(self._ari, applications.mute(self._app))
        await ask(self._ari, applications.subscribe_endpoints(self._app))
        await self._trunks.recover()
        await self._peers.recover()
        await self._phones.recover()
        if not await self._ami.stands(AMI_LIMIT):
            log.error("the manager interface is away: nobody can be pulled out of the fallback")
        await self._trunks.look(self._ami)
        await self._fence()
        await self._fallback.teach(self._numbers())
        living = await look(self._ari, frozenset(self._index.legs))
        self.started = living.started
        self._end_given_up(living)
        await self._dialling.recover(living)
        for box in list(self._boxes):
            await self._reconciler.agree(box, living)
        self._end_ghosts(living)
        await self._take_strangers(living)
        await self._pull(living)
        for box in list(self._boxes):
            box.take(inputs.RecoveryFinished(self._node))
        self.done = True
        calls = sum(len(box.floor.calls) for box in self._boxes)
        log.info("recovered", node=self._node, channels=len(living.channels), calls=calls)

    async def left(self, channel: wire.Channel) -> None:
        """A known channel left Stasis without having been hung up: bring it back, or note its end."""
        answer = await self._ari.send(channels.get(channel.id))
        known = self._index.channel(channel.id)
        if known is None:
            return
        if isinstance(answer, Gone):
            known.box.take(inputs.LegEnded(known.leg, why="gone"))
        elif isinstance(answer, Done) and not names.is_leg(channel.id):
            await self._bring_back(known, channel)

    async def _bring_back(self, known: Known, channel: wire.Channel) -> None:
        """Pull a caller out of the dialplan. Right after StasisEnd one who is hanging up may still be found alive."""
        answer = await self._ami.redirect(channel.id, "adopt", "s", 1)
        if isinstance(answer, Done):
            return
        if isinstance(await self._ari.send(channels.get(channel.id)), Gone):
            known.box.take(inputs.LegEnded(known.leg, why="gone"))
        else:
            log.error("a caller who left could not be brought back", channel=channel.id, answer=repr(answer))

    async def _fence(self) -> None:
        """Close the sockets we have replaced: an old controller's requests would act on (asterisk.md section 3)."""
        sessions = await self._ami.websocket_sessions()
        if isinstance(sessions, tuple):
            for session in sessions:
                if not session.apps:
                    log.warning("an older controller's socket is closed")
                    await self._ami.close_websocket_session(session.id)

    def _end_given_up(self, living: Living) -> None:
        for channel in self.given_up & living.channels.keys():
            self._ari.post(channels.hangup(channel))
            del living.channels[channel]
        self.given_up.clear()

    def _end_ghosts(self, living: Living) -> None:
        """Channels and bridges of ours that no floor knows, and through which somebody listened before the cut."""
        for channel in living.channels:
            nobodys = self._index.channel(channel) is None and channel not in self._index.prepared
            if (names.is_leg(channel) and nobodys) or names.is_spy(channel):
                self._ari.post(channels.hangup(channel))
        conversations = {one for box in self._boxes for one in box.floor.conversations}
        for bridge in living.bridges:
            if names.is_listening(bridge) or (names.is_conversation(bridge) and bridge not in conversations):
                self._ari.post(bridges.destroy(bridge))

    async def _take_strangers(self, living: Living) -> None:
        """Callers in Stasis whose arrival nobody heard: their event went to a dead socket."""
        for channel in _by_age(living):
            if channel.app_name != STASIS or names.is_leg(channel.id) or self._index.channel(channel.id) is not None:
                continue
            if channel.context == PHONES:
                self._dialling.dialled(channel, channel.exten)
                continue
            number = await self._number(channel)
            if number is not None:
                self._callers.came(channel, number, returned=channel.context == FALLBACK)

    async def _pull(self, living: Living) -> None:
        """Bring the fallback's callers back into Stasis, in the order in which they called, and wait for them."""
        waiting = []
        for channel in _by_age(living):
            if channel.context != FALLBACK or channel.app_name == STASIS:
                continue
            came = self._awaited.setdefault(channel.id, asyncio.Event())
            waiting.append(came)
            answer = await self._ami.redirect(channel.id, "adopt", "s", 1)
            if not isinstance(answer, Done):
                self.came_back(channel.id)
        try:
            async with asyncio.timeout(RETURN_LIMIT):
                for came in waiting:
                    await came.wait()
        except TimeoutError:
            log.warning("some callers have not come back from the fallback yet", missing=len(self._awaited))
            self._awaited.clear()

    async def _number(self, channel: wire.Channel) -> str | None:
        answer = await self._ari.send(channels.get_variable(channel.id, NUMBER_VARIABLE))
        return reading.variable(answer) if isinstance(answer, Done) else None


def _by_age(living: Living) -> list[wire.Channel]:
    return sorted(living.channels.values(), key=lambda channel: (channel.created, channel.id))
