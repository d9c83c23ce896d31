"""Receives callers: a new one becomes a call of the tenant who owns the number, a known one goes on where it was."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from acd import inputs
from acd.model import Call, Place
from asterisk import channels, wire
from asterisk.channels import Cause
from controller import journal
from controller.flows import Flows
from controller.index import Index
from controller.journal import Journal
from controller.leases import CallerLeases
from controller.mailbox import Mailbox
from controller.numbers import Numbers
from controller.ports import Ari
from controller.trunk_load import TrunkLoad
from kernel.ids import LegId, NodeId, PersonalId, call_id, derive
from numbering import japan
from numbering.dialled import Dialled, Kind
from store.personal import Sealer

log = structlog.get_logger()


class Callers:
    """Lets callers in. The caller's own number is sealed before anything is written.

    `owner`: whose floor a called number belongs to, in any spelling, and how it stands in the configuration.
    `room`: whether the disk takes the facts of another call; whom the fallback has kept is let in all the same.
    """

    def __init__(
        self,
        ari: Ari,
        node: NodeId,
        index: Index,
        flows: Flows,
        leases: CallerLeases,
        book: Journal,
        sealer: Sealer,
        owner: Callable[[str], tuple[Mailbox, str] | None],
        room: Callable[[], bool],
        load: TrunkLoad,
        numbers: Numbers,
    ) -> None:
        self._ari = ari
        self._node = node
        self._index = index
        self._flows = flows
        self._leases = leases
        self._journal = book
        self._sealer = sealer
        self._owner = owner
        self._room = room
        self._load = load
        self._numbers = numbers

    def came(self, channel: wire.Channel, number: str, *, returned: bool) -> None:
        """A channel entered Stasis from the dialplan, for the first time or again."""
        known = self._index.channel(channel.id)
        if known is not None:
            call = known.call()
            if call is not None:
                self.go_on(known.box, call, channel.id)
            return
        owner = self._owner(number)
        if owner is None:
            log.info("a number nobody owns was called", channel=channel.id)
            self._ari.post(channels.hangup(channel.id, Cause.UNALLOCATED))
            return
        if not returned and not self._room():
            self._ari.post(channels.hangup(channel.id, Cause.CONGESTION))
            return
        box, called = owner
        self._new(box, channel, called, returned)

    def go_on(self, box: Mailbox, call: Call, channel: str) -> None:
        """A caller we know stands in Stasis again (his lease had run out, or we were away): resume his place."""
        match call.place:
            case Place.WAITING:
                self._leases.hold(channel)
                queue = None if call.queue is None else box.floor.queues.get(call.queue)
                if call.playback is None:
                    self._ari.post(channels.moh_start(channel, queue.config.music if queue else "default"))
            case Place.OVERFLOW:
                self._leases.hold(channel)
            case Place.FLOW:
                self._leases.hold(channel)
                self._flows.resume(box, call)
            case Place.TALKING:
                self._leases.lift(channel)
            case Place.ENDING:
                self._ari.post(channels.hangup(channel))

    def _new(self, box: Mailbox, channel: wire.Channel, number: str, returned: bool) -> None:
        call = call_id(self._node, channel.id, channel.created)
        if call in box.floor.calls:
            return
        caller = PersonalId(derive("person", channel.created, call, "caller"))
        sealed = self._sealer.seal(box.floor.tenant, caller, channel.caller_number)
        self._journal.keep(journal.Personal(box.floor.tenant, caller, sealed))
        leg = LegId(derive("leg", channel.created, call, "caller"))
        self._load.came(channel)
        theirs = japan.read(channel.caller_number)
        known = theirs.number if isinstance(theirs, Dialled) and theirs.kind is not Kind.EXTENSION else ""
        if known:
            self._numbers.know(caller, known)
        mark = self._sealer.mark(box.floor.tenant, known) if known else ""
        box.take(inputs.CallArrived(call, leg, self._node, channel.id, number, caller, channel.created, returned, mark))
