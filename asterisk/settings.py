"""Where Asterisk is, which ports it may use and who may talk to it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Port = Annotated[int, Field(ge=1, le=65535)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+$", max_length=64)]
NodeAddress = Annotated[str, Field(pattern=r"^[0-9A-Fa-f.:]+$")]
Address = Annotated[str, Field(pattern=r"^[0-9A-Fa-f.:]+(/[0-9]+)?$")]


class Trunk(BaseModel):
    """A carrier that stands in the rendered configuration, so that its callers are kept when no controller lives.

    `match` are the only source addresses it is recognised by; `contact` is where it is called and qualified.
    """

    model_config = ConfigDict(frozen=True)

    name: Name
    match: tuple[Address, ...] = Field(min_length=1)
    contact: Annotated[str, Field(pattern=r"^sip:[A-Za-z0-9_.+-]*@?[A-Za-z0-9.:-]+$")] | None = None


def _below_var(*parts: str) -> Any:
    return Field(default_factory=lambda data: data["var"].joinpath(*parts))


class AsteriskSettings(BaseSettings):
    """Settings of one Asterisk node, read from DENWABAN_*; ARI and AMI always stand on 127.0.0.1."""

    model_config = SettingsConfigDict(env_prefix="DENWABAN_", extra="ignore", frozen=True)

    var: Path = Field(default=Path("var"), validate_default=True)
    node: Name = "node-1"
    """The name of this Asterisk; of several, which one a process is to be."""
    nodes: Annotated[int, Field(ge=1, le=16)] = 1
    """How many Asterisk nodes run beside each other, named node-1, node-2 …; the ports of each are 10 above those of
    the one before, its RTP ports follow on. Phones may register at any of them, callers may arrive at any."""
    nodes_file: Path | None = None
    """A TOML file that says which nodes there are instead: a table `[[node]]` each, with name, ari_port, ami_port,
    sip_port, rtp_low, rtp_high, and, where they differ, sip_host, ari_password_file, ami_password_file, and trunks: the
    carriers' trunks that it has (all, when absent)."""
    node_folder: Name = "asterisk"
    """Where below DENWABAN_VAR this Asterisk's own files lie."""
    node_trunks: tuple[Name, ...] | None = None
    """The carriers' trunks that this node has; None: all of them."""
    app: Name = "denwaban-00"

    asterisk_dir: Path | None = None
    """The tree of an unpacked Asterisk, or `/` for the system's own; None: the newest in the cache folder."""

    ari_port: Port = 8801
    ari_user: Name = "denwaban"
    ari_password_file: Path = _below_var("secrets", "ari")
    ami_port: Port = 8802
    ami_user: Name = "denwaban"
    ami_password_file: Path = _below_var("secrets", "ami")

    sip_host: Address = "127.0.0.1"
    sip_port: Port = 5062
    rtp_low: Port = 30000
    rtp_high: Port = 31999
    trunks: tuple[Trunk, ...] = ()
    """Carriers that a fresh Asterisk knows before a controller has come; all others are put over the API."""

    arrival_lease: Annotated[int, Field(ge=1, le=600)] = 60
    """Seconds a caller stays with a controller that does not renew its lease (asterisk.md section 3)."""
    fallback_round: Annotated[int, Field(ge=1, le=600)] = 20
    """Seconds of music between two attempts of the fallback to reach the controller."""
    fallback_limit: Annotated[int, Field(ge=1)] = 7200
    """Seconds a caller is kept by the fallback in total."""

    with_app_queue: bool = False
    """Load app_queue too: only for measuring against it."""
    extra_conf: Path | None = None
    """A folder with extensions.d/*.conf, queues.d/*.conf and pjsip.d/*.conf to include; None: nothing."""

    @field_validator("var")
    @classmethod
    def _absolute(cls, var: Path) -> Path:
        return var.absolute()

    @property
    def linked(self) -> bool:
        """Whether there are other nodes, with which calls are exchanged."""
        return self.nodes > 1 or self.nodes_file is not None

    @property
    def ari_url(self) -> str:
        """Where the ARI WebSocket is, without app and credentials."""
        return f"ws://127.0.0.1:{self.ari_port}/ari/events"
