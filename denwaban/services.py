"""PostgreSQL and Redis as children: reached through unix sockets only, no port, no password on a command line."""

from __future__ import annotations

import asyncio
import os
import pwd
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from denwaban.build import fingerprint
from denwaban.child import ChildSpec
from denwaban.errors import ServiceFailed
from store.scram import scram_verifier
from store.secret_files import read_secret

DATABASE = "denwaban"
SUPERUSER = "postgres"
INITDB_LIMIT = 120.0
PROBE_LIMIT = 2.0
PORT = 5432
"""Only part of the socket's name; nothing listens on it."""


@dataclass(frozen=True, slots=True)
class Postgres:
    """One private PostgreSQL server."""

    programs: Path
    """Folder of initdb and postgres."""
    home: Path
    """Folder the data lie in; belongs to the server's user."""
    socket: Path
    """Folder of the socket."""
    password_file: Path
    """The superuser's password."""
    user: str | None = None
    """Who the server runs as; None: we ourselves."""
    durable: bool = True
    """False only for tests: a power loss may then cost the database."""

    @property
    def data(self) -> Path:
        """The data folder itself."""
        return self.home.resolve() / "data"

    def url(self, database: str = DATABASE) -> str:
        """Address for SQLAlchemy, without user and password."""
        return f"postgresql+asyncpg:///{database}?host={self.socket}"

    def spec(self, ready_limit: float = 60.0) -> ChildSpec:
        """The server as a child; recovery after a crash may take a while."""
        options = {
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": str(self.socket),
            "unix_socket_permissions": "0700",
            "shared_buffers": "64MB",
            "max_connections": "100",
            "log_timezone": "UTC",
            "timezone": "UTC",
        }
        if not self.durable:
            # The machine may not die, the server may: what was committed outlives it.
            options |= {"fsync": "off", "full_page_writes": "off"}
        command = [str(self.programs / "postgres"), "-D", str(self.data)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        return ChildSpec(
            name="postgres",
            command=command,
            build=fingerprint(command),
            user=self.user,
            ready=self.answers,
            ready_limit=ready_limit,
            stop_signal=signal.SIGINT,  # "fast": open transactions are rolled back, clients are told
            stop_limit=20.0,
            home=self.data,  # its processes outlive a killed server for a moment, and a new one refuses to start then
        )

    async def answers(self) -> bool:
        """Whether a query is answered."""
        try:
            async with asyncio.timeout(PROBE_LIMIT):
                connection = await self._connect()
                await connection.close()
        except (asyncpg.PostgresError, TimeoutError):
            return False  # starting up, or recovering
        return True

    def initialise(self) -> bool:
        """Make the data folder on the first run; True when it was made now. A half-made one is never used."""
        if self.data.exists():
            return False
        home = self.home.resolve()
        with tempfile.TemporaryDirectory(prefix="new-", dir=home) as folder:
            password = Path(folder) / "password"
            password.touch(mode=0o600)
            password.write_text(read_secret(self.password_file), encoding="ascii")
            if self.user is not None:
                account = pwd.getpwnam(self.user)
                for path in (Path(folder), password):
                    os.chown(path, account.pw_uid, account.pw_gid)
            self._initdb(Path(folder) / "data", password)
            (Path(folder) / "data").rename(self.data)
        return True

    def _initdb(self, data: Path, password: Path) -> None:
        command = [
            str(self.programs / "initdb"), f"--pgdata={data}", f"--username={SUPERUSER}", f"--pwfile={password}",
            "--auth-local=scram-sha-256", "--auth-host=reject", "--encoding=UTF8", "--locale=C.UTF-8",
            "--data-checksums", *([] if self.durable else ["--no-sync"]),
        ]  # fmt: skip
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=INITDB_LIMIT,
            check=False,
            cwd="/",
            user=self.user,
            group=None if self.user is None else pwd.getpwnam(self.user).pw_gid,
            extra_groups=None if self.user is None else [],
        )
        if done.returncode != 0:
            raise ServiceFailed(f"initdb failed:\n{done.stdout}{done.stderr}")

    async def provide(self, password: str, role: str, database: str = DATABASE) -> None:
        """Have a role with this password that owns its database and may create roles; again it changes nothing."""
        connection = await self._connect()
        try:
            if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
                await connection.execute(f'CREATE ROLE "{role}" LOGIN CREATEROLE NOSUPERUSER')
            await connection.execute(f"ALTER ROLE \"{role}\" PASSWORD '{scram_verifier(password)}'")
            if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
                await connection.execute(f'CREATE DATABASE "{database}" OWNER "{role}"')
        finally:
            await connection.close()

    async def _connect(self) -> asyncpg.Connection:
        return await asyncpg.connect(
            host=str(self.socket),
            port=PORT,
            user=SUPERUSER,
            database=SUPERUSER,
            password=read_secret(self.password_file),
            timeout=PROBE_LIMIT,
        )


@dataclass(frozen=True, slots=True)
class RedisServer:
    """One private Redis server."""

    program: Path
    data: Path
    socket: Path

    @property
    def url(self) -> str:
        """Address for redis-py."""
        return f"unix://{self.socket}"

    def spec(self) -> ChildSpec:
        """The server as a child; every command is in the append-only file within a second."""
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "appendonly": "yes",
            "save": "",
            "daemonize": "no",
            "logfile": "",
        }
        command = [str(self.program)]
        for name, value in options.items():
            command += [f"--{name}", value]
        return ChildSpec(name="redis", command=command, build=fingerprint(command), ready=self.answers, stop_limit=10.0)

    async def answers(self) -> bool:
        """Whether PING is answered (it is not while the append-only file is read)."""
        reader, writer = await asyncio.open_unix_connection(self.socket)
        try:
            writer.write(b"PING\r\n")
            async with asyncio.timeout(PROBE_LIMIT):
                return await reader.readline() == b"+PONG\r\n"
        except TimeoutError:
            return False
        finally:
            writer.close()
            await writer.wait_closed()
