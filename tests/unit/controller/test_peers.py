"""The other nodes that an Asterisk knows: taught once, and left alone while it knows them."""

from __future__ import annotations

from asterisk.peers import Peer
from controller.peers import Peers
from tests.unit.controller.test_phones import Asterisk

THERE = Peer("here", "there", "127.0.0.1", 5060, "key", "127.0.0.1")


async def test_a_new_asterisk_is_taught_the_other_node_and_one_that_knows_it_is_told_nothing() -> None:
    asterisk = Asterisk()
    await Peers(asterisk, [THERE]).recover()
    assert asterisk.order[-1] == "endpoint node.there"
    asterisk.endpoints = {"node.there": ""}
    asterisk.order.clear()
    await Peers(asterisk, [THERE]).recover()
    assert asterisk.order == []
