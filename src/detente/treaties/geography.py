"""Where Europe ends, which sea a point lies in: the rules over coordinates, each with its ground.

Degrees north and east. These are the package's own conventions, written down because treaties use
the words without defining them.
"""

from __future__ import annotations

from bisect import bisect_right
from math import asinh, degrees, radians, tan

TROPIC_OF_CANCER = 23.4364
"""Degrees north, epoch 2000; it moves by some 15 metres a year."""

URAL = (
    (45.0, 49.0),
    (46.5, 51.0),
    (47.1, 51.9),
    (51.2, 51.4),
    (51.5, 55.0),
    (51.2, 58.5),
    (54.0, 59.3),
    (56.0, 59.8),
    (58.5, 59.4),
    (61.0, 59.3),
    (64.0, 60.0),
    (66.5, 64.0),
    (68.0, 66.0),
    (69.0, 65.0),
)
"""Latitude, longitude along the Ural river and the watershed of the Urals to the Kara Sea."""


def west_of_the_urals(lat: float, lon: float) -> bool:
    """Whether a point in Russia or Kazakhstan counts as Europe: west of the Ural river and mountains.

    The convention is the most common one (Tatishchev and Strahlenberg, 18th century); no treaty
    lays it down. All of Russia's north Caucasus is west of it.
    """
    lats = [p[0] for p in URAL]
    i = bisect_right(lats, lat)
    if i == 0:
        return lon < URAL[0][1]
    if i == len(URAL):
        return lon < URAL[-1][1]
    (y0, x0), (y1, x1) = URAL[i - 1], URAL[i]
    line = x0 if y1 == y0 else x0 + (x1 - x0) * (lat - y0) / (y1 - y0)
    return 0 < lon < line


_BOXES = (
    ("baltic", 53.5, 60.7, 12.5, 30.5),
    ("baltic", 60.7, 66.0, 17.0, 26.0),
    ("black_sea", 40.9, 47.4, 27.5, 42.0),
    ("caspian", 36.4, 47.3, 46.5, 55.0),
    ("red_sea", 12.4, 30.1, 32.2, 43.4),
    ("persian_gulf", 23.8, 30.6, 47.5, 56.6),
    ("mediterranean", 30.0, 42.3, -5.6, 0.0),
    ("mediterranean", 30.0, 46.0, 0.0, 36.4),
)


def sea_at(lat: float, lon: float) -> str:
    """The sea of a point that is known to be water, by boxes; large oceans by meridians."""
    for name, south, north, west, east in _BOXES:
        if south <= lat <= north and west <= lon <= east:
            return name
    if lat > 72 or (lat > 66.5 and not -45 <= lon <= 20):
        return "arctic"
    if lat >= 0 and _american_coast(lat) <= lon <= 15:
        return "north_atlantic"
    if lat < 0 and -68 <= lon <= 20:
        return "south_atlantic"
    if 20 < lon < 100 and lat < 31 or 100 <= lon < 147 and lat < -8:
        return "indian_ocean"
    return "pacific"


def _american_coast(lat: float) -> float:
    """Longitude that parts the Pacific from the Atlantic: Panama, Central America, Mexico, the continent."""
    steps = (
        (0, -79.0),
        (8.0, -79.6),
        (9.5, -84.0),
        (13.0, -88.0),
        (16.0, -95.0),
        (20.0, -105.0),
        (50.0, -120.0),
    )
    return next((lon for low, lon in reversed(steps) if lat >= low), -79.0)


def inside(lat: float, lon: float, corners: tuple[tuple[float, float], ...]) -> bool:
    """Whether a point lies in a figure whose sides are rhumb lines (straight on Mercator's map)."""
    y = _mercator(lat)
    found = False
    for (lat1, lon1), (lat2, lon2) in zip(corners, (*corners[1:], corners[0]), strict=True):
        y1, y2 = _mercator(lat1), _mercator(lat2)
        if (y1 > y) != (y2 > y):
            cut = lon1 + (lon2 - lon1) * (y - y1) / (y2 - y1)
            found ^= lon < cut
    return found


def _mercator(lat: float) -> float:
    return degrees(asinh(tan(radians(max(-89.9, min(89.9, lat))))))
