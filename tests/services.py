"""A PostgreSQL and a Redis of the tests' own, on unix sockets in a short folder, gone with the test process."""

from __future__ import annotations

import fcntl
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from itertools import cycle, islice, repeat
from pathlib import Path
from typing import TextIO

OWNER = "denwaban_owner"
LIMIT = 60.0
LOOK_EVERY = 0.02
SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
_BLOCKS = range(7_000, 10_000, 100)
"""Where blocks of ports begin: below those of sound and those that the kernel hands out; browsers go to all of them."""
_claims: list[TextIO] = []
"""Kept open: a claim ends with the process."""


class Server:
    """A server process that can be stopped, killed, frozen and started again by a test."""

    def __init__(self, command: list[str], log: Path, answers: Callable[[], bool], gentle: signal.Signals) -> None:
        self._command = command
        self._log = log
        self._answers = answers
        self._gentle = gentle
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self, user: pwd.struct_passwd | None = None) -> None:
        """Returns when it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                # It ends with us, however we end.
                [_program("setpriv"), "--pdeathsig", "KILL", *self._command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                user=None if user is None else user.pw_uid,
                group=None if user is None else user.pw_gid,
                extra_groups=None if user is None else [],
            )
        until = time.monotonic() + LIMIT
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{self._command[0]} did not come up:\n{self._log.read_text(errors='replace')}")
            time.sleep(LOOK_EVERY)

    def stop(self) -> None:
        """Ends it gently."""
        self._end(self._gentle)

    def kill(self) -> None:
        """Ends it as a crash would."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """It stays connected and answers nothing."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on where it was frozen."""
        os.kill(self.pid, signal.SIGCONT)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGCONT)
            self._process.send_signal(how)
            try:
                self._process.wait(LIMIT)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(LIMIT)


class PrivatePostgres(Server):
    """`url` has a place for the database's name; `owner_password` is the file with the password of OWNER."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"postgresql+asyncpg:///{{}}?host={folder}"
        self.owner_password = folder / "owner"
        self._programs = _postgres_programs()
        self._user = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        self._initialise()
        options = {
            "listen_addresses": "", "unix_socket_directories": str(folder), "port": "5432", "fsync": "off",
            "full_page_writes": "off", "max_connections": "100",
        }  # fmt: skip
        command = [str(self._programs / "postgres"), "-D", str(folder / "data")]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        super().__init__(command, folder / "log", self._is_ready, signal.SIGINT)

    def start(self, user: pwd.struct_passwd | None = None) -> None:
        super().start(user or self._user)

    def _initialise(self) -> None:
        self.owner_password.touch(mode=0o600)
        self.owner_password.write_text(secrets.token_urlsafe(32))
        if self._user is not None:
            for path in (self.folder, self.owner_password):
                os.chown(path, self._user.pw_uid, self._user.pw_gid)
        self._run(
            "initdb", f"--pgdata={self.folder / 'data'}", f"--username={OWNER}", "--auth=scram-sha-256",
            f"--pwfile={self.owner_password}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip

    def _is_ready(self) -> bool:
        return self._run("pg_isready", "-q", "-h", str(self.folder), "-p", "5432", check=False) == 0

    def _run(self, program: str, *arguments: str, check: bool = True) -> int:
        user = self._user
        return subprocess.run(
            [str(self._programs / program), *arguments],
            check=check,
            cwd="/",
            stdout=subprocess.DEVNULL,
            timeout=LIMIT,
            user=None if user is None else user.pw_uid,
            group=None if user is None else user.pw_gid,
            extra_groups=None if user is None else [],
        ).returncode


class PrivateRedis(Server):
    """`url` is its address; everything it was told is in its append-only file."""

    def __init__(self, folder: Path) -> None:
        self._socket = folder / "redis.sock"
        self.url = f"unix://{self._socket}"
        command = [
            _program("redis-server"), "--port", "0", "--unixsocket", str(self._socket), "--unixsocketperm", "700",
            "--dir", str(folder), "--appendonly", "yes", "--save", "",
        ]  # fmt: skip
        super().__init__(command, folder / "log", self._is_ready, signal.SIGTERM)

    def _is_ready(self) -> bool:
        with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as client:
            client.settimeout(LIMIT)
            try:
                client.connect(str(self._socket))
                client.sendall(b"PING\r\n")
                return client.recv(64).startswith(b"+PONG")
            except OSError:
                return False


@contextmanager
def private_postgres() -> Iterator[PrivatePostgres]:
    """A fresh, running PostgreSQL."""
    with short_folder("pg-") as folder:
        server = PrivatePostgres(folder)
        try:
            server.start()
            yield server
        finally:
            server.stop()


@contextmanager
def private_redis() -> Iterator[PrivateRedis]:
    """A fresh, running Redis."""
    with short_folder("redis-") as folder:
        server = PrivateRedis(folder)
        try:
            server.start()
            yield server
        finally:
            server.stop()


@contextmanager
def short_folder(prefix: str) -> Iterator[Path]:
    """A folder whose unix sockets stay under 107 bytes, which those of pytest do not."""
    folder = Path(tempfile.mkdtemp(prefix=f"dw-{prefix}"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A port of 127.0.0.1 that is free for TCP and for UDP, and that nobody else takes before it is used: it is one of
    this process alone, and not of those that the kernel hands out to telephones and clients. RuntimeError where all are
    taken."""
    for port in islice(_own_ports(), _BLOCKS.step):
        with (
            closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as tcp,
            closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as udp,
            suppress(OSError),
        ):
            tcp.bind(("127.0.0.1", port))
            bound: int = tcp.getsockname()[1]
            udp.bind(("127.0.0.1", bound))
            return bound
    raise RuntimeError(f"none of {_BLOCKS.step} ports is free, the last of them {port}")


@cache
def _own_ports() -> Iterator[int]:
    """The ports of this process, again and again: a block is its own as long as it lives. Where other tests have all
    blocks, the kernel chooses (0)."""
    for low in _BLOCKS:
        with suppress(OSError):  # another process has it, of this user or another
            claim = (Path(tempfile.gettempdir()) / f"dw-ports-{low}").open("w")
            _claims.append(claim)
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return cycle(range(low, low + _BLOCKS.step))
    return repeat(0)


def _program(name: str) -> str:
    found = shutil.which(name, path=SYSTEM_PATH)
    if found is None:
        raise RuntimeError(f"{name} is missing; `make test` installs it")
    return found


def _postgres_programs() -> Path:
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return homes[-1] if homes else Path(_program("initdb")).resolve().parent
