"""Which Asterisk nodes there are: one, several beside each other on one machine, or those of a file."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from asterisk.settings import AsteriskSettings, Name, NodeAddress, Port
from kernel.errors import ConfigurationError

STEP: Final = 10
"""How far the ports of one node are from those of the next, where only their number is said."""

_Settings = TypeVar("_Settings", bound=AsteriskSettings)


class NodeEntry(BaseModel):
    """One `[[node]]` of the file. `trunks`: the carriers' trunks that it has, absent all of them. What is absent
    otherwise is as DENWABAN_* says, secrets lie in files named after the node."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    ari_port: Port
    ami_port: Port
    sip_port: Port
    sip_host: NodeAddress | None = None
    rtp_low: Port
    rtp_high: Port
    ari_password_file: Path | None = None
    ami_password_file: Path | None = None
    trunks: Annotated[tuple[Name, ...], Field(max_length=1000)] | None = None


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    node: Annotated[tuple[NodeEntry, ...], Field(min_length=1, max_length=64)]


def nodes(settings: _Settings) -> tuple[_Settings, ...]:
    """The settings of each node, the first one first. Raises ConfigurationError for a file that cannot be used."""
    if settings.nodes_file is not None:
        return tuple(_of_entry(settings, entry) for entry in _read(settings.nodes_file))
    if settings.nodes == 1:
        return (settings,)
    return tuple(_beside(settings, number) for number in range(1, settings.nodes + 1))


def mine(settings: _Settings) -> _Settings:
    """The settings of the node that DENWABAN_NODE names. Raises ConfigurationError when there is none."""
    for node in nodes(settings):
        if node.node == settings.node:
            return node
    raise ConfigurationError(f"there is no node {settings.node}")


def ari_ports(first: int, count: int, file: Path | None) -> tuple[int, ...]:
    """Where the nodes' HTTP servers are, for who knows no more of them. Raises ConfigurationError."""
    if file is not None:
        return tuple(entry.ari_port for entry in _read(file))
    return tuple(first + STEP * number for number in range(count))


def _beside(settings: _Settings, number: int) -> _Settings:
    """Node `number` of several on one machine: the first has the ports that were set, each next one's are higher."""
    shift, width = STEP * (number - 1), settings.rtp_high - settings.rtp_low + 1
    moved: dict[str, object] = {
        "node": f"node-{number}",
        "ari_port": settings.ari_port + shift,
        "ami_port": settings.ami_port + shift,
        "sip_port": settings.sip_port + shift,
        "rtp_low": settings.rtp_low + width * (number - 1),
        "rtp_high": settings.rtp_high + width * (number - 1),
    }
    highest = max(port for port in moved.values() if isinstance(port, int))
    if highest > 65_535:
        raise ConfigurationError(f"the ports of {settings.nodes} nodes do not fit: {highest} is none")
    return settings.model_copy(update=moved if number == 1 else {**moved, **_own(settings, f"node-{number}")})


def _of_entry(settings: _Settings, entry: NodeEntry) -> _Settings:
    first = entry == _read(settings.nodes_file)[0] if settings.nodes_file is not None else True
    told = entry.model_dump(exclude={"name", "trunks"}, exclude_none=True)
    own = {} if first else _own(settings, entry.name)
    return settings.model_copy(update={"node": entry.name, "node_trunks": entry.trunks, **own, **told})


def _own(settings: AsteriskSettings, name: str) -> dict[str, object]:
    """Folder and secrets of a node that is not the first."""
    secrets = settings.ari_password_file.parent
    return {
        "node_folder": f"asterisk-{name}",
        "ari_password_file": secrets / f"ari-{name}",
        "ami_password_file": secrets / f"ami-{name}",
    }


def _read(file: Path) -> tuple[NodeEntry, ...]:
    try:
        entries = _File.model_validate(tomllib.loads(file.read_text(encoding="utf-8"))).node
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise ConfigurationError(f"{file.name} does not say which nodes there are: {error}") from error
    names = [entry.name for entry in entries]
    if len(set(names)) != len(names):
        raise ConfigurationError(f"{file.name} names a node twice")
    return entries
