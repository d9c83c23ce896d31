"""Two sides become one file, whatever the switch left of them."""

from __future__ import annotations

import struct
import wave
from array import array
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.join import DifferentRates, join
from worker.side import NotSound, look

samples = st.lists(st.integers(-32768, 32767), max_size=300)


def wav(path: Path, values: list[int], *, rate: int = 8000, said: int | None = None, extra: bytes = b"") -> Path:
    """A mono file as the switch writes it; `said`: what its header tells of its length (None: the truth)."""
    data = array("h", values).tobytes()
    length = len(data) if said is None else said
    head = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", 36 + length, b"WAVE", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16)
    path.write_bytes(head + extra + struct.pack("<4sI", b"data", length) + data)
    return path


def channels(path: Path) -> tuple[list[int], list[int]]:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (2, 2)
        both = array("h", file.readframes(file.getnframes()))
    return list(both[0::2]), list(both[1::2])


@settings(deadline=None)
@given(samples, samples)
def test_the_caller_is_left_the_agents_are_right_and_the_shorter_side_ends_in_silence(
    tmp_path_factory: pytest.TempPathFactory, caller: list[int], agents: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("join")
    sides = look(wav(folder / "in.wav", caller)), look(wav(folder / "out.wav", agents))
    seconds = join(*sides, folder / "both.wav")
    length = max(len(caller), len(agents))
    left, right = channels(folder / "both.wav")
    assert left == caller + [0] * (length - len(caller))
    assert right == agents + [0] * (length - len(agents))
    assert seconds == length / 8000


def test_a_recording_longer_than_a_piece_is_joined_without_a_seam(tmp_path: Path) -> None:
    caller = [n % 30000 for n in range(150_000)]
    agents = [-n % 30000 for n in range(140_001)]
    sides = look(wav(tmp_path / "in.wav", caller)), look(wav(tmp_path / "out.wav", agents))
    join(*sides, tmp_path / "both.wav")
    assert channels(tmp_path / "both.wav") == (caller, agents + [0] * 9_999)


def test_a_file_is_closed_only_when_its_header_tells_a_length_that_is_there(tmp_path: Path) -> None:
    assert look(wav(tmp_path / "a.wav", [1, 2, 3])).closed
    assert not look(wav(tmp_path / "b.wav", [1, 2, 3], said=0)).closed
    assert not look(wav(tmp_path / "c.wav", [1, 2, 3], said=8)).closed


@pytest.mark.parametrize("said", [0, 4000])
def test_a_file_that_was_never_closed_is_taken_by_its_length(tmp_path: Path, said: int) -> None:
    cut = wav(tmp_path / "in.wav", [5, 6, 7], said=said)
    cut.write_bytes(cut.read_bytes() + b"\x01")  # half a sample
    side = look(cut)
    assert side.samples == 3
    join(side, look(wav(tmp_path / "out.wav", [1])), tmp_path / "both.wav")
    assert channels(tmp_path / "both.wav") == ([5, 6, 7], [1, 0, 0])


def test_a_side_that_is_lost_is_silence(tmp_path: Path) -> None:
    join(None, look(wav(tmp_path / "out.wav", [1, 2])), tmp_path / "both.wav")
    assert channels(tmp_path / "both.wav") == ([0, 0], [1, 2])


def test_other_chunks_before_the_sound_are_passed_over(tmp_path: Path) -> None:
    side = look(wav(tmp_path / "in.wav", [9], extra=struct.pack("<4sI", b"LIST", 3) + b"abc\x00"))
    assert (side.samples, side.closed) == (1, True)


def test_two_rates_are_not_joined(tmp_path: Path) -> None:
    sides = look(wav(tmp_path / "in.wav", [1])), look(wav(tmp_path / "out.wav", [1], rate=16000))
    with pytest.raises(DifferentRates):
        join(*sides, tmp_path / "both.wav")


@pytest.mark.parametrize("content", [b"", b"RIFF", b"x" * 200, b"RIFF\0\0\0\0WAVEdata\0\0\0\0"])
def test_what_is_no_sound_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "in.wav"
    path.write_bytes(content)
    with pytest.raises(NotSound):
        look(path)
