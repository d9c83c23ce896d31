"""The settings of the api: where it listens, what it signs tokens with, and those of the adapters it uses."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from bus.settings import BusSettings
from store.settings import StoreSettings

Port = Annotated[int, Field(ge=1, le=65535)]


def _below_var(*parts: str) -> Any:
    return Field(default_factory=lambda data: data["var"].joinpath(*parts))


class ApiSettings(StoreSettings, BusSettings):
    """Settings of the process for people, read from DENWABAN_*."""

    api_host: Annotated[str, Field(pattern=r"^127\.[0-9.]+$|^::1$")] = "127.0.0.1"
    """Loopback only: a proxy with a certificate stands in front of it."""
    api_port: Port = 8800
    controller_port: Port = 8803
    """Where the controller of this machine answers /ready."""
    ari_port: Port = 8801
    """Where Asterisk's HTTP server is: browsers' phones are relayed to its /ws."""
    nodes: Annotated[int, Field(ge=1, le=16)] = 1
    nodes_file: Path | None = None
    """Of several nodes, browsers' phones are relayed to the first that takes them."""
    ice_servers: tuple[Annotated[str, Field(pattern=r"^(stuns?|turns?):[A-Za-z0-9.:?=_-]+$")], ...] = ()
    """STUN or TURN servers for phones in browsers; none are needed where they reach DENWABAN_SIP_HOST."""
    web_dir: Path = Path(__file__).parents[1] / "web"
    """Where the pages for browsers lie, built."""
    token_key_file: Path = _below_var("secrets", "token_key")
    recordings_dir: Path = _below_var("recordings")
    prompts_dir: Path = _below_var("prompts")
    """Where tenants' own announcements are spoken to; Asterisk plays them from there."""
    invoice_font: Path = Path("/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf")
    """The font of printed invoices; Debian's fonts-ipaexfont-gothic brings it."""
