"""Fetch Asterisk: Debian sid's packages unpacked into a folder of their own and started there by their own loader."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from denwaban.setup import packages, progress
from denwaban.setup.errors import SetupFailed
from denwaban.setup.mirror import find_mirror
from denwaban.setup.programs import MMDEBSTRAP

NEEDED = (22, 10, 1)
"""The first release of the 22 series without the known ways to silence its SIP transport (asterisk.md section 1)."""
PACKAGES = ("asterisk", "asterisk-moh-opsound-wav", "asterisk-core-sounds-en")
LOADERS = ("usr/lib64/ld-linux-*.so.*", "usr/lib/ld-linux-*.so.*")

Version = tuple[int, int, int]


def cache_folder() -> Path:
    """Where unpacked trees are kept, outside any clone so that clones share them."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "denwaban"


def ensure() -> None:
    """Have an Asterisk that is new enough: the one DENWABAN_ASTERISK_DIR names, the cache's, the system's, or fetch it.

    Raises SetupFailed when the named one is missing or too old, or when no mirror carries a new one.
    """
    named = os.environ.get("DENWABAN_ASTERISK_DIR", "")
    if named:
        version = read_version(Path(named))
        if version is None or version < NEEDED:
            raise SetupFailed(
                f"DENWABAN_ASTERISK_DIR names {named}, which holds {_say(version)}; {_say(NEEDED)} or newer is needed."
            )
        return
    cache = cache_folder()
    if find_tree(cache) is not None or (read_version(Path("/")) or (0, 0, 0)) >= NEEDED:
        return
    packages.ensure([MMDEBSTRAP])
    cache.mkdir(parents=True, exist_ok=True)
    handle = os.open(cache, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)  # a second set-up waits here and then finds the tree
        if find_tree(cache) is None:
            fetch(cache)
    finally:
        os.close(handle)


def find_tree(cache: Path) -> Path | None:
    """The newest complete tree in the cache folder that is new enough; None when there is none."""
    found = [(version, tree) for tree in cache.glob("asterisk-*") if (version := _named_version(tree)) >= NEEDED]
    return next((tree for _, tree in sorted(found, reverse=True) if is_complete(tree)), None)


def is_complete(tree: Path) -> bool:
    """Whether program, loader, sounds and music are all in the tree."""
    share = tree / "usr/share/asterisk"
    return (
        (tree / "usr/sbin/asterisk").exists()
        and find_loader(tree) is not None
        and any((share / "moh").glob("*"))
        and (share / "rest-api").is_dir()
        and any((share / "sounds").glob("en*"))
    )


def find_loader(tree: Path) -> Path | None:
    """The tree's own dynamic loader."""
    return next((path for pattern in LOADERS for path in sorted(tree.glob(pattern))), None)


def fetch(cache: Path) -> Path:
    """Unpack the packages beside the final place and rename, so that nobody ever sees half a tree."""
    mirror = os.environ.get("DENWABAN_DEBIAN_MIRROR") or find_mirror()
    if not mirror:
        raise SetupFailed(
            "apt names no Debian mirror. Set DENWABAN_DEBIAN_MIRROR,"
            " or DENWABAN_ASTERISK_DIR to an installed Asterisk 22."
        )
    with tempfile.TemporaryDirectory(prefix=".asterisk-", dir=cache, ignore_cleanup_errors=True) as folder:
        unpacked = Path(folder) / "tree"
        progress.run("Asterisk 22 (about 270 MB)", command(unpacked, mirror), fraction=_fraction)
        version = read_version(unpacked)
        if version is None or version < NEEDED:
            raise SetupFailed(f"The mirror brought {_say(version)}; {_say(NEEDED)} or newer is needed.")
        final = cache / f"asterisk-{'.'.join(map(str, version))}"
        if final.exists():  # an incomplete one: find_tree would have taken it otherwise
            shutil.rmtree(final)
        unpacked.rename(final)
    if not is_complete(final):
        raise SetupFailed(f"The Asterisk that was fetched lacks parts; look into {final}.")
    return final


def command(target: Path, mirror: str) -> list[str]:
    """The call of mmdebstrap: unpack only, run no maintainer script, need no root."""
    mode = "root" if os.geteuid() == 0 else "chrootless"
    return [
        "mmdebstrap", f"--mode={mode}", "--variant=extract", f"--include={','.join(PACKAGES)}",
        "--aptopt=Acquire::Check-Valid-Until \"false\"", "--aptopt=Acquire::Retries \"3\"",
        "--skip=output/dev", "sid", str(target), mirror,
    ]  # fmt: skip


def read_version(tree: Path) -> Version | None:
    """Ask the program itself; None when it is not there or does not start."""
    program = tree / "usr/sbin/asterisk"
    loader = find_loader(tree)
    if not program.exists() or loader is None:
        return None
    libraries = ":".join(str(path) for path in sorted((tree / "usr/lib").glob("*-linux-gnu*")))
    try:
        answer = subprocess.run(
            [loader, "--library-path", libraries, program, "-V"],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return parse_version(answer.stdout)


def parse_version(text: str) -> Version | None:
    """The version in `Asterisk 22.10.1+dfsg…`."""
    match = re.search(r"(\d+)\.(\d+)\.(\d+)", text)
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def _named_version(tree: Path) -> Version:
    return parse_version(tree.name) or (0, 0, 0)


def _say(version: Version | None) -> str:
    return f"Asterisk {'.'.join(map(str, version))}" if version else "no Asterisk"


def _fraction(line: str) -> float | None:
    """mmdebstrap names its phases on lines of their own."""
    phases = {"running apt-get update": 0.1, "downloading packages": 0.3, "extracting archives": 0.7, "success in": 1.0}
    return next((share for phase, share in phases.items() if phase in line), None)
