"""The bench itself: one private platform with app_queue beside it, robots' ports, and who runs on which core."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from asterisk import tree
from tests.load import arms, checks
from tests.load.samples import Arm
from tests.platform import Platform, prompts_folder, running_platform
from tests.services import free_port, short_folder

FEW, MANY, BUSY = 20, 50, 10
"""Agents of B1, of B2, and of the measurement at rest."""
CALLERS = "127.0.0.2"
RTP = (20_000, 21_999)
"""Ports for the sound of 500 calls at once; below those the kernel hands out and above the robots' own."""
UP_LIMIT = 600.0
"""Seconds until everybody is seeded: the passwords of 200 tenants take a minute or two on one core."""
_END_LIMIT = 30.0
_CONSOLE_LIMIT = 60.0
_SETTLE_LIMIT = 900.0
"""Seconds: app_queue takes a minute to two for 20,000 members, in a reload of which it looks through all for each."""
_UNSAFE = re.compile(r"[^A-Za-z0-9.]+")
SUT_PARTS = ("postgres", "redis", "asterisk", "controller", "api", "worker")


@dataclass(frozen=True, slots=True)
class Town:
    """Who lives on a platform: its seed, what makes them ready (given the ports of agents of the two arms), how many
    agents app_queue has to choose its members from, what makes its prompts longer, and settings on top."""

    seed: str
    prepare: Callable[[Platform, int, int], None]
    members: int = MANY
    prompts: Callable[[Path], None] | None = None
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rig:
    """Everything a part of the benchmark needs to know. `sut` and `load` are cores; None on a machine with one."""

    platform: Platform
    folder: Path
    ours: Arm
    queue: Arm
    twin: Arm
    sut: int | None
    load: int | None

    @property
    def sip(self) -> tuple[str, int]:
        """Where Asterisk takes calls."""
        return "127.0.0.1", self.platform.ports["sip"]

    @property
    def ari_port(self) -> int:
        """Where ARI is."""
        return self.platform.ports["ari"]

    @property
    def ari_password(self) -> str:
        """The password of ARI's user."""
        return (self.platform.var / "secrets" / "ari").read_text().strip()

    @property
    def sip_ports(self) -> frozenset[int]:
        """Every port that SIP is spoken at."""
        arms_ports = (port for arm in (self.ours, self.queue, self.twin) for port in (arm.caller_port, arm.agent_port))
        return frozenset((self.sip[1], *arms_ports))

    @property
    def pids(self) -> dict[str, int]:
        """The processes under test."""
        return {name: self.platform.pid(name) for name in SUT_PARTS}

    def console(self, command: str) -> str:
        """What Asterisk's own console answers."""
        program = tree.find(None).command
        conf = self.platform.var / "asterisk" / "conf" / "asterisk.conf"
        done = subprocess.run(
            [*program, "-C", str(conf), "-rx", command],
            capture_output=True,
            text=True,
            timeout=_CONSOLE_LIMIT,
            check=False,
        )
        return done.stdout

    def queues(self, text: str) -> None:
        """app_queue has these queues from now on, and no others."""
        arms.put(self.folder / "conf", text)
        self.console("queue reload all")
        self.settle()

    def settle(self) -> None:
        """Return when Asterisk has done all it was given to do: what it still chews on would be measured as well.
        RuntimeError when it does not end."""
        until = time.monotonic() + _SETTLE_LIMIT
        while (left := checks.unfinished(self.console("core show taskprocessors"))) != {}:
            if time.monotonic() > until:
                raise RuntimeError(f"Asterisk is still busy: {left}")
            time.sleep(0.5)

    def end_calls(self) -> None:
        """The robots are gone; let Asterisk end what they left behind. RuntimeError when something stays."""
        self.console("channel request hangup all")
        until = time.monotonic() + _END_LIMIT
        while self.platform.asterisk_channels() != (0, 0):
            if time.monotonic() > until:
                raise RuntimeError("calls are left behind")
            time.sleep(0.2)

    def part(self, name: str) -> Path:
        """A fresh folder for the files of one part. SIPp takes no commas and blanks in the names of files."""
        folder = self.folder / _UNSAFE.sub("-", name)
        folder.mkdir()
        return folder


@contextmanager
def running_rig(town: Town) -> Iterator[Rig]:
    """A fresh platform on core 0, seeded, its people prepared; this process and its load on core 1."""
    cores = sorted(os.sched_getaffinity(0))
    sut, load = (cores[0], cores[1]) if len(cores) > 1 else (None, None)
    ours, queue, twin = (Arm(name, free_port(), free_port()) for name in ("denwaban", "app_queue", "app_queue twin"))
    with short_folder("bench-") as folder:
        arms.write(folder / "conf", "127.0.0.1", FEW, MANY)
        seed = folder / "seed.toml"
        seed.write_text(town.seed)
        env = {
            "DENWABAN_WITH_APP_QUEUE": "true",
            "DENWABAN_EXTRA_CONF": str(folder / "conf"),
            "DENWABAN_RTP_LOW": str(RTP[0]),
            "DENWABAN_RTP_HIGH": str(RTP[1]),
            **town.env,
        }
        if town.prompts is not None:
            env["DENWABAN_PROMPTS_DIR"] = str(shutil.copytree(prompts_folder(), folder / "prompts"))
            town.prompts(folder / "prompts")
            (folder / "conf" / "sounds").symlink_to(folder / "prompts")
        if sut is not None:
            # Children inherit it, those that are started again later too.
            os.sched_setaffinity(0, {sut})
        try:
            with running_platform(seed, env, UP_LIMIT) as platform:
                if load is not None:
                    os.sched_setaffinity(0, {load})
                rig = Rig(platform, folder, ours, queue, twin, sut, load)
                rig.settle()
                arms.hire(folder / "conf", town.members, queue.agent_port, FEW, twin.agent_port)
                rig.console("module reload res_pjsip.so")
                rig.console("queue reload all")
                town.prepare(platform, ours.agent_port, twin.agent_port)
                rig.settle()
                yield rig
        finally:
            os.sched_setaffinity(0, set(cores))
