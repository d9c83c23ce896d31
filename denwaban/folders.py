"""`denwaban folders`: make the folders and the random secrets of an instance, for whoever starts its parts himself."""

from __future__ import annotations

import sys

from denwaban import layout
from denwaban.errors import LayoutRefused
from denwaban.settings import RunSettings


def main() -> int:
    """Make what is missing below DENWABAN_VAR, for this user alone; the exit code."""
    try:
        layout.prepare(RunSettings().var, None)
    except LayoutRefused as refused:
        print(f"denwaban cannot make its folders: {refused}", file=sys.stderr)
        return 1
    return 0
