"""The map: every state has a shape, and what is disputed is cut out of those who hold it."""

import pytest

from detente.data import geometry
from detente.data.states import existing
from detente.model.errors import DetenteError


@pytest.fixture(scope="module")
def features():
    return geometry.world_map()["features"]


def holding(features, lon, lat):
    """Names of features whose outer rings hold a point (ray casting)."""
    found = []
    for f in features:
        for part in f["geometry"]["coordinates"]:
            inside = False
            ring = part[0]
            for (x1, y1), (x2, y2) in zip(ring, ring[1:], strict=False):
                if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
                    inside = not inside
            if inside:
                found.append(f["properties"]["state"] or f["properties"]["name"])
    return found


@pytest.mark.parametrize(("place", "lon", "lat", "expected"), [
    ("Simferopol", 34.1, 44.95, "Crimea"), ("Kyiv", 30.5, 50.45, "UKR"), ("Moscow", 37.6, 55.75, "RUS"),
    ("Donetsk", 37.8, 48.0, "UKR"), ("Rabat", -6.8, 33.9, "MAR"),
    ("Smara", -11.7, 26.7, "Western Sahara west of the berm"), ("Tifariti", -10.6, 26.16, "Western Sahara east of the berm"),
    ("Hargeisa", 44.06, 9.56, "Somaliland"), ("Pristina", 21.16, 42.66, "XKX"), ("Taipei", 121.5, 25.0, "TWN"),
    ("Kyrenia hinterland", 33.4, 35.28, "Northern Cyprus"), ("Ramallah", 35.2, 31.9, "Palestine"),
    ("Chukotka beyond 180", -175.0, 67.0, "RUS"), ("Iturup", 147.9, 45.05, "Southern Kurils (Northern Territories)"),
])
def test_who_is_drawn_where(features, place, lon, lat, expected):
    assert holding(features, lon, lat) == [expected], place


def test_nearly_every_state_has_a_shape(features):
    drawn = {f["properties"]["state"] for f in features}
    assert {s.state for s in existing(2024)} - drawn == {"TUV"}


def test_hatched_areas_count_with_no_state_and_say_why(features):
    hatched = [f["properties"] for f in features if f["properties"]["disputed"]]
    assert len(hatched) == sum(1 for d in geometry.disputes() if d.get("hatched"))
    assert all(about["state"] is None and about["note"] for about in hatched)


def test_disputes_without_a_shape_are_named_in_text():
    named = dict(geometry.named_only())
    assert any("Donetsk" in name for name in named)
    assert "Golan Heights" in named


def test_rings_are_closed_and_on_the_globe(features):
    for f in features:
        for part in f["geometry"]["coordinates"]:
            for ring in part:
                assert ring[0] == ring[-1]
                assert len(ring) >= 4
                xs = [x for x, _ in ring]
                assert -180 <= min(xs)
                assert max(xs) <= 180
                assert max(xs) - min(xs) < 190


def test_another_file_is_refused(tmp_path):
    other = tmp_path / "countries-50m.json"
    other.write_text("{}")
    with pytest.raises(DetenteError, match=r"world-atlas 2\.0\.2"):
        geometry.prepare(other, tmp_path / "out.json")
