"""Recordings judged by their tones and their length."""

from __future__ import annotations

import io
import wave
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.e2e.crew import AGENT_HZ, CALLER_HZ, Crew

APART_DB = 40.0
LENGTH_SECONDS = 0.5
"""By how much a recording of two seconds may be longer or shorter than its conversation: on a machine that does nothing
else it is a twentieth; one that has ten times as much to do begins and ends up to a quarter of a second late."""
_NEAR = 25.0


@dataclass(frozen=True, slots=True)
class Stereo:
    """The caller left, the agents right."""

    rate: int
    caller: NDArray[np.float64]
    agent: NDArray[np.float64]

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.caller.size / self.rate


def read(data: bytes) -> Stereo:
    """A 16-bit stereo WAV file."""
    with wave.open(io.BytesIO(data)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (2, 2)
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, 2).astype(np.float64)
        return Stereo(file.getframerate(), samples[:, 0], samples[:, 1])


def apart(samples: NDArray[np.float64], rate: int, tone: float, other: float) -> float:
    """How many dB a tone stands above another in the whole channel; the tone itself must be loud."""
    power = np.abs(np.fft.rfft(samples * np.blackman(samples.size))) ** 2
    at = np.fft.rfftfreq(samples.size, 1 / rate)
    wanted, unwanted = (float(power[np.abs(at - hertz) <= _NEAR].sum()) for hertz in (tone, other))
    assert wanted > 0.9 * power.sum(), f"{tone} Hz holds {wanted / power.sum():.3f} of the channel"
    return float(10 * np.log10(wanted / max(unwanted, 1e-9)))


def loudest(samples: NDArray[np.float64], rate: int) -> float:
    """The frequency that holds most of a piece of sound; 0 where there is none."""
    power = np.abs(np.fft.rfft(samples * np.blackman(samples.size)))
    return float(np.fft.rfftfreq(samples.size, 1 / rate)[int(power.argmax())]) if power.max() > 1e5 else 0.0


async def assert_both_heard(
    crew: Crew, record: dict[str, Any], *, left: float = CALLER_HZ, right: float = AGENT_HZ
) -> None:
    """One recording: each party's tone in its own channel, the other's 40 dB below, as long as they were bridged."""
    listed = await crew.api.recording(record["call"])
    assert listed["recording"] == record["recording"]
    sound = read(await crew.api.sound(listed["recording"]))
    assert apart(sound.caller, sound.rate, left, right) >= APART_DB
    assert apart(sound.agent, sound.rate, right, left) >= APART_DB
    assert abs(sound.seconds - bridged_seconds(crew, record["call"])) <= LENGTH_SECONDS
    assert abs(sound.seconds - record["talk_seconds"]) <= LENGTH_SECONDS


def bridged_seconds(crew: Crew, call: str) -> float:
    """From the beginning to the end of the call's one conversation, by its facts."""
    (began,) = crew.board.of("ConversationStarted", call=call)
    (ended,) = crew.board.of("ConversationEnded", call=call)
    return (datetime.fromisoformat(ended["at"]) - datetime.fromisoformat(began["at"])).total_seconds()
