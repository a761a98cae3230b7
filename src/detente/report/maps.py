"""World maps as SVG: Equal Earth, one colour class for each state, disputed areas hatched and named.

The drawing is made here and not by the chart library because it needs what that lacks: hatching,
faded fills, dots for states too small to see, and names that appear under the pointer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import floor, log10
from typing import Any

import numpy as np
from markupsafe import Markup

WIDTH = 9600
"""Units across: whole numbers, a tenth of a pixel on a wide page."""
SOUTH, NORTH = -57.0, 84.0
"""Antarctica has no states; the map ends above it."""
FINE = 5.0
"""Points of a coast closer than this many units are one point."""
SMALL = 700.0
"""States covering fewer square units than this get a dot."""
DOT = 24
FAR = 8.0
"""How many times the ninth decile a largest effect must reach for classes to stand tenfold apart."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """One area: rings of (longitude, latitude) in degrees. A shape equals only itself.

    A hatched area is disputed and counted with no state; ``note`` says who holds and who claims it.
    """

    state: str | None
    name: str
    rings: tuple[np.ndarray, ...]
    hatched: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """An area as drawn: path text (empty if nothing shows), square units, middle of its largest part."""

    area: Shape
    path: str
    size: float
    middle: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shade:
    """How a state is painted: class −3 … 3, whether its interval lies clear of zero, and its caption."""

    step: int
    sure: bool
    caption: str


def equal_earth(lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Equal Earth projection on a unit sphere (Šavrič, Patterson & Jenny 2018); degrees in."""
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    t = np.arcsin(np.sqrt(3) / 2 * np.sin(np.radians(lat)))
    t2, t6 = t**2, t**6
    x = 2 * np.sqrt(3) / 3 * np.radians(lon) * np.cos(t) / (a1 + 3 * a2 * t2 + t6 * (7 * a3 + 9 * a4 * t2))
    return x, t * (a1 + a2 * t2 + t6 * (a3 + a4 * t2))


def shapes(features: Iterable[Mapping[str, Any]]) -> tuple[Shape, ...]:
    """Shapes from GeoJSON features with ``state``, ``name``, ``disputed``, ``note`` in their properties."""
    made = []
    for feature in features:
        about = feature["properties"]
        geometry = feature["geometry"]
        parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        rings = tuple(np.asarray(ring, dtype=float)[:, :2] for part in parts for ring in part)
        made.append(
            Shape(
                about.get("state"),
                str(about.get("name") or ""),
                rings,
                bool(about.get("disputed")),
                str(about.get("note") or ""),
            )
        )
    return tuple(made)


def class_limits(values: Sequence[float]) -> tuple[float, ...]:
    """Three limits of a symmetric scale that are easy to read, such as 0.1, 0.3 and 1.

    About one state in ten lies beyond the last, and limits stand threefold apart; where a few states
    lie far beyond all others, limits stand tenfold apart up to them. Empty if nothing differs from zero.
    """
    sizes = np.abs([v for v in values if np.isfinite(v) and v != 0])
    if not len(sizes):
        return ()
    usual, most = float(np.quantile(sizes, 0.9)), float(sizes.max())
    if most >= FAR * usual:
        power = floor(log10(most))
        return tuple(float(f"1e{power - k}") for k in (2, 1, 0))
    usual *= 1 + 1e-9  # 0.3 is three tenths, whatever its last bit
    power = floor(log10(usual))
    ladder = [(3, power - 2), (1, power - 1), (3, power - 1), (1, power), (3, power)]
    at = 4 if usual / 10**power >= 3 else 3
    return tuple(float(f"{d}e{p}") for d, p in ladder[at - 2 : at + 1])


def step_of(value: float, limits: Sequence[float]) -> int:
    """Colour class of a value: 0 below the first limit, ±1 … ±3 beyond."""
    return int(np.sign(value)) * sum(abs(value) >= limit for limit in limits)


@lru_cache(maxsize=2)
def outlines(areas: tuple[Shape, ...]) -> tuple[Outline, ...]:
    """Every area in the units of the world map; kept, because a page draws the same areas several times."""
    frame = _Frame()
    return tuple(Outline(a, *frame.path(a.rings)) for a in areas)


def height() -> float:
    """Units down of the world map."""
    return _Frame().height


def world(
    areas: Sequence[Shape], shades: Mapping[str, Shade], title: str, summary: str, ident: str
) -> Markup:
    """The map. States without a shade are drawn as having no data; disputed areas are hatched on top."""
    land, hatched, dots = [], [], []
    for outline in outlines(tuple(areas)):
        area, path = outline.area, outline.path
        if area.hatched:
            if path:
                hatched.append(
                    Markup(
                        '<path class="disputed" fill="url(#hatch-{i})" d="{d}"><title>{t}</title></path>'
                    ).format(i=ident, d=path, t=f"{area.name}: disputed" if area.name else "disputed")
                )
            continue
        kind, caption = _paint(area, shades)
        if path:
            land.append(_path(kind, area.state, path, caption))
        if outline.size < SMALL and area.state in shades:
            dots.append(
                Markup(
                    '<circle class="{k}" cx="{x:.0f}" cy="{y:.0f}" r="{r}"><title>{c}</title></circle>'
                ).format(k=kind + " dot", x=outline.middle[0], y=outline.middle[1], r=DOT, c=caption)
            )
    return Markup(
        '<svg class="map" viewBox="0 0 {w} {h:.0f}" role="img" aria-labelledby="{i}-t {i}-d" '
        'xmlns="http://www.w3.org/2000/svg">'
        '<title id="{i}-t">{t}</title><desc id="{i}-d">{s}</desc>'
        '<defs><pattern id="hatch-{i}" width="40" height="40" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)">'
        '<rect width="40" height="40" class="hatch-paper"/>'
        '<rect width="13" height="40" class="hatch-line"/></pattern></defs>'
        "<g>{land}</g><g>{hatched}</g><g>{dots}</g></svg>"
    ).format(
        w=WIDTH,
        h=height(),
        i=ident,
        t=title,
        s=summary,
        land=Markup("").join(land),
        hatched=Markup("").join(hatched),
        dots=Markup("").join(dots),
    )


