"""The world's shapes joined to our states, with disputed areas as shapes of their own.

Natural Earth 1:50m draws who holds an area, without saying so: Crimea lies inside Russia, and most of
Western Sahara inside Morocco. ``prepare`` cuts such areas out as ``disputed.yaml`` says; the result ships
with the package, and ``world_map`` reads it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from detente.data.states import by_code, from_iso_numeric
from detente.model.errors import DetenteError, Problem

Ring = list[tuple[float, float]]
Part = list[Ring]
"""One polygon: its outer ring and holes, (longitude, latitude) in degrees."""
SHIPPED = "world-50m.json"
SHA256 = "04342cdc1e3016bcd7db1630de95684d67b79fe3c8c460321e87aef469502394"
"""Of countries-50m.json in the npm package world-atlas 2.0.2 (ISC; Natural Earth, public domain)."""
DIGITS, TOLERANCE, SPECK = 3, 0.03, 0.06
"""Decimals kept; degrees that simplifying may move a line; islands smaller than this are dropped."""
SKIPPED = ("Antarctica",)


@cache
def disputes() -> tuple[dict[str, Any], ...]:
    """The table of disputed areas: name, held_by, claimed_by, note, geometry, hatched."""
    import yaml

    text = files("detente.data").joinpath("disputed.yaml").read_text(encoding="utf-8")
    return tuple(yaml.safe_load(text))


@cache
def world_map() -> dict[str, Any]:
    """GeoJSON FeatureCollection of the world.

    Properties of a feature: ``state`` (our code; None for a territory that is no state and for a hatched
    area), ``name``, ``disputed`` (hatched, to be counted with no state), and for both kinds of dispute
    ``note``, ``held_by`` and ``claimed_by``. Rings are (longitude, latitude), clockwise outside.
    """
    held = json.loads(files("detente.data").joinpath("map", SHIPPED).read_text(encoding="utf-8"))
    scale = 10 ** held["digits"]
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": item["properties"],
                "geometry": {
                    "type": "MultiPolygon",
                    "coordinates": [[_walk(ring, scale) for ring in part] for part in item["parts"]],
                },
            }
            for item in held["features"]
        ],
    }


def named_only() -> tuple[tuple[str, str], ...]:
    """Disputed areas without a shape of their own on the map: name and note, for the text under it."""
    return tuple((d["name"], d["note"]) for d in disputes() if d["geometry"] == "none")


def _walk(steps: Sequence[int], scale: int) -> list[list[float]]:
    """A ring from its first point and steps, as whole numbers of the last decimal."""
    x = y = 0
    points = []
    for dx, dy in zip(steps[::2], steps[1::2], strict=True):
        x, y = x + dx, y + dy
        points.append([x / scale, y / scale])
    return points


def prepare(world_atlas: str | Path, out: str | Path) -> Path:
    """Make the shipped file from ``countries-50m.json``; the same bytes each time.

    Raises :class:`DetenteError` if the file is not the one that the cuts were made for.
    """
    from detente.data.source import digest

    if digest(Path(world_atlas)) != SHA256:
        raise DetenteError(
            Problem(
                str(world_atlas),
                "this is not countries-50m.json of world-atlas 2.0.2",
                "npm install world-atlas@2.0.2, then node_modules/world-atlas/countries-50m.json",
            )
        )
    raw = json.loads(Path(world_atlas).read_text(encoding="utf-8"))
    areas = cut(natural_earth(raw))
    features = [
        {"properties": about, "parts": [[_steps(r) for r in part] for part in parts]}
        for about, parts in areas
        if parts
    ]
    Path(out).write_text(
        json.dumps(
            {"digits": DIGITS, "features": features},
            separators=(",", ":"),
            ensure_ascii=False,
            sort_keys=True,
        )
        + "\n",
        encoding="utf-8",
    )
    return Path(out)


def natural_earth(raw: Mapping[str, Any]) -> list[tuple[dict[str, Any], list[Part]]]:
    """Features of the TopoJSON file with lines simplified: properties and polygons."""
    full = _arcs(raw)
    arcs = [simplified(line, TOLERANCE) for line in full]
    numeric, found = from_iso_numeric(), []
    for item in raw["objects"]["countries"]["geometries"]:
        name = item["properties"]["name"]
        if name in SKIPPED:
            continue
        code = numeric.get(int(item["id"])) if item.get("id") else ("XKX" if name == "Kosovo" else None)
        polygons = item["arcs"] if item["type"] == "MultiPolygon" else [item["arcs"]]
        parts = [
            part for polygon in polygons for part in _across_180([_fair(r, arcs, full) for r in polygon])
        ]
        label = by_code()[code].name if code else name
        found.append(({"state": code, "name": label, "source_name": name, "disputed": False}, _worth(parts)))
    return found


def _arcs(raw: Mapping[str, Any]) -> list[Ring]:
    (sx, sy), (tx, ty) = raw["transform"]["scale"], raw["transform"]["translate"]
    lines = []
    for arc in raw["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * sx + tx, y * sy + ty))
        lines.append(line)
    return lines


def _ring(ids: Iterable[int], arcs: Sequence[Ring]) -> Ring:
    ring: Ring = []
    for k in ids:
        line = arcs[k] if k >= 0 else arcs[~k][::-1]
        ring += line if not ring else line[1:]
    return ring


def _fair(ids: Sequence[int], arcs: Sequence[Ring], full: Sequence[Ring]) -> Ring:
    """A ring of simplified lines, or of the full ones if too little were left of it."""
    ring = _ring(ids, arcs)
    return ring if len(ring) > 4 else _ring(ids, full)


def _across_180(part: Part) -> list[Part]:
    """A polygon that crosses the antimeridian as two that end there; any other as it is."""
    unrolled = [_unrolled(ring) for ring in part]
    xs = [x for x, _ in unrolled[0]]
    if max(xs) <= 180 and min(xs) >= -180:
        return [unrolled]
    edge = 180.0 if max(xs) > 180 else -180.0
    found = []
    for side in (-1, 1):
        kept = [_clipped(ring, edge, side, axis=0) for ring in unrolled]
        turn = -360.0 if edge * side > 0 and edge > 0 else (360.0 if edge < 0 and side < 0 else 0.0)
        found.append([[(x + turn, y) for x, y in ring] for ring in kept if len(ring) > 3])
    return [p for p in found if p]


def _unrolled(ring: Ring) -> Ring:
    """A ring with longitudes made continuous: a step of more than half the globe goes the other way."""
    out, turn = [ring[0]], 0.0
    for (x1, _), (x2, y2) in zip(ring, ring[1:], strict=False):
        turn += -360.0 if x2 - x1 > 180 else (360.0 if x1 - x2 > 180 else 0.0)
        out.append((x2 + turn, y2))
    return out


def _worth(parts: list[Part]) -> list[Part]:
    """Polygons large enough to see; the largest is always kept."""
    if not parts:
        return parts
    largest = max(parts, key=lambda p: _extent(p[0]))
    return [p for p in parts if p is largest or (_extent(p[0]) >= SPECK and len(p[0]) >= 4)]


def _extent(ring: Ring) -> float:
    """Longer side of a ring's box, degrees."""
    xs, ys = zip(*ring, strict=True)
    return max(max(xs) - min(xs), max(ys) - min(ys))


