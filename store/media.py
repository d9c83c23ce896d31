"""Recording files in a folder: put there whole or not at all, read from any place, named by chance alone."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from store.errors import StoreError

_NAME: Final = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}\.(wav|opus|ogg|flac)")
_CHUNK: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in the store: its name there, its length in bytes, its SHA-256 in hex."""

    path: str
    size: int
    sha256: str


class RecordingStore:
    """The recording files below `root`; what is no name of `new_name` is refused with ValueError."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def new_name(self, suffix: str = "wav") -> str:
        """A name that nobody can guess and that says nothing; 256 folders keep them short."""
        token = secrets.token_hex(16)
        return _checked(f"{token[:2]}/{token}.{suffix}")

    async def put(self, path: str, source: Path) -> StoredFile:
        """Copies the file `source` to the name `path`; when this returns it survives a power loss.

        The same again is the same file. Raises StoreError when `source` cannot be read or the disk is full.
        """
        return await asyncio.to_thread(self._put, _checked(path), source)

    async def size(self, path: str) -> int | None:
        """Length in bytes, or None when there is no such file."""
        return await asyncio.to_thread(_size, self._root / _checked(path))

    async def read(self, path: str, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` on, `length` of them or all, in pieces; StoreError when there is no such file."""
        try:
            file = await asyncio.to_thread((self._root / _checked(path)).open, "rb")
        except OSError as error:
            raise StoreError(f"recording file: {error.strerror}") from error
        with file:
            await asyncio.to_thread(file.seek, start)
            left = length
            while left is None or left > 0:
                piece = await asyncio.to_thread(file.read, _CHUNK if left is None else min(_CHUNK, left))
                if not piece:
                    return
                left = None if left is None else left - len(piece)
                yield piece

    async def remove(self, path: str) -> None:
        """Takes the file away, for good when this returns; nothing happens when it is gone already.

        Raises StoreError when the disk would not let it go.
        """
        await asyncio.to_thread(_remove, self._root / _checked(path))

    def _put(self, path: str, source: Path) -> StoredFile:
        target = self._root / path
        unfinished = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                with source.open("rb") as origin, unfinished.open("xb") as copy:
                    stored = _copy(path, origin, copy)
                unfinished.rename(target)
            finally:
                unfinished.unlink(missing_ok=True)
            for folder in (target.parent, self._root):
                _sync_folder(folder)
        except OSError as error:
            raise StoreError(f"recording file: {error.strerror}") from error
        return stored


def _checked(path: str) -> str:
    if _NAME.fullmatch(path) is None:
        raise ValueError("not the name of a recording file")
    return path


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def _remove(path: Path) -> None:
    try:
        path.unlink()
        _sync_folder(path.parent)
    except FileNotFoundError:
        return
    except OSError as error:
        raise StoreError(f"recording file: {error.strerror}") from error


def _copy(path: str, origin: BinaryIO, copy: BinaryIO) -> StoredFile:
    os.fchmod(copy.fileno(), 0o600)
    digest, size = hashlib.sha256(), 0
    while piece := origin.read(_CHUNK):
        copy.write(piece)
        digest.update(piece)
        size += len(piece)
    copy.flush()
    os.fsync(copy.fileno())
    return StoredFile(path, size, digest.hexdigest())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
