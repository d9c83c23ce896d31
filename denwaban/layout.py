"""Where everything of one instance lies below its var folder, and how a server that may not run as root reaches it."""

from __future__ import annotations

import hashlib
import os
import pwd
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from denwaban.errors import LayoutRefused
from store.secret_files import ensure_secret

SOCKET_LIMIT = 107
"""Bytes a unix socket's path may have (sun_path of unix(7), less the closing zero)."""
POSTGRES_SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET = f"postgres/{POSTGRES_SOCKET}.lock"
SECRETS = ("ari", "ami", "database", "postgres", "personal_key", "token_key")
PUBLIC = 0o711
"""Others may pass through to what is theirs, and see nothing."""
PRIVATE = 0o700
STATE_HOME = Path("/var/lib/denwaban")
"""Where data of an unprivileged server goes when root's var folder lies where that server may not look."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders of one instance. Make it with `prepare`."""

    var: Path
    sockets: Path
    """Folder of the unix sockets; short enough, and reachable for every server."""

    @property
    def secrets(self) -> Path:
        """Files with one secret each, 0600."""
        return self.var / "secrets"

    @property
    def run(self) -> Path:
        """Who runs: one file for each child, and the supervisor's lock."""
        return self.var / "run"

    @property
    def log(self) -> Path:
        """What the children wrote."""
        return self.var / "log"

    @property
    def postgres(self) -> Path:
        """Folder of the database server; a link when the server may not enter var."""
        return self.var / "postgres"

    @property
    def redis(self) -> Path:
        """Folder of Redis' append-only file."""
        return self.var / "redis"

    @property
    def postgres_socket(self) -> Path:
        """Folder of the database's socket."""
        return self.sockets / "postgres"

    @property
    def redis_socket(self) -> Path:
        """Redis' socket."""
        return self.sockets / "redis.sock"


def prepare(var: Path, user: str | None) -> Layout:
    """Make missing folders and secrets; `user` is who the database server runs as (None: we ourselves).

    Raises LayoutRefused when a folder belongs to somebody else.
    """
    var = var.absolute()
    _folder(var, PUBLIC)
    _folder(var / "run", PUBLIC)
    for name in ("secrets", "log", "redis", "journal", "recordings", "prompts", "asterisk"):
        _folder(var / name, PRIVATE)
    for name in SECRETS:
        ensure_secret(var / "secrets" / name)
    reachable = user is None or may_enter(var, user)
    layout = Layout(var, _socket_folder(var, reachable))
    _folder(layout.postgres_socket, PRIVATE)
    _postgres_folder(layout, reachable)
    # Where commands given by hand look for the servers (the defaults of their settings).
    _link(layout.run / POSTGRES_SOCKET, layout.postgres_socket / POSTGRES_SOCKET)
    if layout.sockets != layout.run:
        _link(layout.run / layout.redis_socket.name, layout.redis_socket)
    if user is not None:
        account = pwd.getpwnam(user)
        for folder in (layout.postgres_socket, layout.postgres.resolve()):
            os.chown(folder, account.pw_uid, account.pw_gid)
    return layout


def service_user() -> str | None:
    """Who the database server runs as: nobody else unless we are root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise LayoutRefused("PostgreSQL does not run as root, and this machine has neither a user `postgres` nor `nobody`.")


def may_enter(folder: Path, user: str) -> bool:
    """Whether a user can reach a folder; tried as that user, since more than mode bits may decide."""
    account = pwd.getpwnam(user)
    answer = subprocess.run(
        ["/usr/bin/test", "-x", str(folder)],
        user=account.pw_uid,
        group=account.pw_gid,
        extra_groups=[],
        cwd="/",
        timeout=10,
        check=False,
    )
    return answer.returncode == 0


def _folder(path: Path, mode: int) -> None:
    path.mkdir(parents=True, exist_ok=True)
    if path.stat().st_uid == os.geteuid():
        path.chmod(mode)


def _socket_folder(var: Path, reachable: bool) -> Path:
    own = var / "run"
    if reachable and len(os.fsencode(own / LONGEST_SOCKET)) <= SOCKET_LIMIT:
        return own
    name = f"denwaban-{hashlib.sha256(os.fsencode(var)).hexdigest()[:12]}"
    short = _runtime_home() / name
    short.mkdir(mode=PUBLIC, exist_ok=True)
    there = short.lstat()
    if not stat.S_ISDIR(there.st_mode) or there.st_uid != os.geteuid():
        raise LayoutRefused(f"{short} belongs to somebody else; use another DENWABAN_VAR.")
    short.chmod(PUBLIC)
    _link(var / "run" / "sockets", short)
    return short


def _runtime_home() -> Path:
    if os.geteuid() == 0:
        return Path("/run")
    own = os.environ.get("XDG_RUNTIME_DIR", "")
    return Path(own) if own and Path(own).is_dir() and len(own) < 40 else Path("/tmp")


def _postgres_folder(layout: Layout, reachable: bool) -> None:
    """The data stay where they were first put, so a changed permission never starts an empty database."""
    if layout.postgres.exists():
        return
    if reachable:
        layout.postgres.mkdir(mode=PRIVATE)
        return
    STATE_HOME.mkdir(mode=PUBLIC, parents=True, exist_ok=True)
    _link(layout.postgres, Path(tempfile.mkdtemp(prefix="postgres-", dir=STATE_HOME)))


def _link(link: Path, target: Path) -> None:
    if link.is_symlink():
        link.unlink()
    link.symlink_to(target)
