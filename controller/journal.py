"""The journal: every fact on local disk with one write() before any effect of it is performed."""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from acd.facts import Body
from kernel.fact import Fact
from kernel.ids import PersonalId, TenantId
from store.codec import encode

FSYNC_AFTER: Final = 0.02
"""Seconds; bounds what a power loss can cost. A dying process loses nothing that was written."""
HUSH: Final = 0.02
"""Seconds after a phone was told to ring in which nothing is copied, unless it was about to be."""
_PERSONAL: Final = b"P"


@dataclass(frozen=True, slots=True)
class Personal:
    """Personal data on its way to its own table, sealed already."""

    tenant: TenantId
    id: PersonalId
    sealed: bytes


class Journal:
    """The append-only file of this process, begun anew when it is long; `wake` is set when there is more to copy."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._name = folder / name
        self._part = 0
        self._dirty = False
        self._failed = False
        self._open()
        self._quiet_until = 0.0
        self.wake = asyncio.Event()

    def append(self, facts: Sequence[Fact[Body]]) -> None:
        """Write the facts, all in one write(). Raises OSError when the disk does not take them, and ever after."""
        self._write(b"".join(encode(fact) + b"\n" for fact in facts))

    def keep(self, personal: Personal) -> None:
        """Write sealed personal data; it comes before the fact that points to it."""
        value = {"tenant": personal.tenant, "id": personal.id, "sealed": base64.b64encode(personal.sealed).decode()}
        self._write(_PERSONAL + orjson.dumps(value) + b"\n")

    def hush(self) -> None:
        """A phone is about to ring: let Asterisk have the processor before what was written is copied."""
        self._quiet_until = asyncio.get_running_loop().time() + HUSH

    @property
    def hushed(self) -> float:
        """For how many seconds nothing is to be copied."""
        return self._quiet_until - asyncio.get_running_loop().time()

    def begin_anew(self) -> None:
        """Go on in a new file and remove the present one, all of which the database holds."""
        written = self.path
        self.close()
        self._part += 1
        self._open()
        written.unlink()

    def _open(self) -> None:
        self.path = self._name.with_name(f"{self._name.name}-{self._part:06}.jsonl")
        self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self.size = os.fstat(self._file).st_size

    def _write(self, data: bytes) -> None:
        if self._failed:
            # What comes after a gap or a torn line could never be read in order.
            raise OSError("the journal takes nothing since an earlier write failed")
        self._failed = True
        written = os.write(self._file, data)
        self._failed = written != len(data)
        if self._failed:
            raise OSError(f"the journal took only {written} of {len(data)} bytes")
        self.size += written
        self.wake.set()
        if not self._dirty:
            self._dirty = True
            asyncio.get_running_loop().call_later(FSYNC_AFTER, self._sync)

    def _sync(self) -> None:
        self._dirty = False
        if self._file >= 0:
            synced = asyncio.get_running_loop().run_in_executor(None, _sync_and_close, os.dup(self._file))
            synced.add_done_callback(lambda done: done.result())

    def close(self) -> None:
        """Flush to disk and close."""
        if self._file >= 0:
            os.fdatasync(self._file)
            os.close(self._file)
            self._file = -1


def _sync_and_close(file: int) -> None:
    try:
        os.fdatasync(file)
    finally:
        os.close(file)


def tails(folder: Path, current: Path | None = None) -> list[Path]:
    """The journals earlier processes left behind, oldest first."""
    return sorted(path for path in folder.glob("*.jsonl") if path != current)


def lines(data: bytes) -> Iterator[bytes]:
    """The whole lines of a piece of journal; a torn last line (power loss) is left out."""
    end = data.rfind(b"\n")
    if end >= 0:
        yield from data[:end].split(b"\n")


def personal(line: bytes) -> Personal | None:
    """The sealed personal data of a line, or None when the line is a fact."""
    if not line.startswith(_PERSONAL):
        return None
    value = orjson.loads(line[1:])
    return Personal(TenantId(value["tenant"]), PersonalId(value["id"]), base64.b64decode(value["sealed"]))
