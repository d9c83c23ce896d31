"""The paper says what the document says: word for word, with its font inside."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pypdf
import pytest

from api.paper.invoice import NoFont, pdf
from api.settings import ApiSettings
from tariff.money.closed import ClosedLine, ClosedMonth, ClosedSetOff, ClosedTax, Issuer
from tariff.written.rows import Words

FONT = ApiSettings().invoice_font
MONTH = ClosedMonth(
    tenant="aoi",
    contract="voice",
    month="2025-11",
    tariff="connect-smacom@2025-04-01",
    state="issued",
    number="aoi-voice-2025-11",
    closed=date(2025, 12, 1),
    issuer=Issuer("株式会社電話番", "T1234567890123", "東京都千代田区<1-1>"),
    recipient="株式会社あおい",
    lines=(
        ClosedLine(
            "CSM-M3",
            Words("発着信", "Both ways"),
            Decimal(55860),
            "T1-1",
            "7",
            Decimal(7980),
            "2025-11",
            None,
            "7 × 7980",
        ),
        ClosedLine("MT-C9", Words("通話料", "Calls"), Decimal("1018"), "T1-9", "120", Decimal("8.49"), "2025-10"),
        ClosedLine("X-1", Words("飲料", "Drinks"), Decimal(-100), "T9", month="2025-11", reduced=True),
    ),
    subtotal=Decimal(56778),
    tax=(ClosedTax(10, Decimal(56878), Decimal(5687)), ClosedTax(8, Decimal(-100), Decimal(-8))),
    total=Decimal(62457),
    months=("2025-10", "2025-11"),
)
SETTLED = replace(
    MONTH,
    lines=(*MONTH.lines, ClosedLine("LATE-INTEREST", Words("遅延損害金", "Late interest"), Decimal(27), "Art.26")),
    subtotal=Decimal(56805),
    tax=(*MONTH.tax, ClosedTax(0, Decimal(27), Decimal(0))),
    total=Decimal(62484),
    due=date(2025, 12, 31),
    set_off=(ClosedSetOff("2025-10", Decimal(4000), "Art.24"), ClosedSetOff("2025-11", Decimal(1000), "Art.24")),
    refund=Decimal(5),
)


def words(closed: ClosedMonth) -> str:
    """Everything that the paper has to say, in its order, without spaces."""
    issuer = closed.issuer
    said = ["請求書", f"{closed.recipient}御中", f"ご請求金額（税込）{closed.total:,}円"]
    said += ["請求書番号", closed.number, "発行日", f"{closed.closed:%Y年%-m月%-d日}"]
    said += [] if closed.due is None else ["お支払期限", f"{closed.due:%Y年%-m月%-d日}"]
    said += ["対象月", closed.month]
    said += ["契約", f"{closed.contract}（{closed.tariff}）", "発行者", issuer.name]
    said += ["所在地", issuer.address, "登録番号", issuer.registration]
    said += ["月", "行", "品目", "根拠", "数量", "単価", "金額（税抜）", "軽減"]
    for line in closed.lines:
        price = "" if line.unit_price is None else f"{line.unit_price:,}"
        said += [line.month, line.row, line.name.ja, line.clause, line.quantity, price, f"{line.amount:,}"]
        said += ["※"] * line.reduced
    said += ["税率", "対象額（税抜）", "消費税額"]
    for part in closed.tax:
        said += [f"{part.rate}%対象" if part.rate else "不課税", f"{part.base:,}", f"{part.amount:,}"]
    said += [f"小計（税抜）{closed.subtotal:,}円", f"合計（税込）{closed.total:,}円"]
    if closed.set_off:
        said += [f"差引請求額{closed.payable:,}円", f"保証金の返還{closed.refund:,}円"]
        said += ["保証金の充当（請求月）", "根拠", "充当額"]
    for taken in closed.set_off:
        said += [taken.month, taken.clause, f"{taken.yen:,}"]
    said += ["「※」は軽減税率対象品目です。", "1/1"]
    return "".join("".join(said).split())


def read(printed: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(printed)).pages
    return "".join("".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize("month", [MONTH, SETTLED], ids=["plain", "with a deposit"])
def test_the_text_of_the_paper_is_the_document(month: ClosedMonth) -> None:
    assert read(pdf(month, FONT)) == words(month)


def test_the_font_is_embedded_and_there_is_no_other() -> None:
    (page,) = pypdf.PdfReader(io.BytesIO(pdf(MONTH, FONT))).pages
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        (inner,) = font["/DescendantFonts"]
        descriptor = inner.get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)
        assert descriptor["/FontName"].endswith("+paper")


def test_a_hundred_lines_take_more_than_one_page() -> None:
    many = replace(MONTH, lines=MONTH.lines * 40)
    pages = pypdf.PdfReader(io.BytesIO(pdf(many, FONT))).pages
    assert len(pages) > 1
    assert sum(page.extract_text().count("CSM-M3") for page in pages) == 40


def test_without_the_font_it_says_which_to_install(tmp_path: Path) -> None:
    with pytest.raises(NoFont, match="fonts-ipaexfont-gothic"):
        pdf(MONTH, tmp_path / "none.ttf")
