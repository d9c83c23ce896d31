"""A sound that an admin sends is what the next caller hears; what cannot be played is refused with its reason."""

from __future__ import annotations

import io
import wave
from contextlib import AbstractAsyncContextManager

import httpx2
import numpy as np
import pytest

from tests.e2e.crew import Crew
from tests.e2e.flows.listening import Voices
from tests.e2e.office import Admin, admin_of

NUMBER = "+81312345637"
SOUND = "/configuration/prompts/jingle/sound"
FIRST_HZ, SECOND_HZ = 1230, 770


def admin(crew: Crew) -> AbstractAsyncContextManager[Admin]:
    return admin_of(crew.platform, crew.platform.tenant(crew.tenant)["admin"])


def tone(hertz: float, rate: int = 16_000, seconds: float = 2.0, channels: int = 1) -> bytes:
    """A WAV file with a pure tone."""
    at = np.arange(round(rate * seconds)) / rate
    samples = (np.sin(2 * np.pi * hertz * at) * 8000).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as made:
        made.setnchannels(channels)
        made.setsampwidth(2)
        made.setframerate(rate)
        made.writeframes(np.repeat(samples, channels).tobytes())
    return file.getvalue()


async def send(boss: Admin, data: bytes, kind: str = "audio/wav", **headers: str) -> httpx2.Response:
    return await boss.api.ask("PUT", SOUND, content=data, headers={"Content-Type": kind, **headers})


@pytest.mark.parametrize("rate", [8_000, 16_000])
async def test_a_sound_is_heard_by_the_next_caller_and_words_take_its_place_again(
    crew: Crew, voices: Voices, rate: int
) -> None:
    nodes = {"say": {"do": "play", "prompt": "jingle", "next": "bye"}, "bye": {"do": "hang_up"}}
    data = tone(FIRST_HZ, rate)
    async with admin(crew) as boss:
        answer = await send(boss, data, **{"If-Match": "*"} if rate == 16_000 else {})
        assert (answer.status_code, answer.json()["in_force"]) == (200, True)
        flow = await boss.api.ask("GET", "/configuration/flows/jingle")
        await boss.put("flows/jingle", {"start": "say", "nodes": nodes}, over=flow.headers.get("ETag"))
        number = await boss.api.ask("GET", f"/configuration/numbers/{NUMBER}")
        await boss.put(f"numbers/{NUMBER}", {"flow": "jingle"}, over=number.headers.get("ETag"))
        call = crew.dial(NUMBER)
        await call.rtp.hears(FIRST_HZ)
        await call.ended()
        shown = await boss.api.get("/configuration/prompts/jingle")
        assert (shown["text"], shown["sound"]) == ("", f"/api/v1{SOUND}")
        back = await boss.api.ask("GET", SOUND)
        assert (back.content, back.headers["content-type"]) == (data, "audio/wav")
        blind = await send(boss, tone(SECOND_HZ, rate))
        assert blind.status_code == 428
        again = await send(boss, tone(SECOND_HZ, rate), **{"If-Match": answer.headers["ETag"]})
        assert again.status_code == 200
        call = crew.dial(NUMBER)
        await call.rtp.hears(SECOND_HZ)
        await call.ended()
        known = {path.stem for path in voices.folder.glob("prompt_*.wav")}
        words = f"{rate}回目の、ことばです。"
        await boss.put("prompts/jingle", {"text": words}, over=again.headers["ETag"])
        (spoken,) = {path.stem for path in voices.folder.glob("prompt_*.wav")} - known
        call = crew.dial(NUMBER)
        await voices.hears(call, spoken)
        assert (await boss.api.ask("GET", SOUND)).status_code == 404


@pytest.mark.parametrize(
    ("data", "kind", "flaw"),
    [
        (b"", "audio/wav", "not_wav"),
        (b"RIFF nothing", "audio/wav", "not_wav"),
        (tone(500), "audio/mpeg", "not_wav"),
        (tone(500, channels=2), "audio/wav", "not_mono"),
        (tone(500, 44_100), "audio/wav", "not_8_or_16_khz"),
        (tone(500)[:-4], "audio/wav", "cut_off"),
        (tone(500, 8_000, 61), "audio/wav", "too_long"),
        (tone(0), "audio/wav", "silent"),
    ],
)
async def test_what_cannot_be_played_is_refused_and_nothing_is_changed(
    crew: Crew, voices: Voices, data: bytes, kind: str, flaw: str
) -> None:
    files = set(voices.folder.iterdir())
    async with admin(crew) as boss:
        before = await boss.api.get("/configuration")
        answer = await send(boss, data, kind, **{"If-None-Match": "*"})
        if answer.status_code == 412:  # another test has made it
            answer = await send(boss, data, kind, **{"If-Match": "*"})
        assert answer.status_code == 422, answer.text
        (told,) = answer.json()["errors"]
        assert told["flaw"] == flaw
        assert told["reason"]
        assert await boss.api.get("/configuration") == before
    assert set(voices.folder.iterdir()) == files


async def test_more_than_a_minute_of_16_khz_is_too_large(crew: Crew) -> None:
    async with admin(crew) as boss:
        answer = await send(boss, tone(500, 16_000, 63), **{"If-Match": "*"})
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    supervisor = crew.api
    answer = await supervisor.ask("PUT", SOUND, content=tone(500), headers={"Content-Type": "audio/wav"})
    assert answer.status_code == 403
