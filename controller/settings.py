"""The settings of the controller: those of the adapters it speaks through, and its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from asterisk.settings import AsteriskSettings
from bus.settings import BusSettings
from store.settings import StoreSettings


def _below_var(*parts: str) -> Any:
    return Field(default_factory=lambda data: data["var"].joinpath(*parts))


class ControllerSettings(AsteriskSettings, StoreSettings, BusSettings):
    """Settings of the process that runs calls, read from DENWABAN_*."""

    journal_dir: Path = _below_var("journal")
    prompts_dir: Path = _below_var("prompts")
    controller_port: Annotated[int, Field(ge=1, le=65535)] = 8803
    """Where the controller answers /ready and /metrics, on 127.0.0.1."""
    node_key_file: Path = _below_var("secrets", "nodes")
    """What the credentials are made of with which several Asterisk nodes call each other."""
    node_patience: Annotated[float, Field(ge=0, le=86_400)] = 60.0
    """Seconds after which calls of an Asterisk that is not reached are given up, where there are others; 0: never."""
    lease_seconds: Annotated[float, Field(ge=2, le=600)] = 10.0
    """How long nobody else may act for our shards after our last sign of life."""
    seat_grace: Annotated[float, Field(ge=0, le=86_400)] = 60.0
    """Seconds for which both an agent's live connection and his phone may be gone before his seat is given back; 0:
    it never is."""
    trunk_silence: Annotated[float, Field(ge=0, le=6)] = 1.0
    """Seconds for which a trunk may leave a call out without any response, 100 included, before the next trunk of the
    line is tried; the last one is given the 6.4 s of SIP itself. 0: every trunk is."""
    snapshot_facts: Annotated[int, Field(ge=1)] = 10_000
    """A floor is saved once so many facts have passed since it was saved last: a restart replays no more than these."""
    journal_limit: Annotated[int, Field(ge=1)] = 4 << 30
    """Bytes of journal that may wait for a database that is away; beyond these no new call is taken."""
    journal_reserve: Annotated[int, Field(ge=0)] = 256 << 20
    """Bytes of the journal's disk that new calls leave free for those that run."""
    calendar: Path | None = None
    """For tests and rehearsals: a file that may hold an RFC 3339 moment by which opening hours are judged instead of
    the present one; None in production."""
    fault: Path | None = None
    """For tests: a file that may name a step of a call's path, `step:count`, at which to die; None in production."""
