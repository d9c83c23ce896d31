"""Where the project's own files are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    "kernel",
    "acd",
    "ivr",
    "numbering",
    "recording",
    "tariff",
    "reports",
    "simulation",
    "asterisk",
    "store",
    "bus",
    "controller",
    "api",
    "worker",
    "denwaban",
    "robots",
)
NOT_OURS = frozenset({"var", "__pycache__", "node_modules", "build", "dist"})
HIDDEN_BUT_OURS = frozenset({".ci", ".gitignore"})
"""Everything else that is hidden belongs to git, an editor or a tool."""


def ours(folder: Path = ROOT) -> Iterator[Path]:
    """Every file that belongs to the project."""
    for path in sorted(folder.iterdir()):
        hidden = path.name.startswith(".") and path.name not in HIDDEN_BUT_OURS
        if hidden or path.name in NOT_OURS or path.suffix == ".egg-info" or path.is_symlink():
            continue
        if path.is_dir():
            yield from ours(path)
        else:
            yield path


def python_files() -> list[Path]:
    """Every Python file of rooms and tests."""
    return [path for path in ours() if path.suffix == ".py"]


def name(path: Path) -> str:
    """How a finding names a file."""
    return str(path.relative_to(ROOT))
