"""baresip as an agent's phone: somebody else's SIP stack, which answers at once and speaks with one tone."""

from __future__ import annotations

import asyncio
import json
import math
import shutil
import wave
from array import array
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.services import free_port

MODULES = ("g711", "aufile", "aubridge", "account", "menu", "ctrl_tcp")
CONFIG = """\
sip_listen 127.0.0.1:{port}
net_interface 127.0.0.1
rtp_ports 26400-26499
module_path {modules}
{loaded}
audio_player aubridge,heard
audio_source aufile,{sound}
audio_alert aubridge,rings
ctrl_tcp_listen 127.0.0.1:{keys}
"""
ACCOUNT = "<sip:{user}@{host}:{port}>;auth_user={user};auth_pass={secret};answermode=auto;audio_codecs=PCMU;regint=60\n"
STOP_LIMIT = 20.0
TELL_LIMIT = 20.0
RATE = 8000


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of the phone, as a person presses them."""

    port: int

    async def press(self, command: str) -> None:
        """One of baresip's own commands (hold, resume, hangup); it says whether it could do it."""
        async with asyncio.timeout(TELL_LIMIT):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            try:
                asked = json.dumps({"command": command, "token": "test"}).encode()
                writer.write(b"%d:%b," % (len(asked), asked))
                while True:
                    length = int((await reader.readuntil(b":"))[:-1])
                    said = json.loads((await reader.readexactly(length + 1))[:-1])
                    if said.get("response"):
                        assert said["ok"], said
                        return
            finally:
                writer.close()


@asynccontextmanager
async def baresip(folder: Path, user: str, secret: str, server: tuple[str, int], hz: int) -> AsyncIterator[Keys]:
    """Runs until the end of the block; its configuration, secret included, lies in `folder` (0600)."""
    program = shutil.which("baresip")
    assert program is not None, "baresip is missing: `make test` installs it"
    modules = next(Path("/usr/lib").rglob("baresip/modules"))
    loaded = "\n".join(f"module {name}.so" for name in MODULES)
    sound = folder / "tone.wav"
    _speak(sound, hz)
    keys = Keys(free_port())
    made = CONFIG.format(port=free_port(), modules=modules, loaded=loaded, sound=sound, keys=keys.port)
    _write(folder / "config", made)
    _write(folder / "accounts", ACCOUNT.format(user=user, secret=secret, host=server[0], port=server[1]))
    with (folder / "log").open("wb") as log:
        running = await asyncio.create_subprocess_exec(
            program, "-f", str(folder), stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log
        )
        try:
            yield keys
        finally:
            running.terminate()
            try:
                await asyncio.wait_for(running.wait(), STOP_LIMIT)
            except TimeoutError:
                running.kill()
                await running.wait()


def _speak(path: Path, hz: int) -> None:
    """A minute of one tone, as loud as a voice."""
    period = [round(6000 * math.sin(2 * math.pi * hz * n / RATE)) for n in range(RATE)]
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(array("h", period).tobytes() * 60)


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
