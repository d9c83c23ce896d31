"""How the story is told: a line per step as it happens, with its proof, and all of it in var/story.json."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.text import Text

from kernel.moment import TOKYO


class Missed(Exception):
    """A step did not happen: what was seen instead, and where to look."""

    def __init__(self, instead: str, look_at: str) -> None:
        """`look_at` names a log file below var, or an address of the API."""
        super().__init__(instead)
        self.instead = instead
        self.look_at = look_at


@dataclass(frozen=True, slots=True)
class Told:
    """One step as it was told."""

    step: str
    ok: bool
    proof: str
    at: str


class Teller:
    """Tells steps to a terminal or a log, and remembers them."""

    def __init__(self, path: Path, console: Console | None = None) -> None:
        """`path`: where the story is written when it is over."""
        self.told: list[Told] = []
        self._path = path
        self._console = console or Console(highlight=False, soft_wrap=True)

    def begin(self, ja: str, en: str) -> None:
        """The title."""
        self._console.print(Text.assemble((ja, "bold"), f"  {en}"))

    def tell(self, step: str, ja: str, en: str, proof: str) -> None:
        """A step happened."""
        self._line(Told(step, True, proof, _now()), ja, en, "✓", "green")

    def miss(self, step: str, ja: str, en: str, missed: Missed) -> None:
        """A step did not happen."""
        proof = f"{missed.instead} → {missed.look_at}"
        self._line(Told(step, False, proof, _now()), ja, en, "✗", "red")

    def end(self, ja: str, en: str) -> None:
        """Close the story and write it down, whole or not at all."""
        self._console.print(Text.assemble((ja, "bold"), f"  {en}"))
        text = json.dumps([asdict(told) for told in self.told], ensure_ascii=False, indent=1) + "\n"
        handle, name = tempfile.mkstemp(dir=self._path.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.rename(name, self._path)

    def _line(self, told: Told, ja: str, en: str, mark: str, colour: str) -> None:
        self.told.append(told)
        clock = datetime.fromisoformat(told.at).astimezone(TOKYO).strftime("%H:%M:%S")
        self._console.print(
            Text.assemble((f"{mark} ", colour), (f"{clock} ", "dim"), ja, f"  {en}\n", (f"    {told.proof}", "dim"))
        )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def of_message(message: dict[str, str]) -> str:
    """A SIP message as proof: which, when, in which dialog."""
    clock = datetime.fromisoformat(message["at"]).astimezone(TOKYO).strftime("%H:%M:%S.%f")[:-3]
    return f"SIP {message['what']} {message['direction']} {clock} Call-ID {message['call_id']}"
