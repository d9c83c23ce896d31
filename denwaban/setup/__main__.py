"""Set this clone and this machine up: `python3 -m denwaban.setup run|test|check`, for images `asterisk` alone."""

from __future__ import annotations

import fcntl
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PURPOSES = ("run", "test", "check", "asterisk")


def prepare(purpose: str) -> None:
    """Do all that is still missing for a purpose; when nothing is, return at once."""
    from denwaban.setup import libraries, packages, programs, tree

    handle = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)  # two commands in one clone: the second waits for the first one's set-up
        if purpose == "asterisk":
            tree.ensure()
            return
        libraries.ensure(ROOT, for_tests=purpose != "run")
        if purpose != "check":
            packages.ensure(programs.FOR_TEST if purpose == "test" else programs.FOR_RUN)
            tree.ensure()
            build_page(needed=purpose == "test")
    finally:
        os.close(handle)


def build_page(*, needed: bool) -> None:
    """The browser's phone is one door of many: without npm everything else runs all the same, and the page says why."""
    from denwaban.setup import web
    from denwaban.setup.errors import SetupFailed

    try:
        web.ensure(ROOT / "web")
    except SetupFailed as failed:
        if needed:
            raise
        print(f"\nThere will be no phone in the browser.\n{failed}", file=sys.stderr)


def main() -> int:
    """Read the command line; 0 when all is there, 1 with a sentence on what to do, 2 for a wrong command."""
    if sys.version_info < (3, 11):  # noqa: UP036 - the set-up is what meets an older Python first
        print(f"denwaban needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}.", file=sys.stderr)
        print("Name another one: make run PYTHON=/path/to/python3", file=sys.stderr)
        return 1
    if len(sys.argv) != 2 or sys.argv[1] not in PURPOSES:
        print(f"usage: python3 -m denwaban.setup {'|'.join(PURPOSES)}", file=sys.stderr)
        return 2
    from denwaban.setup.errors import SetupFailed

    try:
        prepare(sys.argv[1])
    except SetupFailed as failed:
        print(f"\ndenwaban's set-up stopped.\n{failed}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ndenwaban's set-up was interrupted; the next start goes on where it stopped.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
