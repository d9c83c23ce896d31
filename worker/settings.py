"""The settings of the worker: where recordings come from and go to, and those of the adapters it uses."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from bus.settings import BusSettings
from store.settings import StoreSettings


def _below_var(*parts: str) -> Any:
    return Field(default_factory=lambda data: data["var"].joinpath(*parts))


class WorkerSettings(StoreSettings, BusSettings):
    """Settings of the process for work that may wait, read from DENWABAN_*."""

    spool_dir: Path = _below_var("asterisk", "spool", "recording")
    """Where the switch leaves the two sides of each recording."""
    recordings_dir: Path = _below_var("recordings")
    prompts_dir: Path = _below_var("prompts")
    """Where tenants' announcements are made again that are missing there."""
    issuer_name: str = "denwaban"
    """Who issues invoices, by name."""
    issuer_registration: Annotated[str, Field(pattern=r"^(T\d{13})?$")] = ""
    """Registration number of a qualified invoice issuer [登録番号]: T and 13 digits; without it none is printed."""
    issuer_address: str = ""
