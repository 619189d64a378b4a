"""The figure: read in grey and by ear, no text on another, nothing drawn as sure that is not known."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import gentian.documents
from gentian.documents.forecast_curve import (
    find_gaps,
    find_stretches,
    find_window,
    keep_troughs,
    list_rows,
)
from gentian.documents.forecast_figure import draw_figure, draw_interval, render_svg
from gentian.documents.forecast_frame import (
    break_text,
    find_highest,
    flow,
    list_days,
    list_values,
    measure_text,
)
from gentian.pharmacokinetics.report import Band, Figure, Point
from tests.documents.consults import (
    EVERY,
    TARGET,
    make_consult,
    make_context,
    make_crowded,
    make_figure,
    make_quantiles,
    make_refused,
    spoil,
)
from tests.documents.test_html import compute_luminance

WIDTHS = (320, 360, 760, 900)
FIGURES = [make_figure(), make_crowded().figure]
SVG = "{http://www.w3.org/2000/svg}"
SIZES = {"h": 15.0}


def draw(figure: Figure | None, width: float = 900) -> ET.Element:
    assert figure is not None
    return ET.fromstring(draw_figure(figure, width, "curve", alone=True))  # noqa: S314 - our own


def list_texts(root: ET.Element) -> list[tuple[str, float, float, float, float]]:
    """Each text with the box it needs: left, top, right, bottom."""
    found = []
    for node in root.iter(f"{SVG}text"):
        size, said = SIZES.get(node.get("class", ""), 12.0), node.text or ""
        wide = measure_text(said, size, node.get("class") in ("h", "g"))
        x, y = float(node.get("x", 0)), float(node.get("y", 0))
        x -= {"middle": wide / 2, "end": wide}.get(node.get("text-anchor", ""), 0)
        found.append((said, x, y - size * 0.75, x + wide, y + size * 0.2))
    return found


def list_paths(root: ET.Element, kind: str) -> list[str]:
    return [
        node.get("d", "")
        for node in root.iter(f"{SVG}path")
        if kind in node.get("class", "").split()
    ]


# --- legible ------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("figure", FIGURES)
def test_no_text_runs_into_another_or_out_of_the_picture(figure: Figure, width: float) -> None:
    root = draw(figure, width)
    texts = list_texts(root)
    height = float(root.get("viewBox", "").split()[3])
    for said, left, top, right, bottom in texts:
        assert left >= 0 and top >= 0 and right <= width + 1 and bottom <= height, said
    for one, other in combinations(texts, 2):
        apart = one[3] <= other[1] or other[3] <= one[1] or one[4] <= other[2] or other[4] <= one[2]
        assert apart, (one, other)


@settings(max_examples=40, deadline=None)
@given(
    span=st.floats(6, 4000),
    index=st.floats(0, 1),
    low=st.floats(0.5, 20),
    more=st.floats(0.2, 30),
    level=st.floats(0.1, 90),
    width=st.sampled_from(WIDTHS),
)
def test_no_text_runs_into_another_whatever_is_drawn(
    span: float, index: float, low: float, more: float, level: float, width: float
) -> None:
    hours = [span * part / 40 for part in range(41)]
    doses = [24.0 * day for day in range(int(span // 24) + 1)]
    figure = Figure(
        title="A finding",
        origin="2026-12-20T08:00",
        index=index * span,
        hours=hours,
        middle=[level / 2] * 41,
        bands=[Band(share=0.8, low=[level / 4] * 41, high=[level] * 41)],
        doses=doses,
        points=[Point(hours=span / 2, value=level, below=False, use="shown", says="a level")],
        target=replace(TARGET, low=low, high=low + more),
        dose="2 mg once daily",
    )
    test_no_text_runs_into_another_or_out_of_the_picture(figure, width)


@pytest.mark.parametrize("figure", FIGURES)
def test_it_has_a_role_a_title_with_the_finding_and_a_description(figure: Figure) -> None:
    root = draw(figure)
    assert root.get("role") == "img"
    title, said = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None and said is not None and said.text
    assert root.get("aria-labelledby") == f"{title.get('id')} {said.get('id')}"
    assert title.text == figure.title
    assert "target 5 to 15" in said.text and "4.1 ng/mL" in said.text


def test_the_finding_unit_dates_index_target_and_legend_are_in_words() -> None:
    words = [text[0] for text in list_texts(draw(make_figure()))]
    assert "ng/mL" in words and "as of 23 Nov" in words and "date, 2026" in words
    assert {"5", "15", "doses"} <= set(words)
    assert {"level, fitted", "1 in 2 chance", "4 in 5 chance", "19 in 20 chance"} <= set(words)
    assert "target 5 to 15 ng/mL" in words
    assert any(word.startswith("After 23 Nov 2026: 2 mg once daily") for word in words)


def test_no_script_no_style_attribute_no_font_and_no_address() -> None:
    for make in EVERY.values():
        svg = render_svg(make())
        assert not re.search(r"<script|\sstyle=|@import|@font-face|href=|\son\w+=", svg)
        assert set(re.findall(r"url\(([^)]*)\)", svg)) <= {"#curve-plot", "#curve-hatch"}
        assert svg.count("http") == svg.count('xmlns="http://www.w3.org/2000/svg"') == 1


STYLE = Path(gentian.documents.__file__).parent / "templates" / "figure.css"


def read_palettes() -> list[dict[str, str]]:
    blocks = re.findall(r"\.fan \{([^}]+)\}", STYLE.read_text(encoding="utf-8"))[:2]
    return [dict(re.findall(r"--fan-([\w-]+): (#[0-9a-f]{6})", block)) for block in blocks]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted(map(compute_luminance, (one, other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("palette", read_palettes(), ids=["light", "dark"])
def test_letters_and_lines_have_the_contrast_of_wcag_aa(palette: dict[str, str]) -> None:
    assert all(contrast(palette[ink], palette["paper"]) >= 4.5 for ink in ("ink", "soft", "target"))
    assert contrast(palette["edge"], palette["paper"]) >= 3
    assert all(contrast(palette["ink"], palette[band]) >= 4.5 for band in ("nearly", "most"))


@pytest.mark.parametrize("palette", read_palettes(), ids=["light", "dark"])
def test_bands_are_steps_of_lightness_in_grey(palette: dict[str, str]) -> None:
    steps = [compute_luminance(palette[name]) for name in ("paper", "nearly", "most", "half")]
    assert steps in (sorted(steps), sorted(steps, reverse=True))
    pairs = pairwise(steps)
    assert all((max(p) + 0.05) / (min(p) + 0.05) >= 1.15 for p in pairs)


# --- what is drawn -------------------------------------------------------------------------------


def test_each_kind_of_level_has_a_shape_of_its_own() -> None:
    root = draw(make_crowded().figure)
    kinds = [node.get("class") for node in root.iter(f"{SVG}circle")]
    drawn = len(make_crowded().levels)
    assert kinds.count("ring") == 2 and "shown" in kinds  # one level, one in the legend
    assert len(list_paths(root, "below")) == 2
    assert drawn == 6
    triangle = re.match(r"M[\d.]+ ([\d.]+)h12l-6 10Z", list_paths(root, "below")[0])
    assert triangle is not None  # its flat side lies at the limit, its point below it


def test_the_target_is_two_dashed_lines_at_its_ends() -> None:
    root = draw(make_figure())
    heights = {float(path.split()[1].split("L")[0]) for path in list_paths(root, "target")[:2]}
    labels = {said: bottom for said, _, _, _, bottom in list_texts(root) if said in ("5", "15")}
    assert len(heights) == 2 and len(labels) == 2
    assert "stroke-dasharray" in STYLE.read_text(encoding="utf-8").split(".fan .target")[1][:120]


def test_a_past_without_doses_is_hatched_and_nothing_is_drawn_in_it() -> None:
    figure = make_crowded().figure
    assert figure is not None
    (gap,) = find_gaps(figure)
    assert gap == (22 * 24, 33 * 24)
    inside = [at for run in find_stretches(figure) for at in run]
    assert not [at for at in inside if gap[0] < figure.hours[at] < gap[1]]
    assert len(find_stretches(figure)) == 2
    assert len(list_paths(draw(figure), "middle")) == 2 + 1  # and one in the legend
    assert "no doses on record: not drawn" in [text[0] for text in list_texts(draw(figure))]


def test_a_curve_that_has_no_point_within_a_gap_is_not_joined_across_it() -> None:
    figure = make_crowded().figure
    assert figure is not None
    troughs = keep_troughs(figure)
    runs = find_stretches(troughs)
    assert len(runs) == 2
    assert troughs.hours[runs[0][-1]] <= 22 * 24 and troughs.hours[runs[1][0]] >= 33 * 24


def test_a_single_missed_dose_is_no_gap() -> None:
    doses = [24.0 * day for day in range(85) if day != 30]
    assert find_gaps(make_figure(doses=doses)) == []


def test_before_the_first_dose_and_after_the_last_nothing_is_known() -> None:
    doses = [24.0 * day for day in range(20, 60)]
    assert find_gaps(make_figure(doses=doses)) == [(0, 480), (60 * 24, 84 * 24)]


def test_without_doses_no_curve_is_drawn() -> None:
    figure = make_figure(doses=[])
    assert find_stretches(figure) == [] and list_paths(draw(figure), "band") == []


def test_a_value_that_is_no_number_breaks_the_line() -> None:
    figure = make_figure()
    middle = list(figure.middle)
    middle[100] = float("nan")
    broken = replace(figure, middle=middle)
    assert [len(run) for run in find_stretches(broken)] == [100, len(middle) - 101]
    assert "nan" not in draw_figure(broken)


def test_where_doses_lie_close_the_curve_goes_through_troughs_and_says_so() -> None:
    said = [text[0] for text in list_texts(draw(make_figure()))]
    assert "middle of what is expected, just before doses" in said
    few = make_figure(hours=[float(h) for h in range(0, 240, 4)])
    short = replace(
        few,
        index=120.0,
        middle=few.middle[:60],
        bands=[replace(band, low=band.low[:60], high=band.high[:60]) for band in few.bands],
        doses=[24.0 * day for day in range(10)],
        points=[],
    )
    assert "middle of what is expected" in [text[0] for text in list_texts(draw(short))]


def list_ticks(root: ET.Element) -> list[float]:
    """The places of ticks in the strip of doses, without the one of the legend."""
    found = [float(path[1:].split()[0]) for path in list_paths(root, "tick")]
    return found[:-1] if any("each tick" in text[0] for text in list_texts(root)) else found


def test_doses_too_close_for_ticks_share_one_and_the_legend_says_how_many() -> None:
    dense = make_figure(doses=[12.0 * half for half in range(169)])
    for width in (320, 460):
        root = draw(dense, width)
        places = list_ticks(root)
        said = next(text[0] for text in list_texts(root) if "each tick" in text[0])
        each = int(said.split()[2])
        assert len(places) == -(-169 // each) < 169
        assert min(b - a for a, b in pairwise(places)) > 2
    assert len(list_ticks(draw(make_figure(), 900))) == 85
    assert "each tick" not in " ".join(text[0] for text in list_texts(draw(make_figure(), 900)))


def test_a_gap_between_doses_keeps_its_edges_where_ticks_are_thinned() -> None:
    days = [day for day in range(85) if not 23 <= day < 36]
    doses = [24.0 * day + half for day in days for half in (0, 12)]
    figure = make_figure(doses=doses)
    places = list_ticks(draw(figure, 320))
    widest = max(b - a for a, b in pairwise(places))
    pixels = (places[-1] - places[0]) / ((doses[-1] - doses[0]) / 24)
    assert widest < 14 * pixels


def test_a_band_that_goes_on_above_the_picture_says_how_far() -> None:
    figure = make_figure()
    wide = [replace(b, high=[40.0] * len(b.high)) if b.share == 0.95 else b for b in figure.bands]
    said = [text[0] for text in list_texts(draw(replace(figure, bands=wide)))]
    assert "the widest band goes on to 40 ng/mL" in said
    assert not any(
        word.startswith("the widest") for word in [t[0] for t in list_texts(draw(figure))]
    )


def test_no_level_lies_above_the_picture() -> None:
    figure = make_crowded().figure
    assert figure is not None and find_highest(figure) > 46


def test_the_window_holds_every_level_and_the_index_time() -> None:
    late = Point(hours=3000, value=5, below=False, use="shown", says="late")
    assert find_window(make_figure(points=[late], index=2500.0)) == (0, 3000)


def test_a_consult_without_a_curve_says_so_in_words() -> None:
    refused = ET.fromstring(render_svg(make_refused()))  # noqa: S314 - our own
    words = " ".join(text[0] for text in list_texts(refused))
    assert "No curve: refused for safety" in words and "Voriconazole raises" in words
    assert "No curve: no dose is proposed" in render_svg(make_context())


def test_hostile_text_stays_text() -> None:
    for poison in ("<script>alert(1)</script>", "]]> --> &amp;", '" onload="x', "\x1b\x00\u202e"):
        svg = render_svg(spoil(make_crowded(), poison))
        root = ET.fromstring(svg)  # noqa: S314 - must be well-formed
        assert not list(root.iter(f"{SVG}script"))
        assert not [a for node in root.iter() for a in node.attrib if a.startswith("on")]


def test_the_interval_of_a_dose_is_drawn_on_the_scale_of_the_target() -> None:
    option = replace(make_consult().options[0], trough=make_quantiles(10, 0.3))
    svg = draw_interval(option, TARGET, 20.0)
    assert "<title>6.8 to 15 ng/mL (4 in 5 chance)</title>" in svg
    assert 'd="M37.5 0.0L37.5 22.0"' in svg and 'd="M75.0 4V18"' in svg


# --- the table twin -------------------------------------------------------------------------------


def test_the_table_has_every_level_and_the_last_expected_trough() -> None:
    figure = make_crowded().figure
    assert figure is not None
    rows = list_rows(figure)
    assert [row.measured for row in rows if row.measured][:3] == [
        "4.1 (fitted)",
        "14 (shown, not fitted)",
        "<2 (fitted)",
    ]
    expected = [row for row in rows if row.middle]
    assert expected[-1].when == "2026-12-21 08:00" and len(expected) <= 14
    assert all(len(row.bands) == 3 for row in expected)
    assert [row.when for row in rows] == sorted(row.when for row in rows)


def test_the_table_has_no_row_where_nothing_is_drawn() -> None:
    figure = make_crowded().figure
    assert figure is not None
    expected = [row.when for row in list_rows(figure, most=999) if row.middle]
    assert not [when for when in expected if "2026-10-20 09" < when < "2026-10-31"]


# --- the frame --------------------------------------------------------------------------------------


@given(st.floats(0.01, 500))
def test_ticks_are_round_few_and_inside(highest: float) -> None:
    ticks = list_values(highest)
    assert ticks[0] == 0 and 2 <= len(ticks) <= 7 and ticks[-1] <= highest * (1 + 1e-6)


def test_days_are_local_midnights_and_do_not_touch() -> None:
    figure = make_figure()
    days = list_days(figure, 800, 12)
    steps = {round(b[0] - a[0], 6) for a, b in pairwise(days)}
    assert len(steps) == 1 and all((hours + 8) % 24 == 0 for hours, _ in days)


@given(st.text(max_size=80), st.integers(60, 300))
def test_a_broken_text_fits_and_loses_nothing(text: str, width: int) -> None:
    lines = break_text(text, 12, width)
    assert all(measure_text(line, 12) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(" ".join(lines).split())


@given(st.lists(st.floats(5, 200), max_size=12))
def test_the_legend_flows_without_overlap(widths: list[float]) -> None:
    places = flow(widths, 300)
    for (x, row), wide in zip(places, widths, strict=True):
        assert x == 0 or x + wide <= 300
        others = [(a, w) for (a, r), w in zip(places, widths, strict=True) if r == row and a > x]
        assert all(a >= x + wide for a, _ in others)
