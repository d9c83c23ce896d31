"""Says whether the journal has room for another call: when it has not, new calls are turned away and none is lost."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import structlog

log = structlog.get_logger()


class Disk:
    """The journal's room. Calls that run go on writing into the reserve; only new ones are refused.

    `behind`: bytes of journal the database does not have yet; at most `limit` of them are kept. `reserve`: bytes of the
    disk that must be free.
    """

    def __init__(self, folder: Path, behind: Callable[[], int], limit: int, reserve: int) -> None:
        self._folder = folder
        self._behind = behind
        self._limit = limit
        self._reserve = reserve
        self._full = False
        self.refused = 0
        """Calls turned away for want of room."""

    def takes_a_call(self) -> bool:
        """Whether another call may begin; a no is counted, and said once in the log."""
        behind, free = self._behind(), _free(self._folder)
        full = behind >= self._limit or free < self._reserve
        if full and not self._full:
            log.error("no room for the facts of new calls: they are refused", behind=behind, free=free)
        elif self._full and not full:
            log.info("there is room for new calls again", behind=behind, free=free)
        self._full = full
        self.refused += full
        return not full


def _free(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize
