"""The other nodes as one Asterisk knows them: brought in whenever it may have forgotten them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from asterisk import endpoints, names, peers, reading
from asterisk.peers import Peer
from asterisk.request import Done
from controller.living import ask
from controller.ports import Ari

log = structlog.get_logger()


class Peers:
    """All other nodes; none where there is but one."""

    def __init__(self, ari: Ari, others: Sequence[Peer]) -> None:
        self._ari = ari
        self._others = others

    async def recover(self) -> None:
        """After a new socket: endpoints vanish with Asterisk's process. Those that are there are left alone: put again,
        they refuse the other node's calls (docs/asterisk-facts.md)."""
        if not self._others:
            return
        there = {found.resource for found in reading.endpoints(await ask(self._ari, endpoints.list_all()))}
        missing = [peer for peer in self._others if names.node_endpoint(peer.name) not in there]
        sent = [(peer.name, self._ari.send(request)) for peer in missing for request in peers.push(peer)]
        answers = await asyncio.gather(*(answer for _, answer in sent))
        for (name, _), answer in zip(sent, answers, strict=True):
            if not isinstance(answer, Done):
                log.error("a node could not be told of another", other=name, answer=repr(answer))
