"""Show a person how far a long step has come: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from denwaban.setup.errors import SetupFailed

BAR_WIDTH = 24
TICK = 0.2
"""Seconds between two pictures of the bar."""
STILL_AFTER = 15.0
"""Seconds between two signs of life where there is no terminal."""
TAIL_LINES = 25

Fraction = Callable[[str], float | None]
"""Reads a line of a command's output; tells how much of the step is done (0 to 1), or None if it does not say."""


def no_fraction(_line: str) -> float | None:
    """For commands that do not tell how far they are."""
    return None


@dataclass
class Step:
    """One thing being done, from its title to its time."""

    title: str
    terminal: bool = field(default_factory=lambda: sys.stdout.isatty())
    begun: float = field(default_factory=time.monotonic)
    share: float = 0.0
    shown_at: float = 0.0

    def begin(self) -> None:
        """Say what is about to be done."""
        self.shown_at = self.begun
        if self.terminal:
            self.picture("")
        else:
            print(f"set-up: {self.title} …", flush=True)

    def picture(self, line: str) -> None:
        """Draw the bar again, or give a sign of life every few seconds."""
        now = time.monotonic()
        if self.terminal:
            full = round(self.share * BAR_WIDTH)
            bar = "━" * full + "╌" * (BAR_WIDTH - full)
            room = max(0, _columns() - len(self.title) - BAR_WIDTH - 14)
            sys.stdout.write(f"\r\x1b[K  {self.title} {bar} {now - self.begun:4.0f} s {line[:room]}")
            sys.stdout.flush()
        elif now - self.shown_at >= STILL_AFTER:
            self.shown_at = now
            print(f"set-up: {self.title} … {now - self.begun:.0f} s", flush=True)

    def end(self, outcome: str = "") -> None:
        """Say that it is done and how long it took."""
        start = "\r\x1b[K✓ " if self.terminal else "set-up: "
        took = f"{time.monotonic() - self.begun:.1f} s"
        print(f"{start}{self.title}{f' ({outcome})' if outcome else ''}: done in {took}", flush=True)

    def fail(self) -> None:
        """Leave the line of the bar, so that what comes next can be read."""
        if self.terminal:
            print(flush=True)


def _columns() -> int:
    try:
        return os.get_terminal_size().columns
    except OSError:
        return 80


def run(
    title: str, command: Sequence[str], *, env: Mapping[str, str] | None = None, fraction: Fraction = no_fraction
) -> None:
    """Run a command as one step; its output is shown only when it fails.

    Raises SetupFailed with the last lines of the output when the command ends with anything but 0.
    """
    step = Step(title)
    step.begin()
    tail: deque[str] = deque(maxlen=TAIL_LINES)
    with subprocess.Popen(
        command, env=None if env is None else dict(env), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        _follow(process, step, tail, fraction)
    if process.returncode != 0:
        step.fail()
        raise SetupFailed("\n".join([f"{title} failed: {command[0]} ended with {process.returncode}.", *tail]))
    step.end()


def _follow(process: subprocess.Popen[bytes], step: Step, tail: deque[str], fraction: Fraction) -> None:
    """Read the output until the command has ended and all it wrote is read."""
    assert process.stdout is not None
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            if selector.select(TICK):
                chunk = os.read(process.stdout.fileno(), 65536)
                if not chunk:
                    return
                *lines, rest = (rest + chunk).replace(b"\r", b"\n").split(b"\n")
                for raw in lines:
                    line = raw.decode(errors="replace").strip()
                    share = fraction(line)
                    if share is not None:
                        step.share = min(1.0, max(step.share, share))
                    elif line:
                        tail.append(line)
            elif process.poll() is not None:
                return  # a service the command started may hold the pipe open for ever
            step.picture(tail[-1] if tail else "")