def _paint(area: Shape, shades: Mapping[str, Shade]) -> tuple[str, str]:
    shade = shades.get(area.state or "")
    if shade is None:
        return "nodata", f"{area.name}: no data"
    return step_class(shade.step, shade.sure), shade.caption


def step_class(step: int, sure: bool) -> str:
    """CSS class of a colour class; all that is unsure has one pale tone on each side."""
    if step == 0:
        return "level"
    return f"{'up' if step > 0 else 'down'}{abs(step) if sure else 0}"


def _path(kind: str, state: str | None, path: str, caption: str) -> Markup:
    tag = Markup(' data-state="{}"').format(state) if state else Markup("")
    return Markup('<path class="{}"{} d="{}"><title>{}</title></path>').format(kind, tag, path, caption)


class _Frame:
    """The drawing area: turns rings of degrees into path text."""

    def __init__(self) -> None:
        right, _ = equal_earth(np.array(180.0), np.array(0.0))
        _, self._top = equal_earth(np.array(0.0), np.array(NORTH))
        _, bottom = equal_earth(np.array(0.0), np.array(SOUTH))
        self._scale = WIDTH / (2 * float(right))
        self.height = float(self._top - bottom) * self._scale

    def path(self, rings: Sequence[np.ndarray]) -> tuple[str, float, tuple[float, float]]:
        """Path text, area in square units, and middle of the largest ring."""
        pieces, total, widest, middle = [], 0.0, -1.0, (0.0, 0.0)
        for ring in rings:
            if ring[:, 1].max() < SOUTH:
                continue
            for part in cut_at_date_line(ring):
                points = self._placed(part)
                size = _area(points)
                if size > widest:
                    widest, middle = size, (float(points[:, 0].mean()), float(points[:, 1].mean()))
                total += size
                thin = _thinned(points)
                if len(thin) >= 3:
                    pieces.append(_text(thin))
        return "".join(pieces), total, middle

    def _placed(self, ring: np.ndarray) -> np.ndarray:
        x, y = equal_earth(ring[:, 0], np.clip(ring[:, 1], SOUTH, None))
        return np.column_stack([x * self._scale + WIDTH / 2, (self._top - y) * self._scale])


def cut_at_date_line(ring: np.ndarray) -> list[np.ndarray]:
    """A ring of degrees as the parts that lie within −180 … 180, where it crosses that line."""
    lon = ring[:, 0]
    steps = np.diff(lon)
    if not (np.abs(steps) > 180).any():
        return [ring]
    smooth = np.column_stack(
        [lon[0] + np.concatenate([[0], np.cumsum((steps + 180) % 360 - 180)]), ring[:, 1]]
    )
    parts = (_half(_half(smooth + [turn, 0], 180, -1), -180, 1) for turn in (-360, 0, 360))
    return [p for p in parts if len(p) >= 3]


def _half(ring: np.ndarray, edge: float, keep: int) -> np.ndarray:
    """The part of a ring west (keep −1) or east (keep 1) of a meridian (Sutherland & Hodgman 1974)."""
    kept: list[np.ndarray] = []
    for a, b in zip(np.roll(ring, 1, axis=0), ring, strict=True):
        a_in, b_in = keep * (a[0] - edge) >= 0, keep * (b[0] - edge) >= 0
        if a_in != b_in:
            kept.append(a + (b - a) * (edge - a[0]) / (b[0] - a[0]))
        if b_in:
            kept.append(b)
    return np.array(kept).reshape(-1, 2)


def _area(points: np.ndarray) -> float:
    x, y = points.T
    return float(abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2)


def _thinned(points: np.ndarray) -> np.ndarray:
    """Points at least FINE apart, in whole units."""
    kept = [0]
    for k in range(1, len(points)):
        if np.hypot(*(points[k] - points[kept[-1]])) >= FINE:
            kept.append(k)
    return np.round(points[kept]).astype(int)


def _text(points: np.ndarray) -> str:
    """A closed path in relative steps, which takes half the room of absolute ones."""
    steps = np.diff(points, axis=0)
    line = " ".join(f"{a} {b}" for a, b in steps).replace(" -", "-")
    return f"M{points[0, 0]} {points[0, 1]}l{line}z"


__all__ = [
    "Outline",
    "Shade",
    "Shape",
    "class_limits",
    "equal_earth",
    "height",
    "outlines",
    "shapes",
    "step_class",
    "step_of",
    "world",
]
