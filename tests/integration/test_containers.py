"""docker/: what compose promises of each service, and each entry point started as promised, where no engine is."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import httpx2
import pytest

from denwaban.setup import tree
from denwaban.setup.programs import find_postgres
from tests.architecture.sources import ROOMS
from tests.integration.containers import (
    DOCKER,
    LOOK_EVERY,
    UID,
    UP_LIMIT,
    Machine,
    allowed,
    compose,
    dockerfile,
    entry_point,
    is_once,
    is_ours,
    machine,
    services,
)
from tests.services import free_port, short_folder

OWN = ("controller", "api", "worker", "asterisk")
SECRET = re.compile(r"(?i)(password|secret|token|_key)\b")
RTP_LOW = 31_000
RTP_PORTS = 100
PRY = """
import os, sys
assert os.getuid() == 10001 == os.geteuid(), os.getuid()
for place in ("/", "/opt", "/opt/denwaban", "/opt/cache", "/usr", "/etc", "/var", "/var/lib"):
    try:
        open(os.path.join(place, "written"), "w")
    except OSError:
        continue
    sys.exit(f"{place} can be written to")
open("/tmp/written", "w").close()
open("/var/lib/denwaban/written", "w").close()
os.unlink("/var/lib/denwaban/written")
"""


@pytest.mark.parametrize("name", services())
def test_each_service_is_nobody_special_with_a_root_it_cannot_write_to(name: str) -> None:
    service = services()[name]
    assert service["user"] == f"{UID}:{UID}"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["volumes"] == ["var:/var/lib/denwaban"]
    assert "ports" not in service
    assert "privileged" not in service
    assert entry_point(service)
    if is_once(name):
        assert service["restart"] == "no"
        assert service["healthcheck"] == {"disable": True}
    else:
        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"][0] == "CMD"


def test_no_secret_stands_in_compose_or_in_an_image() -> None:
    for name, service in services().items():
        for key, value in service.get("environment", {}).items():
            assert not SECRET.search(key.removesuffix("_FILE")) or key.endswith("_FILE"), (name, key)
            assert not SECRET.search(str(value)) or str(value).startswith("/var/lib/denwaban/secrets/"), (name, key)
    for name in OWN:
        for line in dockerfile(name).splitlines():
            assert not (line.startswith(("ARG", "ENV", "    ")) and SECRET.search(line)), (name, line)
    for kept in ("var", ".git", "tests", "robots", ".venv", "docs"):
        assert kept not in allowed()


def test_there_is_one_image_for_each_process_and_compose_uses_them_all() -> None:
    files = {path.name.removesuffix(".Dockerfile") for path in DOCKER.glob("*.Dockerfile")}
    used = {one["image"].removeprefix("denwaban-") for one in services().values() if is_ours(one)}
    assert files == used == set(OWN)
    built = {one["build"]["dockerfile"] for one in services().values() if "build" in one}
    assert built == {f"docker/{name}.Dockerfile" for name in OWN}
    assert set(compose()["volumes"]) == {"var"}
    for name in OWN:
        assert services()[name]["image"] == f"denwaban-{name}"
        assert entry_point(services()[name]) == ["python", "-m", name]


@pytest.mark.parametrize("name", OWN)
def test_each_image_runs_as_a_number_and_holds_what_is_locked(name: str) -> None:
    text = dockerfile(name)
    assert re.findall(r"^USER (.*)$", text, re.MULTILINE) == [f"{UID}:{UID}"]
    assert "--require-hashes" in text
    for image in re.findall(r"^FROM (\S+)", text, re.MULTILINE):
        assert re.search(r":[0-9]", image), f"{image} names no version"


def test_an_image_holds_every_room_and_nothing_that_is_not_one() -> None:
    rooms = {str(room) for room in ROOMS} - {"robots"}
    assert set(allowed()) == rooms | {"web", "requirements.txt"}


def test_the_tree_in_the_image_is_fetched_by_the_script_of_make_run() -> None:
    text = dockerfile("asterisk")
    assert "python -m denwaban.setup asterisk" in text
    assert re.search(r"XDG_CACHE_HOME=(\S+) python -m denwaban.setup", text)
    assert "ENV XDG_CACHE_HOME=/opt/cache" in text


@pytest.fixture(scope="module")
def engine() -> Iterator[Machine]:
    """A machine with nothing on it but Asterisk's tree, which the set-up has made (or makes now)."""
    tree.ensure()
    found = tree.find_tree(tree.cache_folder())
    programs = find_postgres()
    assert found is not None
    assert programs is not None
    ports = {name: str(free_port()) for name in ("API", "ARI", "AMI", "SIP", "CONTROLLER")}
    env = {f"DENWABAN_{name}_PORT": port for name, port in ports.items()}
    env |= {"DENWABAN_RTP_LOW": str(RTP_LOW), "DENWABAN_RTP_HIGH": str(RTP_LOW + RTP_PORTS - 1)}
    with short_folder("machine-") as var, machine(var, env, found.parent, programs) as made:
        yield made


@pytest.mark.timeout(400)
def test_every_entry_point_runs_with_a_read_only_root_and_stops_when_told(engine: Machine) -> None:
    known = services()
    for name, service in known.items():
        if name == "postgres":
            _initialise(engine)
        if is_once(name):
            done = engine.run(service, entry_point(service))
            assert done.returncode == 0, (name, done.stdout, done.stderr)
        else:
            engine.start(name, service)
    for name in OWN:
        pried = engine.run(known[name], ["python", "-c", PRY])
        assert pried.returncode == 0, (name, pried.stderr)
    api = f"http://127.0.0.1:{engine.env['DENWABAN_API_PORT']}"
    until = time.monotonic() + UP_LIMIT
    while (ready := httpx2.get(f"{api}/ready", timeout=10)).status_code != 200:
        assert time.monotonic() < until, ready.text
        time.sleep(LOOK_EVERY)
    assert (engine.var / "demo.json").stat().st_mode & 0o077 == 0
    for name in reversed([one for one in known if not is_once(one)]):
        assert engine.stop(name, known[name]) == 0, (name, engine.said(name))


def test_a_part_that_is_not_there_is_not_healthy(engine: Machine) -> None:
    for name in OWN:
        check = services()[name]["healthcheck"]["test"][1:]
        assert engine.run(services()[name], check).returncode == 1, name
    assert engine.run(services()["api"], ["python", "-m", "denwaban", "healthy", "nothing"]).returncode == 2


def _initialise(engine: Machine) -> None:
    """What the official image's own entry point does with a new volume (its documentation: POSTGRES_*, PGDATA)."""
    service = services()["postgres"]
    env = service["environment"]
    data, user = env["PGDATA"], env["POSTGRES_USER"]
    # These two want their user to have a name, which the image's entry point gives it for this moment only.
    names = engine.var / "passwd"
    names.write_text(f"postgres:x:{UID}:{UID}::/:/bin/sh\n")
    named = ["--ro-bind", str(names), "/etc/passwd"]
    made = engine.run(
        service,
        [
            "initdb",
            f"--pgdata={data}",
            f"--username={user}",
            f"--pwfile={env['POSTGRES_PASSWORD_FILE']}",
            *env["POSTGRES_INITDB_ARGS"].split(),
        ],
        *named,
    )
    assert made.returncode == 0, made.stderr
    single = ["postgres", "--single", "-D", data, "postgres"]
    script = f"echo 'CREATE DATABASE {env['POSTGRES_DB']} OWNER {user}' | {' '.join(single)}"
    made = engine.run(service, ["sh", "-c", script], *named)
    assert made.returncode == 0, made.stderr
