"""Cases asked all at once, as anybody may ask them: by `denwaban tariff quote FILE`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]


class Asked:
    """Cases by name, and what the command answered."""

    def __init__(self) -> None:
        self.cases: dict[str, dict[str, Any]] = {}
        self._answers: dict[str, dict[str, Any]] = {}

    def case(self, name: str, tariff: str, start: str, rows: dict[str, Any], **more: Any) -> str:
        """Note a case; what the contract says besides its rows is told from what the case says."""
        assert name not in self.cases, f"{name} is asked twice"
        contract = {"start": start, "rows": rows}
        for field in ("type", "use", "payment", "settings", "facts", "prices"):
            if field in more:
                contract[field] = more.pop(field)
        self.cases[name] = {"id": name, "tariff": tariff, "contract": contract, **more}
        return name

    def ask(self, folder: Path) -> None:
        """Let the command answer every case that was noted."""
        file = folder / "cases.json"
        file.write_text(json.dumps({"cases": list(self.cases.values())}), encoding="utf-8")
        command = [sys.executable, "-m", "denwaban", "tariff", "quote", str(file)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
        self._answers = {answer["id"]: answer for answer in json.loads(done.stdout)["cases"]}

    def answer(self, name: str) -> dict[str, Any]:
        """The whole answer to a case."""
        return self._answers[name]

    def decision(self, name: str, order: int = 0) -> tuple[Any, ...]:
        """How the start (0) or an order (from 1 on) was decided: () when accepted, else code, clause, used, limit."""
        decided = self._answers[name]["decisions"][order]
        if decided["accepted"]:
            return ()
        return decided["code"], decided["clause"], decided.get("used"), decided.get("limit")

    def lines(self, name: str, month: str) -> dict[str, tuple[Any, Any]]:
        """Quantity and amount by row of a month's invoice, which was issued."""
        (invoice,) = [one for one in self._answers[name]["invoices"] if one["month"] == month]
        assert invoice["state"] == "issued", invoice
        return {line["row"]: (line.get("quantity"), line["amount"]) for line in invoice["lines"]}

    def limit(self, name: str, row: str, at: int = 0) -> int | None:
        """How much of a row is given at the moment asked for; 0 when it is not given."""
        rows = {one["row"]: one["limit"] for one in self._answers[name]["entitlements"][at]["rows"]}
        return rows.get(row, 0)
