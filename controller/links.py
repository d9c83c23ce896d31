"""The sockets to all Asterisk nodes: ARI, AMI and the copies of SIP messages, made, kept and closed together."""

from __future__ import annotations

import random
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from typing import Any

from asterisk.ami import Ami
from asterisk.connection import Connection, End
from asterisk.ear import Ear
from asterisk.settings import AsteriskSettings
from asterisk.wire import Event
from controller.custody import Fenced
from controller.node import Doors, Node
from kernel.ids import NodeId, TrunkName
from store.secret_files import read_secret


class Links:
    """`doors`: the way into each node, in the order of the settings."""

    def __init__(self, nodes: Sequence[AsteriskSettings]) -> None:
        self._nodes: Mapping[NodeId, Node] = {}
        self._aris: dict[NodeId, Connection] = {}
        self._amis: list[Ami] = []
        self.doors = tuple(self._door(settings) for settings in nodes)

    @property
    def up(self) -> bool:
        """Whether any node is reached."""
        return any(ari.up for ari in self._aris.values())

    def listen(self, nodes: Mapping[NodeId, Node]) -> None:
        """Who hears of events and of sockets, before anything is connected."""
        self._nodes = nodes

    def works(self) -> Iterator[Coroutine[Any, Any, object]]:
        """What keeps the sockets; each until it is cancelled or closed. Raises Fenced when one has been taken."""
        for ari in self._aris.values():
            yield _kept(ari)
        for ami in self._amis:
            yield ami.connect()

    async def close(self) -> None:
        """Say no more over ARI."""
        for ari in self._aris.values():
            await ari.close()

    async def end(self) -> None:
        """Leave the manager interfaces too, however it has come to the end."""
        for ami in self._amis:
            await ami.close()

    def _door(self, settings: AsteriskSettings) -> Doors:
        id, host = NodeId(settings.node), settings.sip_host

        def heard(event: Event) -> None:
            self._nodes[id].dispatch.heard(event)

        ari = Connection(
            settings.ari_url,
            settings.app,
            settings.ari_user,
            read_secret(settings.ari_password_file),
            on_event=heard,
            on_up=lambda: self._nodes[id].went_up(),
            on_down=lambda reason: self._nodes[id].went_down(reason),
            jitter=lambda: random.uniform(0.7, 1.3),
        )
        ami = Ami(
            settings.ami_port,
            settings.ami_user,
            read_secret(settings.ami_password_file),
            # One folder for all nodes: the worker fetches recordings from there, whose names are random.
            recordings=settings.var / "asterisk" / "spool" / "recording",
        )
        self._aris[id] = ari
        self._amis.append(ami)
        trunks = None if settings.node_trunks is None else frozenset(map(TrunkName, settings.node_trunks))
        return Doors(id, ari, ami, Ear(settings.ami_port), (host, settings.sip_port), host, trunks)


async def _kept(ari: Connection) -> None:
    if await ari.run() is End.REPLACED:
        raise Fenced("another controller has taken the ARI application")
