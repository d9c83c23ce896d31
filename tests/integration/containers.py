"""docker/compose.yaml without an engine: each service in a sandbox with its user, its read-only root and its volume."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

import yaml

ROOT = Path(__file__).parents[2]
DOCKER = ROOT / "docker"
VAR = "/var/lib/denwaban"
HOME = "/opt/denwaban"
CACHE = "/opt/cache"
UID = "10001"
ONCE_LIMIT = 200.0
UP_LIMIT = 90.0
STOP_LIMIT = 30.0
LOOK_EVERY = 0.2

Service = dict[str, Any]


def compose() -> dict[str, Any]:
    """compose.yaml, with its anchors resolved."""
    found: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))
    return found


def services() -> dict[str, Service]:
    """Its services by name, each after those it needs."""
    known: dict[str, Service] = compose()["services"]
    ordered: dict[str, Service] = {}

    def put(name: str) -> None:
        for needed in known[name].get("depends_on", {}):
            put(needed)
        ordered.setdefault(name, known[name])

    for name in known:
        put(name)
    return ordered


def dockerfile(image: str) -> str:
    """The text of the Dockerfile of one of our images (denwaban-api → api.Dockerfile)."""
    return (DOCKER / f"{image.removeprefix('denwaban-')}.Dockerfile").read_text(encoding="utf-8")


def entry_point(service: Service) -> list[str]:
    """What runs: the service's own entry point, or its image's, and the command."""
    if "entrypoint" in service or not is_ours(service):
        return [*service.get("entrypoint", []), *service.get("command", [])]
    said = re.findall(r"^ENTRYPOINT (\[.*\])$", dockerfile(service["image"]), re.MULTILINE)
    assert len(said) == 1, service
    return [*json.loads(said[0]), *service.get("command", [])]


def is_ours(service: Service) -> bool:
    """Whether its image is made here."""
    return str(service["image"]).startswith("denwaban-")


def is_once(name: str) -> bool:
    """Whether others wait for its end and not for its health."""
    waits = [one.get("depends_on", {}).get(name, {}).get("condition") for one in services().values()]
    return "service_completed_successfully" in waits


def allowed() -> list[str]:
    """What .dockerignore lets into an image, from the top of the clone."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in lines
    return [line.removeprefix("!") for line in lines if line.startswith("!")]


@dataclass(frozen=True, slots=True)
class Running:
    """A started service: its sandbox, the pid of the process in it, what bubblewrap tells of it."""

    process: subprocess.Popen[bytes]
    inner: int
    status: TextIO

    def close(self) -> None:
        """End it, if it has not ended."""
        self.process.kill()
        self.process.wait()
        self.status.close()


@dataclass
class Machine:
    """One machine's engine: a volume, settings for every service, and what runs."""

    var: Path
    env: Mapping[str, str]
    cache: Path
    """The folder with Asterisk's tree."""
    programs: Path
    """Folder of PostgreSQL's programs."""
    running: dict[str, Running] = field(default_factory=dict)

    def run(self, service: Service, command: list[str], *options: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end in the service's container; `options` are bubblewrap's own."""
        call = [*self._box(service, *options), *command]
        return subprocess.run(call, capture_output=True, text=True, timeout=ONCE_LIMIT, check=False, env={})

    def start(self, name: str, service: Service) -> None:
        """Start the service and return when its health check says so."""
        said, told = os.pipe()
        log = (self.var / f"{name}.out").open("wb")
        with log:
            process = subprocess.Popen(
                [*self._box(service, "--json-status-fd", str(told)), *entry_point(service)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=[told],
                env={},
            )
        os.close(told)
        # Left open: bubblewrap tells the end there too, and dies where nobody reads.
        status = os.fdopen(said)
        line = status.readline()
        # Without a line bubblewrap has ended: it is ended like the others, and told below what it said.
        self.running[name] = Running(process, int(json.loads(line)["child-pid"]) if line else process.pid, status)
        check = service["healthcheck"]["test"]
        assert check[0] == "CMD"
        until = time.monotonic() + UP_LIMIT
        while (done := self.run(service, check[1:])).returncode != 0:
            assert process.poll() is None, f"{name} ended\n{self.said(name)}"
            assert time.monotonic() < until, f"{name} is not healthy\n{self.said(name)}\n{done.stdout}{done.stderr}"
            time.sleep(LOOK_EVERY)

    def stop(self, name: str, service: Service) -> int:
        """Tell the service to stop as the engine does; its exit code."""
        running = self.running.pop(name)
        os.kill(running.inner, signal.Signals[service.get("stop_signal", "SIGTERM")])
        try:
            return running.process.wait(STOP_LIMIT)
        finally:
            running.close()

    def said(self, name: str) -> str:
        """The end of what the service wrote."""
        return "\n".join((self.var / f"{name}.out").read_text(errors="replace").splitlines()[-30:])

    def close(self) -> None:
        """End what still runs; a service ends with its sandbox."""
        for running in self.running.values():
            running.close()

    def _box(self, service: Service, *options: str) -> list[str]:
        """bubblewrap's call for the service's container: a root nobody can write to, the volume, memory for /tmp.

        `options` come before the root is closed.
        """
        volumes = [volume.split(":") for volume in service["volumes"]]
        assert volumes == [["var", VAR]]
        box = ["bwrap", "--unshare-user", "--uid", UID, "--gid", UID, "--unshare-ipc", "--die-with-parent"]
        box += ["--new-session", "--cap-drop", "ALL", "--ro-bind", "/usr", "/usr", "--ro-bind", "/etc", "/etc"]
        for link in ("bin", "sbin", "lib", "lib64"):
            if Path("/", link).is_symlink():
                box += ["--symlink", str(Path("/", link).readlink()), f"/{link}"]
        box += ["--proc", "/proc", "--dev", "/dev"]
        for place in service.get("tmpfs", []):
            box += ["--tmpfs", str(place).split(":")[0]]
        for name in allowed():
            box += ["--ro-bind", str(ROOT / name), f"{HOME}/{name}"]
        # The virtual environment stays where it is, for its programs name their place.
        for home in {sys.prefix, sys.base_prefix} - {"/usr"}:
            box += ["--ro-bind", home, home]
        box += ["--ro-bind", str(self.cache), f"{CACHE}/denwaban", "--bind", str(self.var), VAR]
        box += options
        if service["read_only"]:
            box += ["--remount-ro", "/"]
        path = os.pathsep.join([str(Path(sys.prefix) / "bin"), str(self.programs), "/usr/bin", "/bin"])
        given = {key: str(value) for key, value in service.get("environment", {}).items() if "${" not in str(value)}
        for key, value in {**given, **self.env, "PATH": path, "XDG_CACHE_HOME": CACHE, "HOME": "/tmp"}.items():
            box += ["--setenv", key, value]
        return [*box, "--chdir", HOME if is_ours(service) else "/", "--"]


@contextmanager
def machine(var: Path, env: Mapping[str, str], cache: Path, programs: Path) -> Iterator[Machine]:
    """A machine whose services end with the block."""
    made = Machine(var, env, cache, programs)
    try:
        yield made
    finally:
        made.close()
