"""What is committed works in any clone: no registry, no machine's own path, no file outside the project."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest

from tests.architecture.sources import ROOMS, ROOT, name, ours, python_files

# Put together here, so that this file does not find itself.
FORBIDDEN = re.compile(
    "|".join(
        [
            r"(?:files\.python" + r"hosted|py" + r"pi)\.org",
            r"registry\.npm" + r"js\.org",
            r"https?://(?:deb|ftp|security|snapshot)\.debian" + r"\.org",
            r"file://" + r"/",
            r"(?<![\w.~-])/(?:work|root|home/\w+)" + r"/[\w.]",
            r"\.\./" + r"shared",
        ]
    )
)
TEXT = frozenset(
    {".py", ".toml", ".txt", ".md", ".sh", ".json", ".j2", ".conf", ".csv", ".yml", ".yaml", ".cfg", ".sql", ""}
)

BROUGHT = {"starlette", "pydantic-core"}
"""The foundations of FastAPI and pydantic, part of what these promise."""


def findings(text: str) -> list[str]:
    """Places that hold on one machine only."""
    return [match[0] for match in FORBIDDEN.finditer(text)]


def test_no_committed_file_names_a_registry_or_a_place_of_one_machine() -> None:
    found = {}
    for path in ours():
        if path.suffix in TEXT and path.stat().st_size < 2_000_000:
            seen = findings(path.read_text(encoding="utf-8", errors="replace"))
            if seen:
                found[name(path)] = seen
    assert found == {}


@pytest.mark.parametrize(
    "planted",
    [
        "--index-url https://py" + "pi.org/simple",
        "open('../" + "shared/x')",
        "cd /wo" + "rk/main",
        "PATH=/ro" + "ot/.cache",
    ],
)
def test_a_planted_place_is_seen(planted: str) -> None:
    assert findings(planted)


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_a_lock_file_holds_nothing_but_pins_and_hashes(lock: str) -> None:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    pin, digest = (
        re.compile(r"[a-z0-9-]+(\[[a-z0-9,-]+\])?==\S+( ; .+)? \\"),
        re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?"),
    )
    assert [line for line in lines if not pin.fullmatch(line) and not digest.fullmatch(line)] == []


def test_both_lock_files_agree() -> None:
    run, test = (
        set(re.findall(r"^(\S+==\S+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))
        for lock in ("requirements.txt", "requirements-dev.txt")
    )
    assert run < test


def test_the_set_up_needs_nothing_but_the_standard_library() -> None:
    """It runs before there is anything else."""
    imported: dict[str, set[str]] = {}
    for path in [ROOT / "denwaban" / "__init__.py", *(ROOT / "denwaban" / "setup").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for module in modules:
                if not module.startswith("denwaban.setup") and module.split(".")[0] not in sys.stdlib_module_names:
                    imported.setdefault(name(path), set()).add(module)
    assert imported == {}


def modules_of(text: str) -> set[str]:
    """The top-level modules a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
    return found


def test_every_library_that_is_imported_is_asked_for() -> None:
    """One that only another library happens to bring is gone with that library's next release."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    bring = packages_distributions()

    def named(entries: list[str]) -> set[str]:
        return {re.split(r"[\[<>=]", entry)[0].lower() for entry in entries}

    run = named(project["dependencies"]) | BROUGHT
    test = run | named(project["optional-dependencies"]["dev"])
    missing: dict[str, set[str]] = {}
    for path in python_files():
        asked = test if path.is_relative_to(ROOT / "tests") else run
        for module in modules_of(path.read_text(encoding="utf-8")) - sys.stdlib_module_names - {*ROOMS, "tests"}:
            distributions = {name.lower().replace("_", "-") for name in bring.get(module, [f"unknown: {module}"])}
            if not distributions & asked:
                missing.setdefault(name(path), set()).update(distributions)
    assert missing == {}


def test_stories_of_features_know_nothing_of_the_product() -> None:
    """A test marked with a feature speaks SIP, HTTP, WebSocket and files, as a customer does."""
    rooms = {"kernel", "acd", "ivr", "recording", "reports", "asterisk", "store", "bus", "controller", "api", "worker"}
    found = {}
    for path in python_files():
        text = path.read_text(encoding="utf-8")
        if path.is_relative_to(ROOT / "tests" / "e2e") and "mark.feature" in text:
            nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)]
            seen = {node.module for node in nodes if node.module and node.module.split(".")[0] in rooms | {"denwaban"}}
            if seen:
                found[name(path)] = seen
    assert found == {}