def simplified(line: Ring, tolerance: float) -> Ring:
    """Douglas and Peucker (1973): fewer points, none farther than ``tolerance`` degrees from the line.

    A closed line keeps the point farthest from its start, so that a small island stays an area.
    """
    if len(line) < 5:
        return line
    if line[0] == line[-1]:
        far = max(range(len(line)), key=lambda k: _squared(line[k], line[0]))
        half = max(range(far), key=lambda k: _off(line[k], line[0], line[far]), default=0)
        cuts = sorted({0, half, far, len(line) - 1})
    else:
        cuts = [0, len(line) - 1]
    keep = set(cuts)
    stack = list(zip(cuts, cuts[1:], strict=False))
    while stack:
        one, two = stack.pop()
        if two - one < 2:
            continue
        worst = max(range(one + 1, two), key=lambda k: _off(line[k], line[one], line[two]))
        if _off(line[worst], line[one], line[two]) > tolerance:
            keep.add(worst)
            stack += [(one, worst), (worst, two)]
    return [line[k] for k in sorted(keep)]


def _squared(p: tuple[float, float], q: tuple[float, float]) -> float:
    return (p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2


def _off(p: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> float:
    """Distance of a point from a segment, degrees."""
    length = _squared(a, b)
    if length == 0:
        return _squared(p, a) ** 0.5
    along = ((p[0] - a[0]) * (b[0] - a[0]) + (p[1] - a[1]) * (b[1] - a[1])) / length
    t = min(1.0, max(0.0, along))
    return _squared(p, (a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]))) ** 0.5


