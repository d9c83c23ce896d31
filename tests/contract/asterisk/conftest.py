"""One Asterisk for this folder, a connection and a caller for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.asterisk_server import AsteriskServer, asterisk_server
from tests.contract.asterisk.ari import Ari, connected, sip_peer
from tests.contract.asterisk.sip_peer import SipPeer

__all__ = ["asterisk_server"]


@pytest.fixture
async def ari(asterisk_server: AsteriskServer) -> AsyncIterator[Ari]:
    """Connected, and with no channel left behind: neither by an earlier test nor by this one."""
    async with connected(asterisk_server) as ari:
        await ari.emptied()
        yield ari
        await ari.clear()


@pytest.fixture
async def carrier(asterisk_server: AsteriskServer) -> AsyncIterator[SipPeer]:
    """The demo carrier, known by its address."""
    async with sip_peer(asterisk_server, "127.0.0.2") as peer:
        yield peer
