"""Install Debian packages that are missing, without leaving a service running that was not running before."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from denwaban.setup import progress
from denwaban.setup.errors import SetupFailed
from denwaban.setup.programs import Need, find_program

# Debian's maintainer scripts ask policy-rc.d whether they may start a service (Debian policy 9.3.3.1). Ours says no
# while the installing shell lives; one that was left behind by a crash takes itself away the next time it is asked.
INSTALL = r"""
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    trap 'exit 130' INT TERM HUP
    printf '#!/bin/sh\n[ -d /proc/%s ] && exit 101\nrm -f "$0"\nexit 0\n' "$$" > "$policy"
    chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
install() {
    apt-get -q -y -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 -o APT::Status-Fd=1 \
        install --no-install-recommends "$@"
}
install "$@" || { apt-get -q -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 update && install "$@"; }
"""


def ensure(needs: Iterable[Need]) -> None:
    """Install what is missing; a second call does nothing.

    Raises SetupFailed when this is no Debian, when there is neither root nor sudo, or when apt cannot do it.
    """
    missing = [need for need in needs if not need.present()]
    if not missing:
        return
    names = sorted({need.package for need in missing})
    prefix = _as_root(missing, names)
    title = f"Debian packages {', '.join(names)}"
    progress.run(title, [*prefix, "sh", "-c", INSTALL, "install", *names], fraction=apt_fraction)
    still = [need for need in missing if not need.present()]
    if still:
        raise SetupFailed("Installed, but still not found:\n" + _list(still))


def _as_root(missing: Sequence[Need], names: Sequence[str]) -> list[str]:
    if find_program("apt-get") is None or not Path("/etc/debian_version").exists():
        raise SetupFailed(
            "This machine is no Debian, so these have to be installed by hand (or named by a setting):\n"
            + _list(missing)
        )
    if os.geteuid() == 0:
        return []
    if find_program("sudo") is None:
        raise SetupFailed(
            f"Root is needed once to install packages. As root: apt-get install {' '.join(names)}\n"
            "or name installed ones:\n" + _list(missing)
        )
    return ["sudo"] if sys.stdin.isatty() else ["sudo", "-n"]


def _list(needs: Iterable[Need]) -> str:
    return "\n".join(f"  - {need.what}" + (f"; setting {need.setting}" if need.setting else "") for need in needs)


def apt_fraction(line: str) -> float | None:
    """Read apt's own progress lines (`pmstatus:package:percent:text`): half is fetching, half installing."""
    kind, _, rest = line.partition(":")
    if kind not in ("dlstatus", "pmstatus"):
        return None
    percent = rest.split(":")[1:2]
    try:
        share = float(percent[0]) / 100
    except (IndexError, ValueError):
        return None
    return share / 2 if kind == "dlstatus" else 0.5 + share / 2
