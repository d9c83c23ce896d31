"""The other nodes as one Asterisk knows them: brought in whenever it may have forgotten them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from asterisk import peers
from asterisk.peers import Peer
from asterisk.request import Done
from controller.ports import Ari

log = structlog.get_logger()


class Peers:
    """All other nodes; none where there is but one."""

    def __init__(self, ari: Ari, others: Sequence[Peer]) -> None:
        self._ari = ari
        self._others = others

    async def recover(self) -> None:
        """After a new socket: endpoints vanish with Asterisk's process, and those that are there stay as they are."""
        sent = [(peer.name, self._ari.send(request)) for peer in self._others for request in peers.push(peer)]
        answers = await asyncio.gather(*(answer for _, answer in sent))
        for (name, _), answer in zip(sent, answers, strict=True):
            if not isinstance(answer, Done):
                log.error("a node could not be told of another", other=name, answer=repr(answer))
