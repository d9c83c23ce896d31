"""`denwaban tariff quote FILE` as a command: what it prints, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.unit.tariff.quote.cases import CSM, EXAMPLES, SCHEMA, bent

ROOT = Path(__file__).parents[3]


def quote(tmp_path: Path, text: str | None, *options: str) -> tuple[int, Any, str]:
    """How the command ends over a file with this text (None: no file), what it prints, and its complaints."""
    file = tmp_path / "cases.json"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "denwaban", "tariff", "quote", str(file), *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    printed = json.loads(done.stdout) if done.stdout else None
    if printed is not None:
        Draft202012Validator({"$ref": "#/$defs/output", "$defs": SCHEMA["$defs"]}).validate(printed)
    return done.returncode, printed, done.stderr


def test_the_worked_examples_in_one_file_come_back_in_their_order(tmp_path: Path) -> None:
    code, printed, complaint = quote(tmp_path, json.dumps({"cases": [case for case, _ in EXAMPLES]}))
    assert (code, complaint) == (0, "")
    assert [one["id"] for one in printed["cases"]] == ["e1", "e2", "e3"]
    assert [one.get("calls") for one in printed["cases"]] == [
        None,
        None,
        [{"row": "MT-C7", "units": 3, "charge": "60.0"}],
    ]
    assert printed["cases"][1]["decisions"][1]["sentence"]["en"]
    assert printed["cases"][1]["decisions"][1]["sentence"]["ja"]


def test_one_case_is_answered_by_one_result(tmp_path: Path) -> None:
    code, printed, _ = quote(tmp_path, json.dumps(CSM))
    assert code == 0
    assert printed["id"] == "e1"
    assert printed["invoices"][1]["total"] == 77176


def test_a_case_that_does_not_fit_ends_with_2_and_leaves_the_others_their_answers(tmp_path: Path) -> None:
    cases = [bent(CSM, "/contract/rows/CSM-F03", "1.5"), CSM, bent(CSM, "/contract/start", "2025-02-29"), 7]
    code, printed, _ = quote(tmp_path, json.dumps({"cases": cases}))
    assert code == 2
    assert [one.get("error", {}).get("path") for one in printed["cases"]] == [
        "/contract/rows/CSM-F03",
        None,
        "/contract/start",
        "",
    ]
    assert printed["cases"][1]["decisions"] == [{"accepted": True}, {"accepted": True}]


@pytest.mark.parametrize("text", ["[]", '"case"', '{"cases": {}}', '{"cases": [], "more": 1}', "{}"])
def test_what_is_neither_a_case_nor_cases_ends_with_2(tmp_path: Path, text: str) -> None:
    code, printed, _ = quote(tmp_path, text)
    assert code == 2
    assert set(printed) == {"error"}


def test_no_cases_are_answered_by_none(tmp_path: Path) -> None:
    assert quote(tmp_path, '{"cases": []}')[:2] == (0, {"cases": []})


@pytest.mark.parametrize("text", [None, "", "{", '{"tariff": NaN}'])
def test_a_file_that_cannot_be_read_ends_with_1_and_says_why(tmp_path: Path, text: str | None) -> None:
    code, printed, complaint = quote(tmp_path, text)
    assert (code, printed) == (1, None)
    assert "cases.json" in complaint
    assert "Traceback" not in complaint


def test_a_file_that_is_no_text_ends_with_1(tmp_path: Path) -> None:
    file = tmp_path / "picture.json"
    file.write_bytes(b"\xff\xd8\xff")
    command = [sys.executable, "-m", "denwaban", "tariff", "quote", str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "UTF-8" in done.stderr
