"""Browsers: headless Chromium, an agent's with a tone for a microphone, whose pages are used as a person uses them."""

from __future__ import annotations

import math
import shutil
import wave
from array import array
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Page, async_playwright, expect

from tests.platform import Platform

RATE = 48_000
PATIENCE_MS = 30_000
# The microphone of a real browser is freed of steady tones, which are noise to it; ours has nothing else to say.
AS_IT_IS = """
const asked = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = (wanted) => asked({
  ...wanted, audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
});
window.connections = [];
const Real = window.RTCPeerConnection;
window.RTCPeerConnection = class extends Real {
  constructor(...given) { super(...given); window.connections.push(this); }
};
"""
LOUDEST = """
async ([near, milliseconds]) => {
  const until = performance.now() + milliseconds;
  const sound = document.getElementById("sound");
  while (sound.srcObject === null && performance.now() < until) await new Promise((done) => setTimeout(done, 50));
  const context = new AudioContext();
  const ear = new AnalyserNode(context, { fftSize: 16384, smoothingTimeConstant: 0 });
  context.createMediaStreamSource(sound.srcObject).connect(ear);
  const bins = new Float32Array(ear.frequencyBinCount);
  let hertz = 0;
  while (performance.now() < until) {
    await new Promise((done) => setTimeout(done, 100));
    ear.getFloatFrequencyData(bins);
    const most = bins.reduce((best, level, bin) => (level > bins[best] ? bin : best), 0);
    hertz = bins[most] > -60 ? (most * context.sampleRate) / ear.fftSize : 0;
    if (Math.abs(hertz - near) < 10) break;
  }
  await context.close();
  return hertz;
}
"""
STATISTICS = """
async () => {
  const connection = window.connections.at(-1);
  const all = [...(await connection.getStats()).values()];
  const codec = (kind) => all.find((one) => one.id === all.find((rtp) => rtp.type === kind)?.codecId)?.mimeType;
  const transport = all.find((one) => one.type === "transport");
  return {
    offer: connection.remoteDescription.sdp,
    answer: connection.localDescription.sdp,
    sends: codec("outbound-rtp"),
    hears: codec("inbound-rtp"),
    dtls: transport.dtlsState,
    cipher: transport.srtpCipher,
  };
}
"""


@dataclass(frozen=True, slots=True)
class Browser:
    """One open page."""

    page: Page
    said: list[str]

    async def log_in(self, tenant: str, agent: dict[str, Any]) -> None:
        """Log in to the phone, and wait until it is connected."""
        await self.enter(tenant, agent)
        await self.shows("電話はつながっています")

    async def enter(self, tenant: str, person: dict[str, Any]) -> None:
        """Type what a person types to log in."""
        await self.page.get_by_label("テナント").fill(tenant)
        await self.page.get_by_label("ログイン名").fill(person["login"])
        await self.page.get_by_label("パスワード").fill(person["password"])
        await self.press("ログインする")

    async def press(self, name: str) -> None:
        """Press the button of this name, as soon as it is there."""
        await self.page.get_by_role("button", name=name, exact=True).click()

    async def shows(self, text: str) -> None:
        """Wait until somebody who looks sees the text."""
        await expect(self.page.get_by_text(text, exact=True).locator("visible=true").first).to_be_visible()

    async def hears(self, hz: float, limit: float = PATIENCE_MS / 1000) -> float:
        """The loudest frequency that comes out of the phone, as soon as it is `hz`, else after `limit` s."""
        return float(await self.page.evaluate(LOUDEST, [hz, limit * 1000]))

    async def connection(self) -> dict[str, str]:
        """What the browser says of its connection: both SDP, codecs, DTLS, cipher."""
        return dict(await self.page.evaluate(STATISTICS))


@asynccontextmanager
async def browser(platform: Platform, folder: Path, hz: int) -> AsyncIterator[Browser]:
    """The page of the phone in a fresh Chromium, whose microphone hears one tone."""
    sound = folder / "microphone.wav"
    _speak(sound, hz)
    flags = (
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={sound}",
        "--allow-loopback-in-peer-connection",
    )
    async with opened(f"{platform.server_url}/phone", flags, AS_IT_IS) as phone:
        yield phone


@asynccontextmanager
async def opened(url: str, flags: tuple[str, ...] = (), script: str = "") -> AsyncIterator[Browser]:
    """A page in a fresh Chromium, which runs `script` before those of the page."""
    program = shutil.which("chromium")
    assert program is not None, "chromium is missing: `make test` installs it"
    always = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
    said: list[str] = []
    async with async_playwright() as driver:
        chromium = await driver.chromium.launch(executable_path=program, args=[*always, *flags])
        try:
            context = await chromium.new_context(locale="ja-JP", timezone_id="Asia/Tokyo")
            context.set_default_timeout(PATIENCE_MS)
            expect.set_options(timeout=PATIENCE_MS)
            await context.add_init_script(script)
            page = await context.new_page()
            page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
            page.on("pageerror", lambda error: said.append(f"pageerror: {error}"))
            await page.goto(url)
            yield Browser(page, said)
        finally:
            await chromium.close()


def _speak(path: Path, hz: int) -> None:
    """A minute of one tone, as loud as a voice; the browser begins it again when it is over."""
    period = [round(6000 * math.sin(2 * math.pi * hz * n / RATE)) for n in range(RATE)]
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(array("h", period).tobytes() * 60)
