"""Where the database is, and in which files the passwords of its three roles and the key of personal data lie."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PLATFORM_ROLE: Final = "denwaban_platform"
"""Crosses tenants: the controller, the worker and the platform's own routes."""
TENANT_ROLE: Final = "denwaban_tenant"
"""Sees the rows of the one tenant that its transaction names: the api."""


def _below_var(*parts: str) -> Any:
    return Field(default_factory=lambda data: data["var"].joinpath(*parts))


class StoreSettings(BaseSettings):
    """Settings of PostgreSQL, read from DENWABAN_*. Passwords are never part of the URL."""

    model_config = SettingsConfigDict(env_prefix="DENWABAN_", extra="ignore", frozen=True)

    var: Path = Field(default=Path("var"), validate_default=True)

    database_url: Annotated[str, Field(pattern=r"^postgresql\+asyncpg://[^@]*$")] = Field(
        default_factory=lambda data: f"postgresql+asyncpg:///denwaban?host={data['var'] / 'run'}"
    )
    """Server and database, without user and password; `host` may be the folder of a unix socket."""
    database_owner: Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]*$")] = "denwaban_owner"
    """Owns the tables and may create roles; used by `store.migrate` only."""
    database_password_file: Path = _below_var("secrets", "database")
    database_platform_password_file: Path = _below_var("secrets", "database_platform")
    database_tenant_password_file: Path = _below_var("secrets", "database_tenant")
    personal_key_file: Path = _below_var("secrets", "personal_key")

    @field_validator("var")
    @classmethod
    def _absolute(cls, var: Path) -> Path:
        return var.absolute()
