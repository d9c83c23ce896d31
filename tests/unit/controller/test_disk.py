"""Without room for facts no call begins; the ones that run are left alone."""

from __future__ import annotations

from pathlib import Path

from asterisk import channels
from asterisk.channels import Cause
from controller.disk import Disk
from tests.fakes.desk import desk
from tests.fakes.virtual_time import in_jumping_time


def test_so_much_of_the_journal_may_wait_and_so_much_of_the_disk_stays_free(tmp_path: Path) -> None:
    behind = 99
    disk = Disk(tmp_path, lambda: behind, limit=100, reserve=0)
    assert disk.takes_a_call()
    behind = 100
    assert not disk.takes_a_call()
    behind = 0
    assert disk.takes_a_call()
    assert disk.refused == 1
    assert not Disk(tmp_path, lambda: 0, limit=100, reserve=1 << 62).takes_a_call()


@in_jumping_time
async def test_a_call_for_which_there_is_no_room_hears_congestion_and_leaves_no_trace(tmp_path: Path) -> None:
    room = True
    async with desk(tmp_path, room=lambda: room) as here:
        here.arrives(channel="1.1")
        room = False
        before = here.facts()
        here.arrives(channel="1.2")
        assert here.facts() == before
        assert here.ari.asked[-1] == channels.hangup("1.2", Cause.CONGESTION)
        here.arrives(channel="1.1", how="returned")
        assert len(here.floor.calls) == 1
