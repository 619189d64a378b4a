"""The page about the form (docs/form.md): every example on it is read, every message is true."""

import re
from pathlib import Path

import pytest

from gentian.chart.errors import INVALID, ReadingError
from gentian.chart.form import read_form
from tests.chart.samples import load_vocabulary

PAGE = Path(__file__).resolve().parents[2] / "docs" / "form.md"
HEAD = "gentian: chart 1\nperson: example-child\nborn: 2015\nsex: female\nas_of: 2026-11-20\n"
BLOCKS = re.findall(
    r"^```(yaml|yaml refused|text)\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S
)
GOOD = [text for kind, text in BLOCKS if kind == "yaml"]
REFUSED = [text for kind, text in BLOCKS if kind == "yaml refused"]
MESSAGES = [text for kind, text in BLOCKS if kind == "text"]


@pytest.mark.parametrize("text", GOOD, ids=range(len(GOOD)))
def test_every_example_is_a_form_that_is_read_whole(text: str) -> None:
    whole = text if text.startswith("gentian:") else HEAD + text
    chart = read_form(whole.encode(), "form.yaml", load_vocabulary())
    lines = [line for line in text.splitlines() if line.startswith("  - ")]
    assert chart.reading.counts["taken"] >= len(lines)
    assert chart.reading.counts["refused"] == chart.reading.counts["confirm"] == 0


@pytest.mark.parametrize(("text", "message"), list(zip(REFUSED, MESSAGES, strict=True)))
def test_every_refusal_reads_as_printed(text: str, message: str) -> None:
    with pytest.raises(ReadingError) as refusal:
        read_form(text.encode(), "form.yaml", load_vocabulary())
    assert refusal.value.code == INVALID
    assert str(refusal.value) == message.strip()
