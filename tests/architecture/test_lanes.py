"""The folders that one worker of pytest takes as a whole are those whose tests share a platform."""

from __future__ import annotations

import re

from tests.lanes import DEMO, ROOT, TOGETHER, scope_of


def test_a_folder_stays_together_when_its_tests_share_a_platform_and_only_then() -> None:
    sharing = {
        f"{conftest.parent.relative_to(ROOT)}/"
        for conftest in (ROOT / "tests").glob("*/*/conftest.py")
        if '@pytest.fixture(scope="package")' in conftest.read_text("utf-8")
    }
    assert set(TOGETHER) == sharing


def test_stories_of_the_demos_tenants_stay_together_and_others_go_by_file() -> None:
    asking = [path for path in (ROOT / "tests/e2e").glob("test_*.py") if "demo: Platform" in path.read_text("utf-8")]
    assert {scope_of(str(path.relative_to(ROOT))) for path in asking} == {DEMO}
    assert scope_of("tests/e2e/test_first_call.py") == "tests/e2e/test_first_call.py"
    assert scope_of("tests/e2e/flows/test_menu.py") == "tests/e2e/flows/"


def test_faults_are_looked_for_where_they_are() -> None:
    passed_over = re.search(r"^NO_FAULTS := .*tests/,(.*)\)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert passed_over
    tests = (ROOT / "tests").rglob("test_*.py")
    breaking = [path for path in tests if re.search(r"\bmark\.chaos\b", path.read_text("utf-8"))]
    assert breaking
    folders = {path.relative_to(ROOT / "tests").parts[0] for path in breaking}
    assert folders.isdisjoint(passed_over[1].split())
