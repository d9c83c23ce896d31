"""Where Redis is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class BusSettings(BaseSettings):
    """Settings of Redis, read from DENWABAN_*."""

    model_config = SettingsConfigDict(env_prefix="DENWABAN_", extra="ignore", frozen=True)

    var: Path = Field(default=Path("var"), validate_default=True)

    redis_url: Annotated[str, Field(pattern=r"^(unix|redis|rediss)://")] = Field(
        default_factory=lambda data: f"unix://{data['var'] / 'run' / 'redis.sock'}"
    )
    """Two platforms on one server need two numbers of database (`?db=1`, `/1`): it is part of every channel's name."""

    @field_validator("var")
    @classmethod
    def _absolute(cls, var: Path) -> Path:
        return var.absolute()
