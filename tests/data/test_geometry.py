"""The map: every state has a shape, and what is disputed is cut out of those who hold it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
                assert min(xs) >= -180
                assert max(xs) <= 180
                assert max(xs) - min(xs) < 190


def test_another_file_is_refused(tmp_path):
    other = tmp_path / "countries-50m.json"
    other.write_text("{}")
    with pytest.raises(DetenteError, match=r"world-atlas 2\.0\.2"):
        geometry.prepare(other, tmp_path / "out.json")


def box(west, south, east, north):
    """One polygon, clockwise."""
    return [[(west, south), (west, north), (east, north), (east, south), (west, south)]]


def test_cutting_takes_from_the_holder_and_gives_to_no_one():
    names = [d["geometry"]["feature"] for d in geometry.disputes() if "feature" in d["geometry"]]
    areas = [({"state": {"Kosovo": "XKX", "Taiwan": "TWN"}.get(n), "name": n, "source_name": n, "disputed": False},
              [box(0, 0, 1, 1)]) for n in names]
    russia = [box(40, 50, 60, 60), box(33, 44.5, 36, 46), box(147, 44.6, 148, 45.2)]
    areas.append(({"state": "RUS", "name": "Russia", "source_name": "Russia", "disputed": False}, russia))
    areas.append(({"state": "MAR", "name": "Morocco", "source_name": "Morocco", "disputed": False}, [box(-17, 21, -1, 36)]))
    after = {about["name"]: (about, parts) for about, parts in geometry.cut(areas)}
    assert after["Russia"][1] == [box(40, 50, 60, 60)]
    assert after["Crimea"] == (after["Crimea"][0] | {"state": None, "disputed": True}, [box(33, 44.5, 36, 46)])
    assert min(y for _, y in after["Morocco"][1][0][0]) == pytest.approx(27.667)
    assert max(y for _, y in after["Western Sahara west of the berm"][1][0][0]) == pytest.approx(27.667)
    assert after["Kosovo"][0]["state"] == "XKX"
    assert after["Palestine"][0]["state"] is None


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), min_size=2, max_size=40), st.floats(0.01, 1))
def test_a_simplified_line_stays_near(line, tolerance):
    kept = geometry.simplified(line, tolerance)
    assert kept[0] == line[0]
    assert kept[-1] == line[-1]
    assert set(kept) <= set(line)
    segments = list(zip(kept, kept[1:], strict=False))
    for point in line:
        assert min(geometry._off(point, a, b) for a, b in segments) <= tolerance + 1e-9


def test_what_crosses_the_antimeridian_is_cut_there():
    ring = [(170.0, 60.0), (170.0, 70.0), (-170.0, 70.0), (-170.0, 60.0), (170.0, 60.0)]
    east, west = geometry._across_180([ring])
    assert {x for x, _ in east[0]} == {170.0, 180.0}
    assert {x for x, _ in west[0]} == {-180.0, -170.0}
    assert geometry._across_180(box(0, 0, 1, 1)) == [box(0, 0, 1, 1)]
