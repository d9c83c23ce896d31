"""One line of the robots' protocol, read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from robots.behaviour import Answer, Behaviour, Ignore, Redirect, Reject


class BadCommand(ValueError):
    """The line is no command, or a field is missing or of another kind."""


@dataclass(frozen=True, slots=True)
class Command:
    """A JSON object whose fields are read by kind."""

    raw: dict[str, Any]

    @property
    def id(self) -> int | str | None:
        """The id that its answer repeats."""
        found = self.raw.get("id")
        return found if isinstance(found, int | str) else None

    def text(self, name: str) -> str:
        """A text that must be there."""
        found = self.text_or_none(name)
        if found is None:
            raise BadCommand(f"{name} is missing")
        return found

    def text_or_none(self, name: str) -> str | None:
        """A text that may be there."""
        found = self.raw.get(name)
        if found is not None and not isinstance(found, str):
            raise BadCommand(f"{name} must be a text")
        return found

    def whole(self, name: str) -> int | None:
        """A whole number that may be there."""
        found = self.raw.get(name)
        if found is not None and (not isinstance(found, int) or isinstance(found, bool)):
            raise BadCommand(f"{name} must be a whole number")
        return found

    def seconds(self, name: str, default: float) -> float:
        """A time in seconds."""
        found = self.raw.get(name, default)
        if not isinstance(found, int | float) or isinstance(found, bool):
            raise BadCommand(f"{name} must be a number of seconds")
        return float(found)

    def behaviour(self) -> Behaviour:
        """What a phone does when rung; answering at once when nothing is said."""
        raw = self.raw.get("behaviour", {})
        if not isinstance(raw, dict):
            raise BadCommand("behaviour must be an object")
        own = Command(raw)
        match own.text_or_none("do") or "answer":
            case "answer":
                stays = None if raw.get("hang_up_after") is None else own.seconds("hang_up_after", 0)
                return Answer(own.seconds("after", 0), stays)
            case "reject":
                status = own.whole("status")
                return Reject(486 if status is None else status, own.seconds("after", 0))
            case "ignore":
                return Ignore()
            case "redirect":
                return Redirect(own.text("target"), own.seconds("after", 0))
            case other:
                raise BadCommand(f"no behaviour {other}")


def read(line: str | bytes) -> Command:
    """The command of a line; BadCommand when it is none."""
    try:
        raw = json.loads(line)
    except ValueError as error:
        raise BadCommand("not JSON") from error
    if not isinstance(raw, dict):
        raise BadCommand("not an object")
    return Command(raw)
