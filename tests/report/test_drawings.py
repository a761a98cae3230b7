"""Charts as text, and the map."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.report import charts, figures, maps
from detente.report.maps import Shade, Shape
from detente.report.theme import COLOURS, follow_reader

SNAPSHOTS = Path(__file__).parent / "snapshots"


def line(label, slope):
    points = [
        charts.Point(y, slope * (y - 2026), slope * (y - 2026) - 0.5, slope * (y - 2026) + 0.5)
        for y in range(2026, 2030)
    ]
    return charts.Line(label, (charts.Point(2025, None, None, None), *points))


SPECS = {
    "timeline": lambda: charts.timeline(
        [line("baseline", 0.1), line("with the premise", 0.3)],
        [line("with the premise", 0.2)],
        "%",
        "points",
        2027,
    ),
    "intervals": lambda: charts.intervals(
        [
            {"label": "A", "mean": 1.0, "low": 0.5, "high": 1.5, "sign": "gain"},
            {"label": "B", "mean": -0.2, "low": -0.5, "high": 0.1, "sign": "unsure"},
        ],
        "effect, %",
    ),
    "weights": lambda: charts.weights(
        [
            {"label": "trade.elasticity", "share": 40.0, "basis": "literature"},
            {"label": "luck", "share": 60.0, "basis": "luck"},
        ]
    ),
}


def settled(spec):
    """The specification without what follows the version of the library."""
    text = json.dumps(
        {k: v for k, v in spec.items() if k != "$schema"}, indent=1, sort_keys=True, ensure_ascii=False
    )
    return text + "\n"


@pytest.mark.parametrize("name", SPECS)
def test_a_chart_is_the_text_it_was(name):
    """After a deliberate change: delete the file in snapshots/, run this test twice, look at the difference."""
    path, text = SNAPSHOTS / f"{name}.json", settled(SPECS[name]())
    if not path.exists():
        path.write_text(text, encoding="utf-8")
        pytest.fail(f"{path.name} was missing and has been written; look at it and run again")
    assert text == path.read_text(encoding="utf-8")


def test_a_chart_draws_its_labels_and_follows_light_and_dark():
    svg = charts.svg(SPECS["timeline"]())
    assert "with the premise" in svg
    assert "first move 2027" in svg
    assert f"var(--c-w1, {COLOURS['w1']})" in svg
    assert "NaN" not in svg


def test_a_chart_of_exact_zeros_is_drawn():
    flat = charts.Line("x", tuple(charts.Point(y, 0.0, 0.0, 0.0) for y in range(2026, 2030)))
    assert "NaN" not in charts.svg(charts.timeline([flat], [flat], "%", "points", None))


def test_only_colours_of_the_palette_become_variables():
    assert follow_reader('<path fill="#123456"/>') == '<path fill="#123456"/>'
    assert (
        follow_reader(f'<path fill="{COLOURS["grid"]}"/>')
        == f'<path fill="var(--c-grid, {COLOURS["grid"]})"/>'
    )


def test_the_projection_is_equal_earth():
    x, y = maps.equal_earth(np.array([0.0, 180.0, -180.0, 0.0]), np.array([0.0, 0.0, 0.0, 90.0]))
    assert x[0] == y[0] == 0
    assert x[1] == pytest.approx(2.7066, abs=1e-4)  # half width of the published projection
    assert x[2] == -x[1]
    assert y[3] == pytest.approx(1.3173, abs=1e-4)


@given(st.floats(-180, 180), st.floats(-56, 83), st.floats(0.1, 3))
def test_the_projection_keeps_areas(lon, lat, size):
    def area(west, south):
        step = 0.01
        xs, ys = maps.equal_earth(
            np.array([west, west + step, west + step, west]),
            np.array([south, south, south + step, south + step]),
        )
        flat = abs(np.dot(xs, np.roll(ys, 1)) - np.dot(ys, np.roll(xs, 1))) / 2
        ball = np.radians(step) * (np.sin(np.radians(south + step)) - np.sin(np.radians(south)))
        return flat / ball

    assert area(lon, lat) == pytest.approx(1.0, rel=2e-3)


def test_a_ring_over_the_date_line_is_cut_in_two():
    ring = np.array([(170, 60), (-170, 60), (-170, 70), (170, 70), (170, 60)], dtype=float)
    parts = maps.cut_at_date_line(ring)
    assert len(parts) == 2
    assert all(np.abs(p[:, 0]).max() <= 180 for p in parts)
    assert sorted(np.ptp(p[:, 0]) for p in parts) == [10, 10]
    assert maps.cut_at_date_line(np.array([(0, 0), (1, 0), (1, 1), (0, 0)], dtype=float))[0].shape == (4, 2)


@given(
    st.lists(st.floats(-1e3, 1e3, allow_nan=False).filter(lambda v: abs(v) > 1e-6), min_size=1, max_size=60)
)
def test_class_limits_rise_and_hold_the_last_tenth(values):
    limits = maps.class_limits(values)
    assert list(limits) == sorted(set(limits))
    assert len(limits) == 3
    sizes = np.abs(values)
    assert (sizes >= limits[2] * (1 - 1e-9)).any()
    assert maps.step_of(limits[2], limits) == 3
    assert maps.step_of(-limits[0], limits) == -1
    assert maps.step_of(limits[0] * 0.99, limits) == 0


def test_no_effect_needs_no_classes():
    assert maps.class_limits([0.0, 0.0]) == ()
    assert maps.step_of(0.0, ()) == 0
    assert figures.legend(()) == [("level", "no change")]


def test_what_is_disputed_is_hatched_and_has_no_states_colour(areas):
    shades = {"RUS": Shade(3, True, "Russia: +2 %"), "POL": Shade(2, False, "Poland: +1 %")}
    drawn = str(maps.world(areas, shades, "a map", "words", "m1"))
    assert 'class="disputed" fill="url(#hatch-m1)"' in drawn
    assert "<title>Crimea: disputed</title>" in drawn
    assert drawn.count('data-state="RUS"') == 1
    assert 'class="up3" data-state="RUS"' in drawn
    assert 'class="up0" data-state="POL"' in drawn  # unsure: one pale tone, whatever the size
    assert 'class="nodata" data-state="CHN"' in drawn


def test_a_state_too_small_to_see_gets_a_dot(areas):
    drawn = str(maps.world(areas, {"FJI": Shade(-1, True, "Fiji")}, "a", "b", "m"))
    assert 'class="down1 dot"' in drawn


def test_names_on_the_map_are_escaped():
    ring = (np.array([(0, 0), (9, 0), (9, 9), (0, 0)], dtype=float),)
    drawn = str(maps.world([Shape("A", "<b>", ring)], {}, "<i>", "<u>", "m"))
    assert "<b>" not in drawn
    assert "<i>" not in drawn
    assert "<u>" not in drawn


def test_features_become_shapes():
    feature = {
        "properties": {"state": "AAA", "name": "Aland", "disputed": False},
        "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]},
    }
    shape = maps.shapes([feature])[0]
    assert (shape.state, shape.name, shape.hatched, shape.note, len(shape.rings)) == (
        "AAA",
        "Aland",
        False,
        "",
        1,
    )


def test_one_state_far_beyond_all_others_widens_the_classes():
    assert maps.class_limits([0.01] * 30 + [2.0]) == (0.01, 0.1, 1.0)
    assert maps.class_limits([0.1, 0.2, 0.3] * 10) == (0.03, 0.1, 0.3)
