"""What `denwaban run` may be told: where things lie, which ports it takes, which installed servers it uses."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from asterisk.settings import AsteriskSettings, Trunk

Port = Annotated[int, Field(ge=1, le=65535)]

DEMO_TRUNK = Trunk(name="carrier", match=("127.0.0.2",))
"""The demo's carrier is whoever sends from this address; nothing outside this machine can."""


class RunSettings(AsteriskSettings):
    """Settings of the supervisor, read from DENWABAN_*; the processes it starts are told the same ones."""

    api_host: str = "127.0.0.1"
    """Address the API listens on."""
    api_port: Port = 8800

    database_url: str | None = None
    """A PostgreSQL server of yours (postgresql+asyncpg://…, without a password); None: a child of the supervisor."""
    database_password_file: Path | None = None
    """File with the password for database_url; None: var/secrets/database."""
    postgres_bin: Path | None = None
    """Folder with `initdb` and `postgres`; None: the newest that Debian's packages brought."""

    redis_url: str | None = None
    """A Redis server of yours (redis://… or unix://…); None: a child of the supervisor."""
    redis_server: Path | None = None
    """The program `redis-server`; None: the installed one."""

    trunks: tuple[Trunk, ...] = (DEMO_TRUNK,)
