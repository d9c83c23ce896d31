"""G.711, tones, silence, files and digits, without a socket."""

from __future__ import annotations

import wave
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from robots.dtmf import Ear, NotADigit, packets_of
from robots.g711 import Samples, decode, encode
from robots.sdp import Codec
from robots.sound import FRAME, NOTHING_DB, Silence, Tone, UnsuitableSound, Wav, frames_of, level, loudest, tone_in


def heard(sound: Tone | Silence | Wav, codec: Codec, frames: int) -> Samples:
    said = frames_of(sound, codec)
    return decode(b"".join(said.at(index) for index in range(frames)), codec)


@pytest.mark.parametrize(
    ("codec", "code", "sample"),
    [
        # The ends and the middle of both tables of ITU-T G.711, at 16 bits.
        (Codec.PCMU, 0x00, -32124),
        (Codec.PCMU, 0x80, 32124),
        (Codec.PCMU, 0xFF, 0),
        (Codec.PCMU, 0xFE, 8),
        (Codec.PCMA, 0x2A, -32256),
        (Codec.PCMA, 0xAA, 32256),
        (Codec.PCMA, 0xD5, 8),
        (Codec.PCMA, 0x55, -8),
    ],
)
def test_codes_stand_for_the_levels_of_g711(codec: Codec, code: int, sample: int) -> None:
    assert decode(bytes([code]), codec)[0] == sample


@pytest.mark.parametrize("codec", Codec)
def test_every_code_survives_decoding_and_encoding(codec: Codec) -> None:
    codes = bytes(code for code in range(256) if not (codec is Codec.PCMU and code == 0x7F))  # 0x7F is a second zero
    assert encode(decode(codes, codec), codec) == codes


@pytest.mark.parametrize(("codec", "code"), [(Codec.PCMU, 0xFF), (Codec.PCMA, 0xD5)])
def test_silence_is_exact(codec: Codec, code: int) -> None:
    assert frames_of(Silence(), codec).at(12345) == bytes([code]) * FRAME


@pytest.mark.parametrize("codec", Codec)
def test_a_tone_is_found_alone_and_goes_on_without_a_click_over_the_second(codec: Codec) -> None:
    audio = heard(Tone(440), codec, 200)
    assert tone_in(audio, 440) > -0.1
    assert tone_in(audio, 1000) < -50
    assert loudest(audio) == pytest.approx(440, abs=1)
    assert level(audio) == pytest.approx(-15, abs=0.2)
    assert tone_in(audio[:1603], 1000) < -50  # an odd length: no whole number of waves
    around = audio[8000 - 400 : 8000 + 400]
    assert tone_in(around, 440) > -0.1


def test_two_tones_are_told_apart_by_their_share() -> None:
    loud, soft = heard(Tone(440), Codec.PCMU, 100), heard(Tone(1000, -32), Codec.PCMU, 100)
    both = (loud + soft).astype(np.int16)
    assert tone_in(both, 1000) == pytest.approx(-20, abs=0.5)
    assert tone_in(both, 700) < -45


def test_of_silence_and_of_nothing_there_is_no_level() -> None:
    for audio in (np.zeros(1600, dtype=np.int16), np.zeros(0, dtype=np.int16)):
        assert (tone_in(audio, 440), level(audio), loudest(audio)) == (NOTHING_DB, NOTHING_DB, 0.0)


def write_wav(path: Path, samples: Samples, rate: int) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())


def test_a_file_is_said_once_and_silence_follows_or_again_and_again(tmp_path: Path) -> None:
    path = tmp_path / "tone.wav"
    write_wav(path, heard(Tone(700), Codec.PCMU, 50)[:7900], 8000)
    once = heard(Wav(path), Codec.PCMU, 100)
    assert tone_in(once[:7900], 700) > -0.1
    assert not once[8000:].any()
    assert tone_in(heard(Wav(path, again=True), Codec.PCMU, 100)[8000:15900], 700) > -0.1


def test_a_file_of_another_rate_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wide.wav"
    write_wav(path, np.zeros(160, dtype=np.int16), 16000)
    with pytest.raises(UnsuitableSound):
        frames_of(Wav(path), Codec.PCMU)


def test_a_digit_is_100_ms_of_one_event_whose_end_is_said_three_times() -> None:
    plan = packets_of("5")
    events = [packet for packet in plan if packet is not None]
    assert [packet.first for packet in events] == [True] + [False] * 7
    assert [packet.frames_since_start for packet in events] == list(range(8))
    assert {packet.payload[0] for packet in events} == {5}
    assert [packet.payload[1] >> 7 for packet in events] == [0] * 5 + [1] * 3
    assert [int.from_bytes(packet.payload[2:]) for packet in events] == [160, 320, 480, 640, 800, 960, 960, 960]
    assert plan[8:] == [None] * 3


def test_only_keys_of_a_telephone_can_be_keyed() -> None:
    with pytest.raises(NotADigit):
        packets_of("12x")


def test_an_ear_counts_each_event_once_and_leaves_what_is_no_digit() -> None:
    ear, now = Ear(), datetime.now(UTC)
    for timestamp in (1000, 9000):
        for packet in packets_of("*"):
            if packet is not None:
                ear.hear(packet.payload, timestamp, now)
    assert not ear.hear(b"\x10\x0a\x00\xa0", 20000, now)  # event 16 is flash
    assert not ear.hear(b"\x01", 30000, now)
    assert [digit.digit for digit in ear.heard] == ["*", "*"]
