"""What a process of pytest does while it looks for the tests: hundreds of files, and every worker reads them all."""

from __future__ import annotations

import gc
import importlib
import sys
from contextlib import suppress

import pytest

from tests.lanes import ROOT


def begin(session: pytest.Session) -> None:
    """Keep what pytest makes of the files, and let the workers make it together: each reads a share of the files
    first, and finds the others made when it reads them all. It takes three times as long as all the rest of it."""
    # Nothing that is loaded now is garbage, and looking for some is a fifth of the time it takes.
    gc.disable()
    sys.dont_write_bytecode = False
    worker = getattr(session.config, "workerinput", None)
    if worker is None or session.config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return
    turn, workers = int(worker["workerid"].removeprefix("gw")), worker["workercount"]
    for file in sorted((ROOT / "tests").rglob("test_*.py"))[turn::workers]:
        # What is wrong with a file is said when its tests are looked for.
        with suppress(Exception):
            importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))


def end() -> None:
    """All of it is here to stay: the collector of garbage need not look at it again after each few tests."""
    gc.enable()
    gc.collect()
    gc.freeze()
