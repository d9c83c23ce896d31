"""The journal: one write() per decision, whole lines only, personal data apart, and a failing disk stops it."""

from __future__ import annotations

import asyncio
import errno
import os
from pathlib import Path

import pytest

from acd.facts import ShardTaken
from controller.journal import Journal, Personal, lines, personal, tails
from kernel.fact import Fact, Stream
from kernel.ids import PersonalId, TenantId
from store.codec import decode
from tests.fakes.desk import desk
from tests.fakes.virtual_time import START, in_jumping_time

TENANT = TenantId("acme")


def fact(seq: int) -> Fact[ShardTaken]:
    return Fact(TENANT, 1, seq, START, Stream.FLOOR, "ShardTaken", 1, "floor", ShardTaken(seq))


class Writes:
    """os.write, counted; `limit`: bytes the disk takes at once."""

    def __init__(self, limit: int | None = None) -> None:
        self.sizes: list[int] = []
        self.limit = limit
        self._write = os.write

    def __call__(self, file: int, data: bytes) -> int:
        self.sizes.append(len(data))
        return self._write(file, data[: self.limit])


@in_jumping_time
async def test_the_facts_of_one_decision_are_one_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal, writes = Journal(tmp_path, "now"), Writes()
    monkeypatch.setattr(os, "write", writes)
    journal.append([fact(1), fact(2), fact(3)])
    monkeypatch.undo()
    data = journal.path.read_bytes()
    assert writes.sizes == [len(data)] == [journal.size]
    assert [decode(line) for line in lines(data)] == [fact(1), fact(2), fact(3)]
    assert journal.wake.is_set()
    assert journal.path.stat().st_mode & 0o777 == 0o600
    journal.close()


@in_jumping_time
async def test_each_decision_of_a_call_is_one_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk(tmp_path) as here:
        here.goes_ready("ann")
        facts, decisions, writes = len(here.facts()), here.box.decisions, Writes()
        monkeypatch.setattr(os, "write", writes)
        here.arrives()
        monkeypatch.undo()
        # The caller's sealed number, then the arrival and the routing; all the rest of the path is no write.
        assert (here.box.decisions - decisions, len(writes.sizes)) == (2, 3)
        assert len(here.facts()) - facts == 5


@in_jumping_time
async def test_personal_lines_come_before_the_fact_that_points_there_and_are_sealed(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.arrives()
        all_lines = list(lines(here.journal.path.read_bytes()))
        places = [nth for nth, line in enumerate(all_lines) if line.startswith(b"P")]
        assert len(places) == 1
        private = personal(all_lines[places[0]])
        assert private is not None
        started = decode(all_lines[places[0] + 1])
        assert (started.type, started.body.caller) == ("CallStarted", private.id)
        assert b"0311112222" not in here.journal.path.read_bytes()


def test_a_fact_is_no_personal_line() -> None:
    assert personal(b'{"type":"CallStarted"}') is None


@in_jumping_time
async def test_personal_data_comes_back_as_it_was(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "now")
    kept = Personal(TENANT, PersonalId("person_1"), bytes(range(256)))
    journal.keep(kept)
    assert [personal(line) for line in lines(journal.path.read_bytes())] == [kept]
    journal.close()


@pytest.mark.parametrize(
    ("data", "whole"),
    [(b"", []), (b"torn", []), (b"a\n", [b"a"]), (b"a\nb\n", [b"a", b"b"]), (b"a\nb\ntor", [b"a", b"b"])],
)
def test_a_torn_last_line_is_left_out(data: bytes, whole: list[bytes]) -> None:
    assert list(lines(data)) == whole


@in_jumping_time
async def test_a_journal_that_exists_is_gone_on_with(tmp_path: Path) -> None:
    first = Journal(tmp_path, "now")
    first.append([fact(1)])
    first.close()
    again = Journal(tmp_path, "now")
    again.append([fact(2)])
    assert again.size == len(again.path.read_bytes())
    assert [decode(line).seq for line in lines(again.path.read_bytes())] == [1, 2]
    again.close()


def test_what_others_left_behind_is_found_oldest_first(tmp_path: Path) -> None:
    names = [f"202603{day}T235959000000.jsonl" for day in range(10, 31)]
    for name in (*reversed(names[::2]), *names[1::2], "20260401T000000000000.jsonl", "20260330T000000000000.stale"):
        (tmp_path / name).touch()
    assert [path.name for path in tails(tmp_path, tmp_path / "20260401T000000000000.jsonl")] == names


@in_jumping_time
async def test_a_disk_that_takes_only_a_part_stops_the_journal_for_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(tmp_path, "now")
    journal.append([fact(1)])
    monkeypatch.setattr(os, "write", Writes(limit=10))
    with pytest.raises(OSError, match="took only 10 of"):
        journal.append([fact(2)])
    monkeypatch.undo()
    with pytest.raises(OSError, match="earlier"):
        journal.append([fact(3)])
    assert [decode(line).seq for line in lines(journal.path.read_bytes())] == [1]
    journal.close()


@in_jumping_time
async def test_a_full_disk_lets_no_effect_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk(tmp_path) as here:
        here.goes_ready("ann")
        here.ari.forget()

        def full(_file: int, _data: bytes) -> int:
            raise OSError(errno.ENOSPC, "no space left")

        monkeypatch.setattr(os, "write", full)
        with pytest.raises(OSError, match="no space"):
            here.arrives()
        monkeypatch.undo()
        assert here.ari.asked == []
        with pytest.raises(OSError, match="earlier"):
            here.box.take_after(lambda: here.journal.append([fact(9)]))


@in_jumping_time
async def test_facts_reach_the_disk_soon_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fdatasync", synced.append)
    journal = Journal(tmp_path, "now")
    journal.append([fact(1)])
    journal.append([fact(2)])
    await asyncio.sleep(0.05)
    await asyncio.get_running_loop().shutdown_default_executor()
    assert len(synced) == 1
    journal.close()
    assert len(synced) == 2
