"""Build the pages for browsers: JsSIP by npm exactly as web/package-lock.json says, then one file for each page."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from denwaban.setup import packages, progress
from denwaban.setup.errors import SetupFailed
from denwaban.setup.programs import NPM, find_program

BUILT = (Path("built") / "phone.js", Path("built") / "supervisor.js")
STAMP = Path("built") / "made-from"
SOURCES = ("*.js", "package.json", "package-lock.json")


def ensure(web: Path) -> None:
    """Have `web/built` made from what lies in `web`; nothing is done when it is.

    Raises SetupFailed when npm cannot be had, or cannot fetch or build.
    """
    wanted = fingerprint(web)
    if is_built(web, wanted):
        return
    packages.ensure([NPM])
    npm = find_program("npm")
    if npm is None:
        raise SetupFailed("npm is not found though it was installed.")
    command = [str(npm), "--prefix", str(web)]
    # Node brings certificates of its own; a machine behind a company's proxy has the right ones in the system's store.
    env = {"NODE_OPTIONS": "--use-openssl-ca", **os.environ}
    progress.run("pages for browsers", [*command, "ci", "--no-audit", "--no-fund"], env=env)
    progress.run("pages for browsers, each in one file", [*command, "run", "build"])
    (web / STAMP).write_text(wanted + "\n", encoding="utf-8")


def is_built(web: Path, wanted: str) -> bool:
    """Whether the pages there are made from these sources."""
    stamp = web / STAMP
    if not all((web / page).exists() for page in (*BUILT, STAMP)):
        return False
    return stamp.read_text(encoding="utf-8").strip() == wanted


def fingerprint(web: Path) -> str:
    """Names the content of everything that goes into the pages."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in SOURCES for path in web.glob(pattern)):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
