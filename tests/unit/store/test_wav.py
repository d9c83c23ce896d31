"""Only what can be an announcement is one, whatever bytes come."""

from __future__ import annotations

import contextlib
import io
import struct
import wave

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.wav import LONGEST, Flaw, Unplayable, read


def wav(seconds: float = 1.0, rate: int = 8_000, channels: int = 1, width: int = 2, value: int = 100) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as made:
        made.setnchannels(channels)
        made.setsampwidth(width)
        made.setframerate(rate)
        made.writeframes(value.to_bytes(width, "little") * round(seconds * rate) * channels)
    return file.getvalue()


@pytest.mark.parametrize("rate", [8_000, 16_000])
def test_what_is_fine_is_read(rate: int) -> None:
    found = read(wav(2.5, rate))
    assert (found.rate, found.seconds, found.pcm[:2]) == (rate, 2.5, b"d\x00")


@pytest.mark.parametrize(
    ("data", "flaw"),
    [
        (b"", Flaw.NOT_WAV),
        (b"ID3\x04 this is music", Flaw.NOT_WAV),
        (wav()[:20], Flaw.NOT_WAV),
        (wav().replace(b"WAVE", b"AVI "), Flaw.NOT_WAV),
        (wav().replace(b"\x01\x00\x01\x00", b"\x07\x00\x01\x00", 1), Flaw.NOT_16_BIT_PCM),
        (wav(width=1), Flaw.NOT_16_BIT_PCM),
        (wav(width=3), Flaw.NOT_16_BIT_PCM),
        (wav(channels=2), Flaw.NOT_MONO),
        (wav(rate=44_100), Flaw.NOT_8_OR_16_KHZ),
        (wav(rate=48_000), Flaw.NOT_8_OR_16_KHZ),
        (wav()[:-100], Flaw.CUT_OFF),
        (wav()[:40] + struct.pack("<I", 0xFFFFFFF0) + wav()[44:], Flaw.CUT_OFF),
        (wav(0), Flaw.TOO_SHORT),
        (wav(0.05), Flaw.TOO_SHORT),
        (wav(LONGEST + 0.1), Flaw.TOO_LONG),
        (wav(value=0), Flaw.SILENT),
    ],
)
def test_what_cannot_be_one_is_refused_with_its_flaw(data: bytes, flaw: Flaw) -> None:
    with pytest.raises(Unplayable) as refused:
        read(data)
    assert refused.value.flaw is flaw


@given(st.binary(max_size=200), st.integers(0, 60), st.binary(max_size=8))
def test_no_bytes_break_it(noise: bytes, place: int, patch: bytes) -> None:
    good = wav(0.2)
    for data in (noise, good[:place] + patch + good[place + len(patch) :], good[:place] + noise + good[place:]):
        with contextlib.suppress(Unplayable):
            assert 0.1 <= read(data).seconds <= LONGEST
