"""Read from apt's own sources which Debian mirror this machine uses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

APT = Path("/etc/apt")


@dataclass(frozen=True)
class Source:
    """One place apt fetches packages from."""

    uri: str
    suites: tuple[str, ...]
    components: tuple[str, ...]


def find_mirror(apt: Path = APT) -> str | None:
    """The address of the Debian archive, without a slash at its end; None when apt names none."""
    debian = [source for source in read_sources(apt) if _is_debian(source)]
    return _resolve(debian[0].uri).rstrip("/") if debian else None


def read_sources(apt: Path) -> list[Source]:
    """All enabled binary sources, from both formats of sources.list(5), in apt's order."""
    found: list[Source] = []
    for path in [apt / "sources.list", *sorted((apt / "sources.list.d").glob("*"))]:
        if path.suffix not in (".list", ".sources") or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found.extend(_deb822(text) if path.suffix == ".sources" else _one_line(text))
    return found


def _one_line(text: str) -> Iterator[Source]:
    for line in text.splitlines():
        match = re.match(r"\s*deb\s+(?:\[[^]]*\]\s+)?(\S+)\s+(\S+)\s*([^#]*)", line)
        if match:
            yield Source(match[1], (match[2],), tuple(match[3].split()))


def _deb822(text: str) -> Iterator[Source]:
    without_comments = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for stanza in re.split(r"\n\s*\n", without_comments):
        fields: dict[str, str] = {}
        name = ""
        for line in stanza.splitlines():
            if line[:1].isspace():
                fields[name] = f"{fields.get(name, '')} {line.strip()}"
            elif ":" in line:
                name, value = line.split(":", 1)
                name = name.strip().lower()
                fields[name] = value.strip()
        enabled = fields.get("enabled", "yes").lower() not in ("no", "false", "0")
        if enabled and "deb" in fields.get("types", "").split():
            for uri in fields.get("uris", "").split():
                yield Source(uri, tuple(fields.get("suites", "").split()), tuple(fields.get("components", "").split()))


def _is_debian(source: Source) -> bool:
    """The archive itself: carries `main`, and is neither the security archive nor somebody else's."""
    if "main" not in source.components or any("security" in suite for suite in source.suites):
        return False
    return source.uri.rstrip("/").endswith("/debian") or source.uri.startswith("mirror+file:")


def _resolve(uri: str) -> str:
    """Debian's cloud images keep the address in a file of mirrors."""
    if not uri.startswith("mirror+file:"):
        return uri
    lines = Path(uri.removeprefix("mirror+file:")).read_text(encoding="utf-8").split("\n")
    return next((line.split()[0] for line in lines if line.strip() and not line.startswith("#")), "")
