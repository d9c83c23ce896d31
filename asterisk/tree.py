"""Finds an Asterisk that is new enough and knows how to start it in place."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kernel.errors import ConfigurationError

LEAST: Final = (22, 10, 1)
"""22.10.1 closes the advisories named in asterisk.md section 1."""
_VERSION: Final = re.compile(r"(\d+)\.(\d+)\.(\d+)")
_HELP: Final = "run `make run` to fetch one, or let DENWABAN_ASTERISK_DIR name an unpacked tree (or / for the system's)"


@dataclass(frozen=True, slots=True)
class Tree:
    """An Asterisk: how to run it, and the folders of what it brings along."""

    command: tuple[str, ...]
    sbin: Path
    modules: Path
    data: Path
    version: tuple[int, int, int]

    @property
    def music(self) -> Path:
        """The folder of the music on hold."""
        return self.data / "moh"


def find(asterisk_dir: Path | None) -> Tree:
    """The tree of the setting, else the newest in the cache folder, else the system's own.

    ConfigurationError when there is none, or none new enough.
    """
    if asterisk_dir is not None:
        return _checked(_open(asterisk_dir))
    cached = sorted(_cache().glob("asterisk-22.*"), key=lambda path: _numbers(path.name), reverse=True)
    for root in cached:
        if (root / "usr/sbin/asterisk").exists():
            return _checked(_open(root))
    if shutil.which("asterisk") is not None:
        return _checked(_open(Path("/")))
    raise ConfigurationError(f"no Asterisk found in {_cache()}; {_HELP}")


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "denwaban"


def _open(root: Path) -> Tree:
    binary = root / "usr/sbin/asterisk"
    modules = next(iter(sorted(root.glob("usr/lib/*-linux-gnu*/asterisk/modules"))), root / "usr/lib/asterisk/modules")
    if not binary.exists() or not modules.is_dir():
        raise ConfigurationError(f"{root} holds no Asterisk; {_HELP}")
    command = (str(binary),) if root == Path("/") else _in_place(root, binary, modules.parent.parent)
    data = next(
        (path for path in (root / "usr/share/asterisk", root / "var/lib/asterisk") if (path / "rest-api").is_dir()),
        root / "usr/share/asterisk",
    )
    return Tree(command, binary.parent, modules, data, _version(command))


def _in_place(root: Path, binary: Path, libraries: Path) -> tuple[str, ...]:
    """The tree's own loader and libraries, so that nothing of the machine's is mixed in."""
    loaders = sorted([*libraries.glob("ld-linux*.so.*"), *root.glob("usr/lib64/ld-linux*.so.*")])
    if not loaders:
        raise ConfigurationError(f"{root} has no loader; {_HELP}")
    return (str(loaders[0]), "--library-path", str(libraries), str(binary))


def _version(command: tuple[str, ...]) -> tuple[int, int, int]:
    try:
        told = subprocess.run([*command, "-V"], capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise ConfigurationError(f"{command[-1]} does not start: {error}; {_HELP}") from error
    return _numbers(told)


def _numbers(text: str) -> tuple[int, int, int]:
    found = _VERSION.search(text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else (0, 0, 0)


def _checked(tree: Tree) -> Tree:
    if tree.version < LEAST:
        have, least = (".".join(map(str, version)) for version in (tree.version, LEAST))
        raise ConfigurationError(f"Asterisk {have} is too old, {least} is the least; {_HELP}")
    return tree
