"""Which children one instance has, in which order, and what each is told."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from functools import partial

from asterisk import runtime
from asterisk.nodes import nodes
from denwaban import build
from denwaban.child import ChildSpec
from denwaban.errors import ServiceFailed
from denwaban.layout import Layout
from denwaban.ports import PortNeed, Transport
from denwaban.probes import answers_http, answers_sip
from denwaban.services import Postgres, RedisServer
from denwaban.settings import RunSettings
from denwaban.setup.programs import POSTGRES, REDIS, find_postgres, find_redis
from store.secret_files import read_secret


@dataclass(frozen=True, slots=True)
class Parts:
    """The children of one instance."""

    env: dict[str, str]
    """What our own processes are told on top of our environment."""
    postgres: Postgres | None
    """None: a setting names a server that is not ours to start."""
    redis: RedisServer | None
    asterisks: tuple[ChildSpec, ...]
    """One for each node."""
    controller: ChildSpec
    api: ChildSpec
    worker: ChildSpec

    @property
    def specs(self) -> list[ChildSpec]:
        """All of them, first started first."""
        services = [server.spec() for server in (self.postgres, self.redis) if server is not None]
        return [*services, *self.asterisks, self.controller, self.api, self.worker]


def assemble(settings: RunSettings, layout: Layout, user: str | None) -> Parts:
    """Prepare everything that can be prepared while nothing runs. Raises ServiceFailed, ConfigurationError."""
    postgres = None if settings.has_own_database else _postgres(settings, layout, user)
    redis = None if settings.has_own_redis else _redis(settings, layout)
    env = {
        "DENWABAN_VAR": str(layout.var),
        "DENWABAN_DATABASE_URL": postgres.url() if postgres else settings.database_url,
        "DENWABAN_REDIS_URL": redis.url if redis else settings.redis_url,
        "DENWABAN_TRUNKS": json.dumps([trunk.model_dump(mode="json") for trunk in settings.trunks]),
    }
    sources = build.of_sources()
    return Parts(
        env=env,
        postgres=postgres,
        redis=redis,
        asterisks=tuple(_asterisk(node, layout) for node in nodes(settings)),
        controller=_own("controller", env, sources, settings.controller_port, "DENWABAN_CONTROLLER_PORT"),
        api=_own("api", env, sources, settings.api_port, "DENWABAN_API_PORT", settings.api_host),
        worker=_own("worker", env, sources),
    )


def _postgres(settings: RunSettings, layout: Layout, user: str | None) -> Postgres:
    programs = find_postgres(settings.postgres_bin)
    if programs is None:
        raise ServiceFailed(f"{POSTGRES.what} is missing. Run `make run`, or set {POSTGRES.setting}.")
    return Postgres(programs, layout.postgres, layout.postgres_socket, layout.secrets / "postgres", user)


def _redis(settings: RunSettings, layout: Layout) -> RedisServer:
    program = find_redis(settings.redis_server)
    if program is None:
        raise ServiceFailed(f"{REDIS.what} is missing. Run `make run`, or set {REDIS.setting}.")
    return RedisServer(program, layout.redis, layout.redis_socket)


def _asterisk(settings: RunSettings, layout: Layout) -> ChildSpec:
    command = runtime.prepare(settings, layout.var)
    conf = runtime.place(layout.var, settings.node_folder).conf
    password = read_secret(settings.ari_password_file)

    async def answers() -> bool:
        ping = f"http://127.0.0.1:{settings.ari_port}/ari/asterisk/ping"
        return await answers_http(ping, settings.ari_user, password) and await answers_sip(
            settings.sip_host, settings.sip_port
        )

    return ChildSpec(
        name=settings.node_folder,
        command=command,
        # Its code is its configuration: a change there is the only reason to end living calls.
        build=build.fingerprint([*command, build.of_folder(conf, "*.conf")]),
        ready=answers,
        ready_limit=60.0,
        stop_limit=10.0,
        ports=(
            PortNeed("DENWABAN_ARI_PORT", "127.0.0.1", settings.ari_port),
            PortNeed("DENWABAN_AMI_PORT", "127.0.0.1", settings.ami_port),
            PortNeed("DENWABAN_SIP_PORT", settings.sip_host, settings.sip_port),
            PortNeed("DENWABAN_SIP_PORT", settings.sip_host, settings.sip_port, Transport.UDP),
        ),
    )


def _own(
    name: str, env: dict[str, str], sources: str, port: int | None = None, setting: str = "", host: str = "127.0.0.1"
) -> ChildSpec:
    command = [sys.executable, "-m", name]
    spec = partial(
        ChildSpec,
        name=name,
        command=command,
        build=build.of_process(command, env, sources),
        env=env,
        folder=build.ROOT,
    )
    if port is None:
        return spec()
    ready = partial(answers_http, f"http://{host}:{port}/ready")
    return spec(ready=ready, ready_limit=60.0, ports=(PortNeed(setting, host, port),))
