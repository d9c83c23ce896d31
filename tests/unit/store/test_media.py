"""Recording files: whole, found again, and reached by their names alone."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from store.errors import StoreError
from store.media import RecordingStore, StoredFile

SOUND = bytes(range(256)) * 1000


@pytest.fixture
def store(tmp_path: Path) -> RecordingStore:
    return RecordingStore(tmp_path / "recordings")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.wav"
    path.write_bytes(SOUND)
    return path


async def everything(store: RecordingStore, path: str, start: int = 0, length: int | None = None) -> bytes:
    return b"".join([piece async for piece in store.read(path, start, length)])


async def test_a_file_is_put_and_read_from_any_place(store: RecordingStore, source: Path, tmp_path: Path) -> None:
    name = store.new_name()
    stored = await store.put(name, source)
    assert stored == StoredFile(name, len(SOUND), hashlib.sha256(SOUND).hexdigest())
    assert await store.put(name, source) == stored
    assert await store.size(name) == len(SOUND)
    assert await everything(store, name) == SOUND
    assert await everything(store, name, start=70_000, length=100_000) == SOUND[70_000:170_000]
    assert await everything(store, name, start=len(SOUND) - 3) == SOUND[-3:]
    files = [path for path in (tmp_path / "recordings").rglob("*") if path.is_file()]
    assert [oct(path.stat().st_mode & 0o777) for path in files] == ["0o600"]


async def test_what_is_not_there_is_said_to_be_not_there(store: RecordingStore, tmp_path: Path) -> None:
    name = store.new_name()
    assert await store.size(name) is None
    with pytest.raises(StoreError):
        await everything(store, name)
    with pytest.raises(StoreError):
        await store.put(name, tmp_path / "nothing.wav")
    assert await store.size(name) is None
    await store.remove(name)


async def test_a_removed_file_is_gone(store: RecordingStore, source: Path) -> None:
    name = store.new_name()
    await store.put(name, source)
    await store.remove(name)
    assert await store.size(name) is None


@pytest.mark.parametrize("name", ["../x.wav", "/etc/passwd", "ab/../../x.wav", "", "ab/" + "0" * 32 + ".wav\n", "ab/x"])
async def test_a_name_that_was_never_given_is_refused(store: RecordingStore, source: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not the name"):
        await store.put(name, source)
    with pytest.raises(ValueError, match="not the name"):
        await everything(store, name)
    with pytest.raises(ValueError, match="not the name"):
        await store.size(name)
