"""Which tariffs are known besides those that come with the platform."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class TariffSettings(BaseSettings):
    """Settings of the tariffs, read from DENWABAN_* by every process and by the command line."""

    model_config = SettingsConfigDict(env_prefix="DENWABAN_", extra="ignore", frozen=True)

    tariffs: str = ""
    """Tables besides the packaged ones: TOML files, or folders of them, with `:` between; see tariffs.md."""

    def files(self) -> tuple[Path, ...]:
        """Every file that is meant; of a folder those that end in `.toml`."""
        named = [Path(one) for one in self.tariffs.split(os.pathsep) if one]
        return tuple(file for one in named for file in (sorted(one.glob("*.toml")) if one.is_dir() else [one]))
