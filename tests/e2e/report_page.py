"""The page of reports as a supervisor reads it, for a test that knows what it has to show."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, Page, expect

COUNTED = {"着信": "offered", "時間内応答": "answered_in_time", "即放棄": "short_abandoned", "待機中": "still_waiting"}


@dataclass(frozen=True, slots=True)
class ReportPage:
    """The page after the login."""

    page: Page

    async def narrowed(self, about: str, begin: str, one: str) -> None:
        """The report of one kind since `begin` (by the machine's clock) by hours, and of it only `one`."""
        await self.page.get_by_label(about).check()
        await self.page.get_by_label("開始").fill(begin)
        await self.page.get_by_label("区間").select_option("60分")
        await self.page.get_by_role("button", name="表示", exact=True).click()
        await self.page.get_by_label("絞り込み").select_option(one)
        await expect(self.page.locator("#report")).to_have_attribute("aria-busy", "false")

    async def rows(self) -> list[dict[str, str]]:
        """What stands under each name, row by row; the first cell is called "", the sum comes last."""
        heads = await self._texts(self.page.locator("#sheet thead tr:last-child th"))
        found = []
        for row in await self.page.locator("#sheet tbody tr, #sheet tfoot tr").all():
            cells = await self._texts(row.locator("td"))
            title = await row.locator("th").inner_text()
            found.append({"": title.replace("\n", " "), **dict(zip(heads[-len(cells) :], cells, strict=True))})
        return found

    async def formula(self, name: str, *, by_keyboard: bool = False) -> str:
        """What is told to whoever points at the name, or comes to it by the keyboard; Escape takes it away."""
        button, tip = self.page.get_by_role("button", name=name, exact=True), self.page.get_by_role("tooltip")
        await (button.focus() if by_keyboard else button.hover())
        await expect(button).to_have_attribute("aria-describedby", "tip")
        told = await tip.inner_text()
        await self.page.keyboard.press("Escape")
        await expect(tip).to_be_hidden()
        return told

    async def saved(self, encoding: str) -> bytes:
        """The file that the browser saves."""
        await self.page.get_by_label("CSVの文字コード").select_option(encoding)
        async with self.page.expect_download() as saving:
            await self.page.get_by_role("button", name="CSVをダウンロード").click()
        file = await (await saving.value).path()
        return await asyncio.to_thread(Path(file).read_bytes)

    async def _texts(self, cells: Locator) -> list[str]:
        return [text.strip() for text in await cells.all_inner_texts()]


def cells(row: dict[str, str]) -> dict[str, str]:
    """Of a row of the page: some counts, a rate, a time, and the service level by each formula."""
    levels = {name: text for name, text in row.items() if name.startswith("SL-")}
    return {**{name: row[name] for name in (*COUNTED, "応答率", "平均応答")}, **levels}


def in_cells(line: dict[str, Any]) -> dict[str, str]:
    """The same of a line of the api."""
    counts = line["counts"]
    return {
        **{name: str(int(counts[what])) for name, what in COUNTED.items()},
        "応答率": percent(line["answer_rate"]),
        "平均応答": clocked(line["asa_seconds"]),
        **{name: percent(level) for name, level in line["service_levels"].items()},
    }


def percent(of: float | None) -> str:
    return "–" if of is None else f"{of * 100:.1f}%"


def clocked(seconds: float | None) -> str:
    return "–" if seconds is None else "{}:{:02}".format(*divmod(int(seconds + 0.5), 60))
