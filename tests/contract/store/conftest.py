"""A PostgreSQL of the tests' own and a fresh database in it for each test."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from store.engine import platform_engine, tenant_engine
from store.migrate import migrate
from store.secret_files import ensure_secret
from store.settings import StoreSettings


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a running server without user and database: `postgresql+asyncpg:///{}?host=…`."""
    folder = Path(tempfile.mkdtemp(prefix="dwpg"))
    binaries = max(Path("/usr/lib/postgresql").iterdir(), key=lambda path: int(path.name)) / "bin"
    password = folder / "owner"
    ensure_secret(password)
    user = pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    for path in (folder, password):
        os.chown(path, user.pw_uid, user.pw_gid)

    def run(*command: str) -> None:
        subprocess.run(
            command,
            check=True,
            cwd=folder,
            user=user.pw_uid,
            group=user.pw_gid,
            extra_groups=[],
            stdout=subprocess.DEVNULL,
        )

    data = str(folder / "data")
    run(
        str(binaries / "initdb"), "-D", data, "-U", "denwaban_owner", "--auth=scram-sha-256", f"--pwfile={password}",
        "--encoding=UTF8", "--locale=C", "--no-sync",
    )  # fmt: skip
    server = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=60"
    run(str(binaries / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log"), "-o", server, "start")
    yield f"postgresql+asyncpg:///{{}}?host={folder}"
    run(str(binaries / "pg_ctl"), "-D", data, "-w", "-m", "immediate", "stop")
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def secrets_folder(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The role passwords belong to the server, so every database of the session shares them."""
    folder = tmp_path_factory.mktemp("secrets")
    owner = folder / "secrets" / "database"
    owner.parent.mkdir()
    owner.write_text((Path(postgres_url.partition("host=")[2]) / "owner").read_text())
    owner.chmod(0o600)
    return folder


@pytest.fixture
async def settings(postgres_url: str, secrets_folder: Path) -> StoreSettings:
    """Settings of a fresh, migrated database."""
    store = StoreSettings(var=secrets_folder, database_url=postgres_url.format(f"t{secrets.token_hex(6)}"))
    await migrate(store)
    return store


@pytest.fixture
async def platform(settings: StoreSettings) -> AsyncIterator[AsyncEngine]:
    engine = platform_engine(settings)
    yield engine
    await engine.dispose()


@pytest.fixture
async def as_tenant(settings: StoreSettings) -> AsyncIterator[AsyncEngine]:
    engine = tenant_engine(settings)
    yield engine
    await engine.dispose()
