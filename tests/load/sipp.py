"""SIPp as callers and agents: scenarios, seeded times, processes that belong to us and are ended by their pid."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from tests.load.capture import MARK

SOUND_SECONDS = 0.2
"""How long a robot agent can be heard; enough for the first packet."""
ALIVE_EVERY = 12_000
"""Milliseconds between signs of life of a caller who waits long: Asterisk ends a call that is silent for 30 s."""
MEDIA = 12_000
"""From here on the robots have their RTP ports: above those of the services of tests, below those that Asterisk is
given."""
_SILENCE = 0xFF
"""In G.711 µ-law."""
_START_LIMIT = 10.0
_TRIES = 5
_ENDS_WITHIN = 0.3
_STOP_LIMIT = 40.0

_CALLER = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE scenario SYSTEM "sipp.dtd">
<scenario name="caller">
  <nop><action>
    <assignstr assign_to="before" value="[field0]"/><todouble assign_to="pause" variable="before"/>
  </action></nop>
  <pause variable="pause"/>
  <send retrans="500"><![CDATA[
INVITE sip:[field2]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:[field1]@[local_ip]:[local_port]>;tag=[pid]c[call_number]
To: <sip:[field2]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:[field1]@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [local_ip]
t=0 0
m=audio %(port)s RTP/AVP 0
a=rtpmap:0 PCMU/8000
]]></send>
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="183" optional="true"/>
  <recv response="200" rrs="true"/>
  <send><![CDATA[
ACK [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:[field1]@[local_ip]:[local_port]>;tag=[pid]c[call_number]
To: <sip:[field2]@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
%(until_bye)s  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
</scenario>
"""
_UNTIL_BYE = '  <recv request="BYE"/>\n'
_HEARD_UNTIL_BYE = """  <label id="1"/>
  <recv request="BYE" timeout="{every}" ontimeout="2" next="3"/>
  <label id="2"/>
  <nop next="1"><action><exec rtp_stream="{file},1,0,PCMU/8000"/></action></nop>
  <label id="3"/>
"""

_AGENT = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE scenario SYSTEM "sipp.dtd">
<scenario name="agent">
  <recv request="INVITE" rrs="true"/>
  <nop><action>
    <assignstr assign_to="length" value="[field0]"/><todouble assign_to="talk" variable="length"/>
  </action></nop>
  <send retrans="500"><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:];tag=[pid]a[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:agent@[local_ip]:[local_port]>
Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [local_ip]
t=0 0
m=audio %(port)s RTP/AVP 0
a=rtpmap:0 PCMU/8000
]]></send>
  <recv request="ACK"><action>
    <ereg regexp=".*" search_in="hdr" header="To:" assign_to="us"/>
    <ereg regexp=".*" search_in="hdr" header="From:" assign_to="them"/>
  </action></recv>
%(sound)s  <pause variable="talk"/>
  <send retrans="500"><![CDATA[
BYE [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From:[$us]
To:[$them]
Call-ID: [call_id]
CSeq: 1 BYE
Max-Forwards: 70
Content-Length: 0

]]></send>
  <recv response="200"/>
</scenario>
"""


@dataclass(frozen=True, slots=True)
class Sipp:
    """A running SIPp."""

    process: subprocess.Popen[bytes]
    errors: Path

    @property
    def pid(self) -> int:
        """Its process."""
        return self.process.pid

    def complaints(self) -> str:
        """The end of what it complained of."""
        return self.errors.read_text(errors="replace")[-500:] if self.errors.exists() else ""


def uniform_ms(count: int, low: float, high: float, seed: int) -> list[int]:
    """Times in milliseconds from seconds, uniform; the same for the same seed. Never a constant: it would lock its
    phase to a poll."""
    chance = random.Random(seed)
    return [round(chance.uniform(low, high) * 1000) for _ in range(count)]


@contextmanager
def agents(
    folder: Path,
    port: int,
    media_port: int,
    talks: Sequence[int],
    core: int | None,
    *,
    sound: bool = False,
    endless: bool = False,
) -> Iterator[Sipp]:
    """One process that answers at once for every agent at this port, talks for the next of `talks` ms, says BYE.

    With `sound` an agent is heard for a moment, `endless`: all the time.
    """
    play = ""
    if sound:
        file = folder / "sound.ulaw"
        file.write_bytes(bytes([MARK]) * round(SOUND_SECONDS * 8000))
        play = f'  <nop><action><exec rtp_stream="{file},{-1 if endless else 1},0,PCMU/8000"/></action></nop>\n'
    scenario = _AGENT % {"port": "[rtpstream_audio_port]" if sound else "[media_port]", "sound": play}
    lines = [str(talk) for talk in talks]
    arguments = ["-i", "127.0.0.1", "-p", str(port), "-mi", "127.0.0.1", "-mp", str(media_port)]
    with _running(folder, f"agents-{port}", scenario, lines, arguments, core) as sipp:
        yield sipp


@dataclass(frozen=True, slots=True)
class Load:
    """Who calls whom: from `address:port` to `number` at `to`, or each to the next of `numbers`. `rate` calls a second,
    `at_once` together at most, `count` in all (0: without end). With `echo` they send the sound back that they hear,
    with `alive` a moment of silence now and then.
    """

    address: str
    port: int
    media_port: int
    to: tuple[str, int]
    number: str
    rate: float
    at_once: int
    count: int = 0
    echo: bool = False
    alive: bool = False
    numbers: Sequence[str] = ()


@contextmanager
def callers(folder: Path, load: Load, pauses: Sequence[int], core: int | None) -> Iterator[Sipp]:
    """Callers, each of whom waits for the next of `pauses` ms before calling."""
    numbers = cycle(load.numbers or (load.number,))
    lines = [f"{pause};8190{turn:08d};{next(numbers)}" for turn, pause in enumerate(pauses, 1)]
    arguments = [
        f"{load.to[0]}:{load.to[1]}", "-i", load.address, "-p", str(load.port), "-mi", load.address,
        "-mp", str(load.media_port), "-r", str(round(load.rate * 1000)), "-rp", "1000s",
        "-l", str(load.at_once),
    ]  # fmt: skip
    arguments += ["-m", str(load.count)] if load.count else []
    arguments += ["-rtp_echo"] if load.echo else []
    scenario = _CALLER % {
        "port": "[rtpstream_audio_port]" if load.alive else "[media_port]",
        "until_bye": _heard_until_bye(folder) if load.alive else _UNTIL_BYE,
    }
    with _running(folder, f"callers-{load.port}", scenario, lines, arguments, core) as sipp:
        yield sipp


def _heard_until_bye(folder: Path) -> str:
    file = folder / "alive.ulaw"
    file.write_bytes(bytes([_SILENCE]) * round(SOUND_SECONDS * 8000))
    return _HEARD_UNTIL_BYE.format(every=ALIVE_EVERY, file=file)


def drain(callers: Sequence[Sipp]) -> None:
    """Start no call any more and let those that are there end."""
    for one in callers:
        if one.process.poll() is None:
            one.process.send_signal(signal.SIGUSR1)
    for one in callers:
        with suppress(subprocess.TimeoutExpired):
            one.process.wait(_STOP_LIMIT)


@contextmanager
def _running(
    folder: Path, name: str, scenario: str, lines: Sequence[str], arguments: Sequence[str], core: int | None
) -> Iterator[Sipp]:
    program = shutil.which("sipp")
    if program is None:
        raise RuntimeError("sipp is missing; `make bench` installs it")
    (folder / f"{name}.xml").write_text(scenario)
    (folder / f"{name}.csv").write_text("SEQUENTIAL\n" + "\n".join(lines) + "\n")
    errors = folder / f"{name}.errors"
    command = [
        program, "-sf", str(folder / f"{name}.xml"), "-inf", str(folder / f"{name}.csv"), "-t", "u1", "-nostdin",
        "-trace_err", "-error_file", str(errors), "-timer_resol", "1", *arguments,
    ]  # fmt: skip
    process = _started(command, folder / f"{name}.said", arguments[arguments.index("-p") + 1])
    if core is not None:
        os.sched_setaffinity(process.pid, {core})
    try:
        yield Sipp(process, errors)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(10)


def _started(command: Sequence[str], said: Path, port: str) -> subprocess.Popen[bytes]:
    """It listens. Its port is no longer anybody's between two runs, so it is tried again: who else took it for a moment
    gives it back. RuntimeError with what it said last when it does not come up."""
    for _ in range(_TRIES):
        with said.open("wb") as output:
            process = subprocess.Popen(
                command, cwd=said.parent, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=output,
            )  # fmt: skip
        if _listens(process, port):
            return process
        process.kill()
        process.wait(10)
        time.sleep(1.0)
    raise RuntimeError(f"sipp at port {port} did not come up: {said.read_text(errors='replace')[-300:]}")


def _listens(process: subprocess.Popen[bytes], port: str) -> bool:
    """True when its port is bound by then, False when it has ended instead."""
    wanted = f":{int(port):04X} "
    until = time.monotonic() + _START_LIMIT
    while process.poll() is None and time.monotonic() < until:
        if wanted in Path("/proc/net/udp").read_text():
            # Somebody else may have it: sipp ends then, soon.
            time.sleep(_ENDS_WITHIN)
            return process.poll() is None
        time.sleep(0.02)
    return False
