"""Prepares one Asterisk: finds it, writes its configuration and secrets, and says how to run it."""

from __future__ import annotations

import os
import re
import resource
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from asterisk.modules import wanted
from asterisk.settings import AsteriskSettings
from asterisk.tree import Tree, find
from kernel.errors import ConfigurationError

TEMPLATES: Final = Path(__file__).parent / "conf"
FIRST_FOLDER: Final = "asterisk"
_FILES_WANTED: Final = 65536
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{24,}")


@dataclass(frozen=True, slots=True)
class Place:
    """The folders of one Asterisk below var/."""

    conf: Path
    lib: Path
    data: Path
    spool: Path
    log: Path
    run: Path

    @property
    def recordings(self) -> Path:
        """Where MixMonitor writes."""
        return self.spool / "recording"


def place(var: Path, folder: str = FIRST_FOLDER) -> Place:
    """Where the things of the Asterisk of this folder lie below `var`."""
    own = var.absolute() / folder
    run = var.absolute() / "run" if folder == FIRST_FOLDER else own / "run"
    return Place(own / "conf", own / "lib", own / "data", own / "spool", own / "log", run)


def prepare(settings: AsteriskSettings, var: Path) -> list[str]:
    """Writes everything below `var` that Asterisk needs; returns the arguments that run it in the foreground.

    Needs no root and leaves what is there (recordings, astdb, secrets) as it is. ConfigurationError when no
    Asterisk is new enough or a secret file is unusable.
    """
    tree = find(settings.asterisk_dir)
    where = place(var, settings.node_folder)
    folders = (
        where.conf,
        where.lib / "keys",
        where.data,
        where.spool,
        where.recordings,
        where.log,
        where.run,
        var / "prompts",
    )
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _link_data(where.data, tree, var.absolute() / "prompts")
    render(settings, tree, where)
    return [*tree.command, "-C", str(where.conf / "asterisk.conf"), "-f"]


def render(settings: AsteriskSettings, tree: Tree, where: Place) -> None:
    """Writes each template of `asterisk/conf` as a file that only we can read."""
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False
    )
    for source in sorted(TEMPLATES.glob("*.j2")):
        text = templates.get_template(source.name).render(
            settings=settings,
            tree=tree,
            place=where,
            modules=wanted(with_app_queue=settings.with_app_queue, linked=settings.linked),
            ari_password=secret(settings.ari_password_file),
            ami_password=secret(settings.ami_password_file),
            fallback_rounds=max(1, settings.fallback_limit // settings.fallback_round),
            max_files=_max_files(),
        )
        _write(where.conf / source.stem, text)


def secret(file: Path) -> str:
    """The secret in this file, which is made at random when it is not there yet.

    ConfigurationError when it holds other than at least 24 letters, digits, `_` and `-`: it must fit into a
    configuration file as it is.
    """
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(file, secrets.token_urlsafe(32))
    text = file.read_text().strip()
    if _SECRET.fullmatch(text) is None:
        raise ConfigurationError(f"{file.name}: a secret needs at least 24 characters out of A-Z a-z 0-9 _ -")
    return text


def _write(file: Path, text: str) -> None:
    """Replaces the file at once, so that nobody ever reads half of it, with mode 0600 from its first byte."""
    fresh = file.with_name(file.name + ".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(text)
    fresh.replace(file)


def _link_data(data: Path, tree: Tree, prompts: Path) -> None:
    """Asterisk's data folder: the tree's own, with the English sounds and our prompts where it looks for them.

    A tree unpacked without maintainer scripts has no `sounds/en`.
    """
    for folder in sorted(tree.data.iterdir()):
        if folder.name != "sounds":
            _link(data / folder.name, folder)
    sounds = data / "sounds"
    sounds.mkdir(exist_ok=True, mode=0o700)
    english = next((path for name in ("en", "en_US_f_Allison") if (path := tree.data / "sounds" / name).is_dir()), None)
    if english is not None:
        _link(sounds / "en", english)
    _link(sounds / "prompts", prompts)


def _link(link: Path, target: Path) -> None:
    if link.is_symlink():
        link.unlink()
    link.symlink_to(target)


def _max_files() -> int:
    """Open files Asterisk may have: a call needs about four, and the usual soft limit is 1,024."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _FILES_WANTED if hard == resource.RLIM_INFINITY else min(hard, _FILES_WANTED)
