"""var/demo.json: all that somebody outside needs to use a seeded platform, and the only place with its passwords.

Its shape is docs/demo.schema.json.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from kernel.errors import ConfigurationError

NAME: Final = "demo.json"
_SECRET_BYTES: Final = 24


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Place(_Part):
    """An address and a port."""

    host: str
    port: int


class Carrier(_Part):
    """The trunk: the peer at `address` sends its INVITEs to `sends_to`."""

    address: str
    sends_to: Place


class Login(_Part):
    """What POST /login takes; `tenant` is `platform` for whoever runs the platform."""

    tenant: str
    login: str
    password: str


class Sip(_Part):
    """What a phone registers with."""

    username: str
    password: str


class Number(_Part):
    """A called number and what it does; `spellings` are all the ways the carrier may write it."""

    number: str
    spellings: tuple[str, ...]
    flow: str
    queue: str | None
    does: str


class Queue(_Part):
    """A queue's id and name."""

    id: str
    name: str


class Agent(_Part):
    """An agent: how he logs in ("": he has no login), how his phone registers, which queues he serves."""

    id: str
    name: str
    login: str
    password: str
    sip: Sip
    queues: tuple[str, ...]


class Tenant(_Part):
    """A seeded tenant."""

    id: str
    name: str
    tariffs: tuple[str, ...]
    admin: Login
    supervisor: Login
    numbers: tuple[Number, ...]
    queues: tuple[Queue, ...]
    agents: tuple[Agent, ...]

    def agent_login(self, agent: Agent) -> Login:
        """What the agent logs in with."""
        return Login(tenant=self.id, login=agent.login, password=agent.password)


class DemoFile(_Part):
    """The whole file."""

    api: str
    sip: Place
    carrier: Carrier
    platform: Login
    tenants: tuple[Tenant, ...]

    def tenant(self, tenant: str) -> Tenant | None:
        """A tenant by its id."""
        return next((known for known in self.tenants if known.id == tenant), None)


def read(path: Path) -> DemoFile | None:
    """The file, or None when there is none yet. Raises ConfigurationError when it is not what was written."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        return DemoFile.model_validate_json(data)
    except ValidationError as error:
        places = ", ".join(".".join(map(str, flaw["loc"])) for flaw in error.errors(include_input=False))
        raise ConfigurationError(f"{path} cannot be read ({places}); remove it to have new passwords made") from None


def write(path: Path, demo: DemoFile) -> bool:
    """Write the file (0600, whole or not at all); False when it already says so."""
    data = (demo.model_dump_json(indent=2) + "\n").encode()
    try:
        if path.read_bytes() == data and path.stat().st_mode & 0o777 == 0o600:
            return False
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)  # 0600
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.rename(name, path)
    return True


def fresh_secret() -> str:
    """192 random bits that may stand in a SIP password and a JSON string."""
    return secrets.token_urlsafe(_SECRET_BYTES)
