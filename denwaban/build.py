"""Name what a child was built from, so that a later supervisor knows whether it may adopt it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOMS = (
    "kernel", "acd", "ivr", "recording", "reports", "asterisk", "store", "bus",
    "controller", "api", "worker", "denwaban",
)  # fmt: skip
SOURCES = frozenset({".py", ".toml", ".sql", ".j2", ".conf", ".json"})


def fingerprint(parts: Iterable[str]) -> str:
    """A short name for a list of texts; any change changes it."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode(errors="surrogateescape") + b"\0")
    return digest.hexdigest()[:16]


def of_sources(root: Path = ROOT) -> str:
    """Names the product's code and the libraries it is locked to."""
    digest = hashlib.sha256()
    files = [root / "requirements.txt"]
    for room in ROOMS:
        files += sorted(path for path in (root / room).rglob("*") if path.suffix in SOURCES)
    for path in files:
        if path.is_file():
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def of_process(command: Sequence[str], env: Mapping[str, str], sources: str) -> str:
    """Names one of our own processes: its code, its command and every setting it sees."""
    seen = {name: value for name, value in os.environ.items() if name.startswith("DENWABAN_")} | dict(env)
    return fingerprint([sources, *command, *(f"{name}={value}" for name, value in sorted(seen.items()))])


def of_folder(folder: Path, pattern: str = "*") -> str:
    """Names the content of the files in a folder, such as a rendered configuration."""
    parts: list[str] = []
    for path in sorted(folder.rglob(pattern)):
        if path.is_file():
            parts += [str(path.relative_to(folder)), hashlib.sha256(path.read_bytes()).hexdigest()]
    return fingerprint(parts)
