"""How far LNG ships sail: shortest ways over hand-made waypoints, great circles between them."""

from __future__ import annotations

from functools import cache
from heapq import heappop, heappush
from importlib.resources import files
from math import asin, cos, radians, sin, sqrt

EARTH = 6371.0

Point = tuple[float, float]


def great_circle(one: Point, two: Point) -> float:
    """Kilometres between two points (latitude, longitude in degrees) on a sphere."""
    a, b = map(radians, one), map(radians, two)
    (lat, lon), (lat2, lon2) = tuple(a), tuple(b)
    h = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin((lon2 - lon) / 2) ** 2
    return 2 * EARTH * asin(sqrt(h))


@cache
def _chart() -> tuple[dict[str, tuple[Point, tuple[str, ...]]], dict[str, tuple[Point, str]]]:
    import yaml

    text = files("detente.data").joinpath("curated/gas_ports.yaml").read_text(encoding="utf-8")
    chart = yaml.safe_load(text)
    points = {k: ((v[0], v[1]), tuple(v[2])) for k, v in chart["waypoints"].items()}
    ports = {k: ((v[0], v[1]), v[2]) for k, v in chart["ports"].items()}
    return points, ports


def ports() -> tuple[str, ...]:
    """Codes of all states (and the rest of the Caribbean, AMS) that have a port."""
    return tuple(_chart()[1])


@cache
def _ways(start: str) -> dict[str, float]:
    points, _ = _chart()
    best, queue = {start: 0.0}, [(0.0, start)]
    while queue:
        so_far, here = heappop(queue)
        if so_far > best[here]:
            continue
        for there in points[here][1]:
            km = so_far + great_circle(points[here][0], points[there][0])
            if km < best.get(there, 1e9):
                best[there] = km
                heappush(queue, (km, there))
    return best


def sailing(one: str, two: str) -> float:
    """Kilometres by sea between the ports of two states; via their waypoints unless they share one."""
    points, harbours = _chart()
    (at, out), (to, home) = harbours[one], harbours[two]
    if out == home:
        return great_circle(at, to)
    return great_circle(at, points[out][0]) + _ways(out)[home] + great_circle(points[home][0], to)
