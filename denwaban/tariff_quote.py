"""`denwaban tariff quote FILE`: answers cases about the tariffs; nothing is stored."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from api.texts import sentence
from kernel.refusal import Refused
from store.tariffs import packaged, quote_schema, texts
from tariff.quote.answering import Door
from tariff.quote.fitting import Unreadable, parse
from tariff.quote.writing import Document
from tariff.written import catalogue
from tariff.written.catalogue import Catalogue
from tariff.written.reading import BadTable

ANSWERED: Final = 0
BROKEN: Final = 1
MISFIT: Final = 2


def main(file: Path, besides: Sequence[Path] = ()) -> int:
    """Print the answers to the cases in `file`, in order; `besides`: tables that are loaded with the packaged ones.

    0: every case was answered, 2: one does not fit the schema, 1: the file cannot be read, or we are broken.
    """
    try:
        known = _known(besides)
        asked = parse(file.read_text(encoding="utf-8-sig"))
    except Unreadable as error:
        print(f"{file} is no JSON: {error}", file=sys.stderr)
        return BROKEN
    except UnicodeDecodeError as error:
        print(f"{file} is no UTF-8 text: {error.reason} at byte {error.start}", file=sys.stderr)
        return BROKEN
    except (OSError, BadTable) as error:
        print(f"denwaban cannot read what it needs: {error}", file=sys.stderr)
        return BROKEN
    answer, code = answers(Door(known, quote_schema(), Sentences(known)), asked)
    json.dump(answer, sys.stdout, ensure_ascii=False, indent=1)
    print()
    return code


def answers(door: Door, asked: object) -> tuple[Document, int]:
    """What is printed, and how the command ends."""
    if not isinstance(asked, dict) or "cases" not in asked:
        return _one(door, asked)
    cases = asked["cases"]
    if not isinstance(cases, list) or len(asked) > 1:
        flaw = next((name for name in asked if name != "cases"), "cases")
        return {"error": {"path": f"/{flaw}", "message": "cases is one list, and nothing stands beside it"}}, MISFIT
    found = [_one(door, case) for case in cases]
    codes = {code for _, code in found}
    worst = BROKEN if BROKEN in codes else MISFIT if MISFIT in codes else ANSWERED
    return {"cases": [document for document, _ in found]}, worst


def _one(door: Door, asked: object) -> tuple[Document, int]:
    """One case, whatever becomes of it: what breaks us over one leaves the others their answers."""
    try:
        document = door.answer(asked)
    except Exception:
        traceback.print_exc()
        flaw = {"error": {"path": "", "message": "denwaban broke over this case; the reason is on stderr"}}
        named = {"id": asked["id"]} if isinstance(asked, dict) and isinstance(asked.get("id"), str) else {}
        return {**named, **flaw}, BROKEN
    return document, MISFIT if "error" in document else ANSWERED


class Sentences:
    """Says a refusal in both languages, rows by their names."""

    def __init__(self, known: Catalogue) -> None:
        tables = (table for versions in known.tables.values() for table in versions)
        self._names = {row.id: row.name for table in tables for row in table.rows}

    def __call__(self, refused: Refused) -> Mapping[str, str]:
        """The sentences that can be said whole; a blank that nothing fills leaves its sentence out."""
        said = {language: self._say(refused, language) for language in ("ja", "en")}
        return {language: text for language, text in said.items() if "{" not in text}

    def _say(self, refused: Refused, language: str) -> str:
        params: dict[str, Any] = {name: self._named(value, language) for name, value in refused.params}
        counted = {"used": refused.used, "limit": refused.limit}
        params.update({name: str(value) for name, value in counted.items() if value is not None})
        return str(getattr(sentence("refusal", refused.code, params), language))

    def _named(self, text: str, language: str) -> str:
        return " ".join(self._word(word, language) for word in text.split(" "))

    def _word(self, word: str, language: str) -> str:
        name = self._names.get(word)
        return word if name is None else str(getattr(name, language))


def _known(besides: Sequence[Path]) -> Catalogue:
    if not besides:
        return packaged()
    return catalogue.read({**texts(), **{str(file): file.read_text(encoding="utf-8") for file in besides}})
