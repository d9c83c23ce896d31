"""Find the programs of other projects that denwaban starts, and name the setting that points at one elsewhere."""

from __future__ import annotations

import ctypes.util
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

POSTGRES_HOMES = Path("/usr/lib/postgresql")
"""Where Debian keeps the server programs of each PostgreSQL version."""
SYSTEM_FOLDERS = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")


def find_program(name: str) -> Path | None:
    """A program by its name, also when the search path of this user leaves out the system's folders."""
    path = os.pathsep.join([os.environ.get("PATH", ""), *SYSTEM_FOLDERS])
    found = shutil.which(name, path=path)
    return Path(found) if found else None


def find_postgres(named: Path | None = None) -> Path | None:
    """The folder with `initdb` and `postgres`: the named one, else the newest installed; None when there is none."""
    if named is not None:
        return named if (named / "initdb").exists() and (named / "postgres").exists() else None
    versions = sorted(POSTGRES_HOMES.glob("[0-9]*/bin/initdb"), key=lambda found: _number(found.parent.parent.name))
    if versions:
        return versions[-1].parent
    initdb = find_program("initdb")
    return initdb.resolve().parent if initdb else None


def find_redis(named: Path | None = None) -> Path | None:
    """The program `redis-server`: the named one, else the installed one; None when there is none."""
    if named is not None:
        return named if os.access(named, os.X_OK) else None
    return find_program("redis-server")


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def _named(setting: str) -> Path | None:
    value = os.environ.get(setting, "")
    return Path(value) if value else None


@dataclass(frozen=True)
class Need:
    """A program of another project: how it is seen, which Debian package brings it, which setting names another."""

    what: str
    package: str
    present: Callable[[], bool]
    setting: str | None = None


def _program(what: str, package: str, name: str) -> Need:
    return Need(what, package, lambda: find_program(name) is not None)


POSTGRES = Need(
    "PostgreSQL 15 or newer",
    "postgresql",
    lambda: find_postgres(_named("DENWABAN_POSTGRES_BIN")) is not None,
    "DENWABAN_POSTGRES_BIN (folder of initdb and postgres) or DENWABAN_DATABASE_URL (a server of yours)",
)
REDIS = Need(
    "Redis 7 or newer",
    "redis-server",
    lambda: find_redis(_named("DENWABAN_REDIS_SERVER")) is not None,
    "DENWABAN_REDIS_SERVER (the program) or DENWABAN_REDIS_URL (a server of yours)",
)
SPEECH = _program("espeak-ng, which speaks English announcements", "espeak-ng", "espeak-ng")
MMDEBSTRAP = Need(
    "mmdebstrap, which fetches Asterisk",
    "mmdebstrap",
    lambda: find_program("mmdebstrap") is not None,
    "DENWABAN_ASTERISK_DIR (an unpacked Asterisk 22, or / for the system's)",
)

NPM = _program("npm, which fetches and builds the pages for browsers", "npm", "npm")

INVOICE_FONT = Path("/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf")
FONT = Need(
    "IPAex Gothic, the font of printed invoices",
    "fonts-ipaexfont-gothic",
    lambda: (_named("DENWABAN_INVOICE_FONT") or INVOICE_FONT).is_file(),
    "DENWABAN_INVOICE_FONT (another font with Japanese letters)",
)
PANGO = Need(
    "Pango, which lays out printed invoices",
    "libpangoft2-1.0-0",
    lambda: ctypes.util.find_library("pangoft2-1.0") is not None,
)

FOR_RUN = (POSTGRES, REDIS, SPEECH, FONT, PANGO)
FOR_TEST = (
    *FOR_RUN,
    _program("SIPp, which plays carriers and phones", "sip-tester", "sipp"),
    _program("baresip, a phone", "baresip", "baresip"),
    _program("sox, which makes and reads sound", "sox", "sox"),
    _program("tshark, which reads SIP and RTP from the wire", "tshark", "tshark"),
    _program("Chromium, an agent's browser", "chromium", "chromium"),
    _program("bubblewrap, which starts the processes with a read-only root", "bubblewrap", "bwrap"),
)
