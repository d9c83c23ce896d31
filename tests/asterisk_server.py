"""A private Asterisk for tests: its own ports, folder and secrets, started and ended by pid."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from asterisk.runtime import place, prepare
from asterisk.settings import AsteriskSettings, Trunk
from tests.services import free_port

BOOT_LIMIT = 30.0
STOP_LIMIT = 10.0
_RTP_PORTS = 200


@dataclass(slots=True)
class AsteriskServer:
    """A running Asterisk and what is needed to talk to it."""

    settings: AsteriskSettings
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def var(self) -> Path:
        """Its folder; gone when the test is over."""
        return self.settings.var

    @property
    def pid(self) -> int:
        """The process id of the running Asterisk."""
        assert self._process is not None
        return self._process.pid

    @property
    def ari_password(self) -> str:
        """The secret of settings.ari_user."""
        return self.settings.ari_password_file.read_text().strip()

    @property
    def ami_password(self) -> str:
        """The secret of settings.ami_user."""
        return self.settings.ami_password_file.read_text().strip()

    @property
    def recordings(self) -> Path:
        """Where MixMonitor writes."""
        return place(self.var).recordings

    @property
    def log(self) -> str:
        """What Asterisk has warned of."""
        return (place(self.var).log / "messages.log").read_text()

    def start(self) -> None:
        """Start it and wait until it is fully booted."""
        arguments = prepare(self.settings, self.var)
        output = (self.var / "asterisk.out").open("ab")
        with output:
            self._process = subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        _wait_booted(self.settings.ami_port, self.settings.ami_user, self.ami_password, self._process)

    def kill(self) -> None:
        """kill -9, as when the machine is cruel."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """SIGTERM, then wait."""
        self._end(signal.SIGTERM)

    def pause(self) -> None:
        """Freeze it: sockets stay open, nothing is answered."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let a frozen one go on."""
        os.kill(self.pid, signal.SIGCONT)

    def console(self, command: str) -> str:
        """The output of a command on Asterisk's own console."""
        arguments = [argument for argument in prepare(self.settings, self.var) if argument != "-f"]
        done = subprocess.run([*arguments, "-rx", command], capture_output=True, text=True, timeout=20, check=False)
        return done.stdout

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(how)
        try:
            process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_LIMIT)


@contextmanager
def running_asterisk(**overrides: Any) -> Iterator[AsteriskServer]:
    """A fresh Asterisk; `overrides` are fields of AsteriskSettings. The carrier is the peer at 127.0.0.2."""
    # Unix socket paths stay under 107 bytes, so pytest's long folders will not do.
    var = Path(tempfile.mkdtemp(prefix="ast-"))
    server = AsteriskServer(_settings(var, **overrides))
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(var, ignore_errors=True)


@pytest.fixture(scope="session")
def asterisk_server() -> Iterator[AsteriskServer]:
    """One Asterisk for all tests that leave nothing behind in it."""
    with running_asterisk() as server:
        yield server


def _settings(var: Path, **overrides: Any) -> AsteriskSettings:
    low = _free_rtp()
    given: dict[str, Any] = {
        "var": var,
        "ari_port": free_port(),
        "ami_port": free_port(),
        "sip_port": free_port(),
        "rtp_low": low,
        "rtp_high": low + _RTP_PORTS - 1,
        "trunks": (Trunk(name="carrier", match=("127.0.0.2",)),),
    }
    return AsteriskSettings(**{**given, **overrides})


def _free_rtp() -> int:
    """A block of UDP ports below those the kernel hands out; which one is tried first depends on the process."""
    for step in range(60):
        low = 10000 + _RTP_PORTS * ((os.getpid() + 7 * step) % 100)
        if all(_free_udp(port) for port in range(low, low + _RTP_PORTS, 20)):
            return low
    raise RuntimeError("no free block of ports for RTP")


def _free_udp(port: int) -> bool:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as udp:
        try:
            udp.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _wait_booted(port: int, user: str, password: str, process: subprocess.Popen[bytes]) -> None:
    """Log in to the AMI and read until FullyBooted; nothing listens in the first moments, so the connect is retried."""
    deadline = time.monotonic() + BOOT_LIMIT
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=BOOT_LIMIT) as ami:
                ami.sendall(f"Action: Login\r\nUsername: {user}\r\nSecret: {password}\r\n\r\n".encode())
                if _reads(ami, b"Event: FullyBooted"):
                    return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"Asterisk did not come up (exit code {process.poll()})")


def _reads(ami: socket.socket, wanted: bytes) -> bool:
    seen = b""
    while chunk := ami.recv(4096):
        seen += chunk
        if wanted in seen:
            return True
    return False
