"""`python -m asterisk`: write this node's configuration and become its Asterisk, in the foreground."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from asterisk.nodes import mine
from asterisk.runtime import prepare
from asterisk.settings import AsteriskSettings
from kernel.errors import ConfigurationError


def main() -> NoReturn:
    """Never returns: the process goes on as Asterisk itself, so that signals reach it."""
    try:
        settings = mine(AsteriskSettings())
        command = prepare(settings, settings.var)
    except ConfigurationError as error:
        sys.exit(f"Asterisk cannot be started: {error}")
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
