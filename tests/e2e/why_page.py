"""The live board in a supervisor's browser and what it answers to "why?", for tests that know what has to be there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.async_api import Locator, Page, expect


@dataclass(frozen=True, slots=True)
class WhyPage:
    """The page after the login."""

    page: Page

    @property
    def dialog(self) -> Locator:
        """The answer."""
        return self.page.get_by_role("dialog")

    @property
    def source(self) -> Locator:
        """By which configuration, after which fact."""
        return self.dialog.get_by_text(" · seq ")

    def row(self, table: str, text: str) -> Locator:
        """The row of a table that holds this text."""
        return self.page.get_by_role("table", name=table).get_by_role("row").filter(has_text=text)

    async def ask(self, table: str, row: str, name: str) -> None:
        """By the keyboard: the question in the row of a table that holds this text, as soon as it may be asked."""
        await self.row(table, row).get_by_role("button", name=name).press("Enter")
        await expect(self.dialog).to_be_visible()

    async def says(self, *told: dict[str, str], language: str = "ja") -> None:
        """These sentences stand there, in one language."""
        for sentence in told:
            await expect(self.dialog.get_by_text(sentence[language], exact=True)).to_be_visible()

    async def rows(self, table: str) -> list[list[str]]:
        """The cells of a table of the answer."""
        found = self.dialog.get_by_role("table", name=table).locator("tbody tr")
        return [[text.strip() for text in await row.locator("td").all_inner_texts()] for row in await found.all()]

    async def close(self) -> None:
        """Escape takes the answer away, and who asked is where he was."""
        await self.page.keyboard.press("Escape")
        await expect(self.dialog).to_be_hidden()


def kept(told: dict[str, Any]) -> list[list[str]]:
    """As the page shows the counts by reason."""
    return [[str(one["agents"]), one["sentence"]["ja"]] for one in told["kept"]]
