"""One whole private denwaban for a test: started through its own supervisor in a folder and on ports of its own.

Nothing of the product is imported here: it is a command, an environment, var/demo.json, HTTP and pids.
"""

from __future__ import annotations

import atexit
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import httpx2

from tests.services import free_port, short_folder

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "tests" / "data" / "seeds"
UP_LIMIT = 180.0
"""Seconds for everything to be up; the first start makes a database and the prompts."""
STOP_LIMIT = 60.0
LOOK_EVERY = 0.05
RTP_PORTS = 400
NODE_STEP = 10
"""How far the ports of one Asterisk are from those of the next."""
CARRIER = "127.0.0.2"
"""The address our calls come from, as demo.json names it."""


class Down(AssertionError):
    """The platform did not come up, or is no longer there; the message holds what it said."""


@dataclass(slots=True)
class Platform:
    """A running denwaban, of so many Asterisk `nodes`. `demo` is its parsed var/demo.json."""

    var: Path
    env: Mapping[str, str]
    ports: Mapping[str, int]
    nodes: int = 1
    demo: dict[str, Any] = field(default_factory=dict)
    _tokens: dict[tuple[str, ...], str] = field(default_factory=dict, repr=False)
    _supervisor: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _ari: httpx2.Client = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._ari = httpx2.Client(timeout=30)

    @property
    def prompts(self) -> Path:
        """Where the prompts lie."""
        return Path(self.env["DENWABAN_PROMPTS_DIR"])

    @property
    def api_url(self) -> str:
        """Base URL of the API, with its version."""
        return str(self.demo["api"])

    @property
    def server_url(self) -> str:
        """Where /ready, /health and /metrics are."""
        return self.api_url.removesuffix("/api/v1")

    @property
    def sip(self) -> tuple[str, int]:
        """Where phones register and the carrier sends its calls."""
        return self.demo["sip"]["host"], self.demo["sip"]["port"]

    def sip_of(self, node: int) -> tuple[str, int]:
        """The same of another node than the first."""
        host, port = self.sip
        return host, port + NODE_STEP * (node - 1)

    def nodes_used(self) -> dict[str, str]:
        """What the controller says of each node; nothing while it is away."""
        try:
            return dict(httpx2.get(f"http://127.0.0.1:{self.ports['controller']}/nodes", timeout=5).json())
        except httpx2.TransportError:
            return {}

    def tenant(self, tenant: str = "demo") -> dict[str, Any]:
        """A tenant of demo.json."""
        return next(known for known in self.demo["tenants"] if known["id"] == tenant)

    @asynccontextmanager
    async def api(self, login: Mapping[str, str]) -> AsyncIterator[httpx2.AsyncClient]:
        """A client of the API that is logged in; `login` is one of demo.json ({tenant, login, password}).

        A token is good for twelve hours, and proving a password costs a sixth of a second: each login does it once.
        """
        wanted = {name: login[name] for name in ("tenant", "login", "password")}
        proof = tuple(wanted.values())
        async with httpx2.AsyncClient(base_url=self.api_url, timeout=30) as client:
            if proof not in self._tokens:
                answer = await client.post("/login", json=wanted)
                assert answer.status_code == 200, answer.text
                self._tokens[proof] = answer.json()["token"]
            client.headers["Authorization"] = f"Bearer {self._tokens[proof]}"
            yield client

    def start(self, limit: float = UP_LIMIT) -> None:
        """Start the supervisor and return when /ready says so. Raises Down."""
        self._tokens.clear()
        with (self.var / "supervisor.out").open("ab") as output:
            self._supervisor = subprocess.Popen(
                [sys.executable, "-m", "denwaban", "run"],
                cwd=ROOT,
                env={**os.environ, **self.env},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        url = f"http://127.0.0.1:{self.ports['api']}/ready"
        self._wait(lambda: httpx2.get(url, timeout=5).status_code == 200, f"GET {url}", limit)
        self.demo = json.loads((self.var / "demo.json").read_text())

    def rest(self) -> None:
        """End everything as an operator would, to be started again."""
        assert self._supervisor is not None
        self._supervisor.send_signal(signal.SIGTERM)
        self._supervisor.wait(STOP_LIMIT)

    def wait_ready(self, limit: float = 60.0) -> None:
        """Return when /ready says so again. Raises Down."""
        self._wait(lambda: httpx2.get(f"{self.server_url}/ready", timeout=5).status_code == 200, "GET /ready", limit)

    def pid(self, name: str) -> int:
        """The process of a child: postgres, redis, asterisk, controller, api, worker."""
        return int(json.loads((self.var / "run" / f"{name}.json").read_text())["pid"])

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> int:
        """Send a signal to a child (the supervisor starts it again when it dies); the pid that got it."""
        pid = self.pid(name)
        os.kill(pid, number)
        return pid

    def kill_supervisor(self) -> None:
        """kill -9 the supervisor: its children live on."""
        assert self._supervisor is not None
        self._supervisor.kill()
        self._supervisor.wait(STOP_LIMIT)

    def asterisk_channels(self, *, dialled: bool = False) -> tuple[int, int]:
        """How many channels and bridges live in Asterisk, asked over HTTP; `dialled`: without legs made ahead."""
        counts = [0, 0]
        for node in range(1, self.nodes + 1):
            for place, kind in enumerate(("channels", "bridges")):
                living = [one for one in self.ask_asterisk(node, kind) if not dialled or one.get("state") != "Down"]
                counts[place] += len(living)
        return counts[0], counts[1]

    def ask_asterisk(self, node: int, path: str) -> Any:
        """What one Asterisk answers to a GET of ARI."""
        secret = "ari" if node == 1 else f"ari-node-{node}"
        password = (self.var / "secrets" / secret).read_text().strip()
        url = f"http://127.0.0.1:{self.ports['ari'] + NODE_STEP * (node - 1)}/ari/{path}"
        answer = self._ari.get(url, auth=("denwaban", password))
        answer.raise_for_status()
        return answer.json()

    def stop(self) -> None:
        """End everything; what the supervisor leaves behind is ended by its pid and told as an error."""
        self._ari.close()
        if self._supervisor is not None and self._supervisor.poll() is None:
            self._supervisor.send_signal(signal.SIGTERM)
            try:
                self._supervisor.wait(STOP_LIMIT)
            except subprocess.TimeoutExpired:
                self._supervisor.kill()
                self._supervisor.wait(STOP_LIMIT)
        orphans = self._orphans()
        for pid, _ in orphans:
            os.kill(pid, signal.SIGKILL)
        assert not orphans, f"left behind: {orphans}\n{self.output()}"

    def output(self, lines: int = 30) -> str:
        """The end of what the supervisor and each process wrote."""
        logs = [self.var / "supervisor.out", *sorted((self.var / "log").glob("*.log"))]
        parts = []
        for log in logs:
            if log.exists():
                tail = log.read_text(errors="replace").splitlines()[-lines:]
                parts.append("\n".join([f"--- {log.name}", *tail]))
        return "\n".join(parts)

    def _wait(self, condition: Callable[[], bool], what: str, limit: float) -> None:
        until = time.monotonic() + limit
        while True:
            assert self._supervisor is not None
            if self._supervisor.poll() is not None:
                raise Down(f"the supervisor ended with {self._supervisor.returncode}\n{self.output()}")
            try:
                if condition():
                    return
            except httpx2.TransportError as error:
                why: object = error
            else:
                why = "no"
            if time.monotonic() > until:
                raise Down(f"{what}: not within {limit:.0f} s ({why})\n{self.output()}")
            time.sleep(LOOK_EVERY)

    def _orphans(self) -> list[tuple[int, str]]:
        """Processes that still carry our folder in their environment."""
        mark = f"DENWABAN_VAR={self.var}".encode()
        found = []
        for proc in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (proc / "environ").read_bytes().split(b"\0"):
                    found.append((int(proc.name), (proc / "cmdline").read_bytes().replace(b"\0", b" ").decode()))
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
        return found


@contextmanager
def running_platform(
    seed: Path | None = None,
    env: Mapping[str, str] | None = None,
    limit: float = UP_LIMIT,
    nodes: int = 1,
    trunks: Sequence[Sequence[str]] = (),
) -> Iterator[Platform]:
    """A fresh denwaban, up (within `limit` seconds) and seeded; `seed` is a seed file in place of the demo's, `env`
    settings on top, `nodes` how many Asterisks it has, `trunks` which trunks each of those (none said: all)."""
    with short_folder("platform-") as var:
        var.chmod(0o711)
        # The first call has been told: `run` tells it only where there is no story yet.
        (var / "story.json").write_text("[]")
        ports = _free_ports(nodes)
        more = {"DENWABAN_NODES": str(nodes)} if nodes > 1 else {}
        if trunks:
            (var / "nodes.toml").write_text(_nodes_file(ports, trunks))
            more["DENWABAN_NODES_FILE"] = str(var / "nodes.toml")
        platform = Platform(var, {**_settings(var, seed, ports), **more, **(env or {})}, ports, nodes)
        try:
            platform.start(limit)
            yield platform
        finally:
            platform.stop()
            shutil.rmtree((var / "postgres").resolve(), ignore_errors=True)


def _nodes_file(ports: Mapping[str, int], trunks: Sequence[Sequence[str]]) -> str:
    """The nodes as DENWABAN_NODES would lay them out, each with its own trunks alone."""
    parts = []
    for number, mine in enumerate(trunks):
        shift, rtp = NODE_STEP * number, ports["rtp"] + RTP_PORTS * number
        lines = [f"{name}_port = {ports[name] + shift}" for name in ("ari", "ami", "sip")]
        lines += [f"rtp_low = {rtp}", f"rtp_high = {rtp + RTP_PORTS - 1}", f"trunks = {json.dumps(list(mine))}"]
        parts.append("\n".join(["[[node]]", f'name = "node-{number + 1}"', *lines, ""]))
    return "".join(parts)


def _free_ports(nodes: int) -> dict[str, int]:
    ports: dict[str, int] = {}
    taken: set[int] = set()
    for name in ("api", "ari", "ami", "sip", "controller"):
        more = range(NODE_STEP, NODE_STEP * nodes, NODE_STEP) if name in ("ari", "ami", "sip") else ()
        port = free_port()
        while not taken.isdisjoint({port, *(port + step for step in more)}) or not all(
            _is_free(port + step) and _listens_nobody(port + step) for step in more
        ):
            port = free_port()
        ports[name] = port
        taken |= {port, *(port + step for step in more)}
    return {**ports, "rtp": _free_rtp(nodes)}


def _listens_nobody(port: int) -> bool:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as tcp:
        try:
            tcp.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return False
        return True


def _free_rtp(nodes: int) -> int:
    """A block of UDP ports below those the kernel hands out; which one is tried first depends on the process."""
    wanted = RTP_PORTS * nodes
    blocks = range(10_000, 30_000 - wanted + RTP_PORTS, RTP_PORTS)
    for step in range(len(blocks)):
        low = blocks[(os.getpid() + 7 * step) % len(blocks)]
        if all(_is_free(port) for port in range(low, low + wanted, 20)):
            return low
    raise RuntimeError("no free block of ports for RTP")


def _is_free(port: int) -> bool:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as udp:
        try:
            udp.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return False
        return True


@cache
def prompts_folder() -> Path:
    """One folder for all platforms of this process, filled from the machine's own: speaking takes longest of all."""
    folder = Path(tempfile.mkdtemp(prefix="dw-prompts-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "denwaban" / "prompts"
    cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (cache.parent / "prompts.lock").open("w") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        subprocess.run(
            [sys.executable, "-m", "denwaban.prompts", str(cache)], cwd=ROOT, check=True, capture_output=True
        )
        shutil.copytree(cache, folder, dirs_exist_ok=True)
    return folder


def _settings(var: Path, seed: Path | None, ports: Mapping[str, int]) -> dict[str, str]:
    given = {
        "DENWABAN_VAR": str(var),
        "DENWABAN_PROMPTS_DIR": str(prompts_folder()),
        "DENWABAN_API_PORT": str(ports["api"]),
        "DENWABAN_ARI_PORT": str(ports["ari"]),
        "DENWABAN_AMI_PORT": str(ports["ami"]),
        "DENWABAN_SIP_PORT": str(ports["sip"]),
        "DENWABAN_CONTROLLER_PORT": str(ports["controller"]),
        "DENWABAN_RTP_LOW": str(ports["rtp"]),
        "DENWABAN_RTP_HIGH": str(ports["rtp"] + RTP_PORTS - 1),
    }
    return given if seed is None else {**given, "DENWABAN_SEED_FILE": str(seed)}
