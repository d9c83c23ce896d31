"""`python -m controller`: the process that runs calls."""

from __future__ import annotations

import gc

# What is loaded now stays, and looking through it again and again is a fifth of the time it takes.
gc.disable()

import logging  # noqa: E402
import sys  # noqa: E402

import structlog  # noqa: E402
import uvloop  # noqa: E402

from controller.main import run  # noqa: E402
from controller.settings import ControllerSettings  # noqa: E402

gc.enable()


def main() -> None:
    """Run until SIGTERM; exit code 1 when something broke, said in one line of the log."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
    )
    uvloop.run(run(ControllerSettings()))


if __name__ == "__main__":
    main()
