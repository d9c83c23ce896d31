"""Secrets lie in files of mode 0600, one each, and are made when they are missing."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from kernel.errors import ConfigurationError

_BYTES = 32


def ensure_secret(path: Path) -> str:
    """The secret in `path`; 256 random bits (URL-safe base 64) are written there first when the file is missing."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        _make(path)
    return read_secret(path)


def _make(path: Path) -> None:
    # Written aside and linked whole: two who start at once both read the secret of the first, never half a file.
    aside = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(_BYTES))
        with suppress(FileExistsError):
            os.link(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def read_secret(path: Path) -> str:
    """The secret in `path`; ConfigurationError when the file is missing, empty, or readable by others."""
    try:
        mode = path.stat().st_mode
        secret = path.read_text().strip()
    except OSError as error:
        raise ConfigurationError(f"the secret file {path} cannot be read: {error.strerror}") from error
    if mode & 0o077:
        raise ConfigurationError(f"the secret file {path} can be read by others: chmod 600 {path}")
    if not secret:
        raise ConfigurationError(f"the secret file {path} is empty: remove it to have a new one made")
    return secret
