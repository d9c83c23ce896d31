"""Reconciling believes a listing only about what was known before it was asked for."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from acd.model import Place
from asterisk import channels, wire
from controller.living import Living
from kernel.ids import OfferId
from tests.fakes.ari import BORN, snapshot
from tests.fakes.desk import Desk, desk
from tests.fakes.virtual_time import in_jumping_time

EARLIER, LATER = BORN - timedelta(hours=1), BORN + timedelta(days=3650)


@in_jumping_time
async def test_a_caller_who_came_while_the_channels_were_being_listed_is_not_taken_for_gone(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.arrives()
        await here.node.reconciler.agree(here.box, Living(frozenset(), {}, {}, EARLIER))
        assert here.call().place is Place.WAITING


@pytest.mark.parametrize(("asterisk_started", "outcome"), [(EARLIER, "abandoned"), (LATER, "platform_failure")])
@in_jumping_time
async def test_a_caller_we_knew_who_is_not_listed_is_gone(
    tmp_path: Path, asterisk_started: object, outcome: str
) -> None:
    async with desk(tmp_path) as here:
        channel = here.arrives()
        await here.node.reconciler.agree(here.box, Living(frozenset({channel}), {}, {}, asterisk_started))
        assert here.floor.calls == {}
        assert here.facts()[-1].body.outcome == outcome


SILENT = wire.ChannelState.DOWN


def _listed(here: Desk, leg: str, **shown: str) -> Living:
    """What a listing after a restart shows: the caller, and the leg in the state Down."""
    caller = here.floor.legs[here.call().caller_leg].channel
    found = (snapshot(caller, wire.ChannelState.UP, shown.get("caller", "0311112222")),
             snapshot(leg, SILENT, connected=shown.get("connected", "")))  # fmt: skip
    return Living(frozenset({caller, leg}), {one.id: one for one in found}, {}, EARLIER)


async def _offered(here: Desk) -> tuple[str, OfferId]:
    """A caller is being offered to the only agent; the leg."""
    here.goes_ready("ann")
    here.arrives()
    (offer,) = here.call().offers
    leg = here.leg()
    here.ari.settle()
    here.ari.forget()
    return leg, offer


@in_jumping_time
async def test_a_phone_that_was_rung_and_has_said_nothing_yet_goes_on(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        leg, offer = await _offered(here)
        await here.node.reconciler.agree(here.box, _listed(here, leg, connected="0311112222"))
        assert here.call().offers == {offer}
        assert not [one for one in here.ari.asked if leg in one.uri]


@in_jumping_time
async def test_a_phone_that_was_not_rung_yet_is_rung(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        leg, offer = await _offered(here)
        await here.node.reconciler.agree(here.box, _listed(here, leg))
        assert here.call().offers == {offer}
        caller = here.floor.legs[here.call().caller_leg].channel
        assert [one for one in here.ari.asked if leg in one.uri] == [channels.dial(leg, caller=caller)]


@in_jumping_time
async def test_a_phone_of_which_nobody_can_tell_is_offered_anew(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        leg, offer = await _offered(here)
        await here.node.reconciler.agree(here.box, _listed(here, leg, caller=""))
        assert offer not in here.floor.offers
        assert channels.hangup(leg) in here.ari.asked
