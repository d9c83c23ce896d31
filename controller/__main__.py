"""`python -m controller`: the process that runs calls."""

from __future__ import annotations

import logging
import sys

import structlog
import uvloop

from controller.main import run
from controller.settings import ControllerSettings


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
