"""The economy part of the page: on a made-up run, so that every figure in it is known."""

import re

import numpy as np
import pytest
from report_fake import SMALL, FakeResult, fake

from detente.report import flow_map
from detente.report.economy import economy
from detente.report.flow_map import Flow
from detente.report.maps import Shape
from detente.report.page import page

MORE = [("output_metals", ["state"], "ratio"), ("gas_price", ["state"], "USD/MMBtu"), ("gas_use", ["state"], "bcm"),
        ("gas_rent", ["state"], "billion USD"), ("oil_price", [], "USD"), ("gas_route_flow", ["state", "partner"], "bcm")]


def with_economy(metals=0.05, pipe=30.0):
    """Germany's metals gain ``metals``; Russia sends Germany ``pipe`` bcm more; Russian rent rises by 2."""
    plain = fake()
    states, rng = list(SMALL), np.random.Generator(np.random.Philox(3))  # noqa: NPY002
    record = plain.record | {
        "fields": plain.record["fields"]
        + [dict(zip(("name", "dims", "unit", "kind", "meaning", "symmetric", "grid"), (*f, "solved", f[0], False, []), strict=True)) for f in MORE],
        "more_pairs": {"gas_route_flow": [[states.index("RUS"), states.index("DEU")], [states.index("RUS"), states.index("CHN")]]},
    }
    draws, years, n = 40, 20, len(states)
    noise = rng.normal(0, 0.001, (draws, years, n))
    arrays = dict(plain._cache)
    for world, on in (("baseline", 0.0), ("friendship", 1.0)):
        output = 1 + noise * 0
        output[..., states.index("DEU")] += on * (metals + noise[..., 0])
        rent = 10 + noise * 0
        rent[..., states.index("RUS")] += on * 2
        flows = np.stack([20 + on * (pipe + noise[..., 0]), 0.3 + noise[..., 0] * 0], axis=-1)
        arrays |= {
            f"{world}/output_metals": output, f"{world}/gas_price": 8 - on + noise, f"{world}/gas_use": 50 + noise,
            f"{world}/gas_rent": rent, f"{world}/oil_price": 80 + 0 * noise[..., 0], f"{world}/gas_route_flow": flows,
        }
    return FakeResult(record, arrays)


def test_sectors_gas_and_prices_say_what_the_run_holds(areas):
    found = economy(with_economy(), "friendship", areas)
    rows = dict(found.sectors.rows)
    assert found.sectors.heads == ("metals",)
    assert rows["Germany"][0].text == "+5.0"
    assert rows["Germany"][0].kind.startswith("up")
    (flow,) = found.gas.rows  # Russia to China stays below 1 bcm in both worlds
    assert (flow.names, flow.how, flow.here, flow.there, flow.change) == ("Russia to Germany", "by pipe", "20", "50", "+30")
    assert {b.change.measure for b in found.bills} == {"gas_price", "gas_use"}
    assert [x.change.zero for x in found.prices] == [True]
    (seller,) = found.sellers
    assert seller.change.label == "Russia"
    assert seller.change.estimate.mean == pytest.approx(2)


def test_a_run_without_these_fields_has_no_such_section(areas):
    assert not economy(fake(), "friendship", areas)
    assert 'id="economy"' not in page(fake(), (), areas)


def test_the_page_draws_both_worlds_with_arrows_of_one_scale(areas):
    text = page(with_economy(), (), areas)
    maps = re.findall(r'<svg class="map flows".*?</svg>', text, re.S)
    assert len(maps) == 2
    widths = [int(re.search(r'class="shaft"[^>]*stroke-width:(\d+)', m)[1]) for m in maps]
    assert widths == [round(flow_map.WIDEST * 20 / 50), round(flow_map.WIDEST)]
    assert "Russia to Germany: 50 bcm a year" in maps[1]


def test_the_projection_keeps_areas_and_the_middle():
    w = flow_map.EUROPE
    x, y = w.placed(np.array([w.lon]), np.array([w.lat]))
    assert (x[0], y[0]) == pytest.approx((flow_map.WIDTH / 2, flow_map.HEIGHT / 2))

    def area(lon, lat):
        px, py = w.placed(np.array([lon, lon + 0.1, lon + 0.1, lon]), np.array([lat, lat, lat + 0.1, lat + 0.1]))
        return abs(np.dot(px, np.roll(py, 1)) - np.dot(py, np.roll(px, 1))) / 2 / np.cos(np.radians(lat + 0.05))

    assert area(-5.0, 40.0) == pytest.approx(area(40.0, 60.0), rel=2e-3)


def test_far_side_and_unknown_states_are_left_out_not_misdrawn():
    square = np.array([(8, 48), (16, 48), (16, 56), (8, 56), (8, 48)], dtype=float)
    areas = (Shape("DEU", "Germany", (square,)), Shape("FJI", "Fiji", (square + (170, -70),)))
    flows = [Flow("FJI", "DEU", 5, "ship", "from afar"), Flow("DEU", "FJI", 5, "ship", "to afar"), Flow("XXX", "DEU", 5, "pipe", "unknown")]
    drawing = flow_map.flow_map(areas, flows, 5, "t", "s", "i")
    assert "afar" not in drawing
    assert "unknown" not in drawing
    assert "nan" not in drawing


def test_names_are_escaped():
    square = np.array([(8, 48), (16, 48), (16, 56), (8, 56), (8, 48)], dtype=float)
    drawing = flow_map.flow_map((Shape("DEU", "<b>", (square,)),), [], 1, "<script>", "s", "i")
    assert "<script>" not in drawing
    assert "<b>" not in drawing


def test_flows_too_small_to_see_are_listed_but_not_drawn(areas):
    text = page(with_economy(pipe=600.0), (), areas)
    first = re.findall(r'<svg class="map flows".*?</svg>', text, re.S)[0]
    assert first.count('class="flow ') == 1  # 20 of 620 bcm: small here, but wide in the other world
