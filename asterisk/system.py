"""The operations on Asterisk itself."""

from __future__ import annotations

from datetime import datetime

from asterisk.reading import moment
from asterisk.request import Done, Method, Request


def status() -> Request:
    """When this Asterisk started and was last reloaded."""
    return Request(Method.GET, "asterisk/info", (("only", "status"),))


def started(answer: Done) -> datetime:
    """The start of the process, from the answer to `status`; TypeError when it holds none."""
    if not isinstance(answer.body, dict):
        raise TypeError("this answer holds no JSON object")
    return moment(str(answer.body["status"]["startup_time"]))
