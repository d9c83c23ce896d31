"""At the start: whatever announcements of tenants are missing in their folder are made again, one after another."""

from __future__ import annotations

import structlog

from store.announcements import Announcements
from store.config import ConfigStore

_log = structlog.get_logger()


async def announce(configs: ConfigStore, announcements: Announcements) -> None:
    """Have the files of every announcement in force; what cannot be spoken is told in the log, by id alone."""
    for config in await configs.load_all():
        for prompt, why in (await announcements.ensure_all(config)).items():
            _log.error("an announcement cannot be made", tenant=config.tenant, prompt=prompt, why=why)