def cut(areas: list[tuple[dict[str, Any], list[Part]]]) -> list[tuple[dict[str, Any], list[Part]]]:
    """Disputed areas taken out of the states that the file draws them in, as features of their own."""
    by_name = {about["source_name"]: k for k, (about, _) in enumerate(areas)}
    by_state = {about["state"]: k for k, (about, _) in enumerate(areas) if about["state"]}
    added = []
    for entry in disputes():
        where = entry["geometry"]
        if where == "none":
            continue
        said = {k: entry[k] for k in ("name", "note", "held_by", "claimed_by")}
        if "feature" in where:
            about = areas[by_name[where["feature"]]][0]
            hatched = entry.get("hatched", False)
            about |= said | {"disputed": hatched} | ({"state": None} if hatched else {})
            continue
        owner = by_state[where.get("rings") or where["south_of"]]
        about, parts = areas[owner]
        inside, outside = _inside(parts, where["box"]) if "box" in where else _split(parts, where["lat"])
        areas[owner] = (about, outside)
        added.append((said | {"state": None, "disputed": True}, inside))
    for about, _ in areas:
        about.pop("source_name", None)
    return areas + added


def _inside(parts: list[Part], box: Sequence[float]) -> tuple[list[Part], list[Part]]:
    west, south, east, north = box
    here = [all(west <= x <= east and south <= y <= north for x, y in p[0]) for p in parts]
    return [p for p, h in zip(parts, here, strict=True) if h], [
        p for p, h in zip(parts, here, strict=True) if not h
    ]


def _split(parts: list[Part], lat: float) -> tuple[list[Part], list[Part]]:
    """Polygons cut along a parallel: the southern and the northern parts (Sutherland and Hodgman 1974)."""

    def half(side: int) -> list[Part]:
        kept = [[_clipped(ring, lat, side) for ring in part] for part in parts]
        return [[r for r in part if len(r) > 3] for part in kept if len(part[0]) > 3]

    return half(-1), half(1)


def _clipped(ring: Ring, edge: float, side: int, axis: int = 1) -> Ring:
    """The part of a ring above (side 1) or below (-1) ``edge`` on an axis (0 longitude, 1 latitude)."""
    out: Ring = []
    for one, two in zip(ring, ring[1:], strict=False):
        in1, in2 = side * (one[axis] - edge) >= 0, side * (two[axis] - edge) >= 0
        if in1:
            out.append(one)
        if in1 != in2:
            t = (edge - one[axis]) / (two[axis] - one[axis])
            x, y = (a + t * (b - a) for a, b in zip(one, two, strict=True))
            out.append((edge, y) if axis == 0 else (x, edge))
    return [*out, out[0]] if out else out


def _steps(ring: Ring) -> list[int]:
    """A ring as whole-number steps of the last decimal, repeated points left out."""
    scale, steps = 10**DIGITS, []
    last: tuple[int, int] | None = None
    for x, y in ring:
        point = (round(x * scale), round(y * scale))
        if point != last:
            steps += [point[0] - (last[0] if last else 0), point[1] - (last[1] if last else 0)]
            last = point
    return steps
