"""What `denwaban run` may be told: where things lie, which ports it takes, which installed servers it uses."""

from __future__ import annotations

from pathlib import Path

from api.settings import ApiSettings
from controller.settings import ControllerSettings


class RunSettings(ControllerSettings, ApiSettings):
    """Settings of the supervisor, read from DENWABAN_*; the processes it starts are told the same ones."""

    postgres_bin: Path | None = None
    """Folder with `initdb` and `postgres`; None: the newest that Debian's packages brought."""
    redis_server: Path | None = None
    """The program `redis-server`; None: the installed one."""

    @property
    def has_own_database(self) -> bool:
        """Whether DENWABAN_DATABASE_URL names a server of yours; otherwise the supervisor starts one."""
        return "database_url" in self.model_fields_set

    @property
    def has_own_redis(self) -> bool:
        """Whether DENWABAN_REDIS_URL names a server of yours; otherwise the supervisor starts one."""
        return "redis_url" in self.model_fields_set
