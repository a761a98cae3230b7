"""A map of flows between states: arrows as wide as what they carry, on one window of the world.

Arrows join a point inside each state, not the ends of real pipes or routes. The projection is the
Lambert azimuthal equal-area one around the middle of the window, so that no state looks larger than
another of its size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from detente.report.maps import Shape

WIDTH, HEIGHT = 5000, 4100
"""Units across and down."""
FINE = 8.0
WIDEST, THINNEST, HEAD = 110.0, 8.0, 1.7
"""Width of the widest and thinnest arrow, in units; how much wider its head is."""
BEND = 0.12
"""How far an arrow bows out, as a share of its length, so that two directions do not hide each other."""

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the world: its middle and how many degrees of arc it reaches to each side."""

    lon: float
    lat: float
    reach: float

    def placed(self, lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Degrees to units on the drawing; what lies on the far side of the world becomes NaN."""
        a, b, middle = np.radians(lon - self.lon), np.radians(lat), np.radians(self.lat)
        cosine = np.sin(middle) * np.sin(b) + np.cos(middle) * np.cos(b) * np.cos(a)
        with np.errstate(invalid="ignore"):
            k = np.where(cosine > 0, np.sqrt(2 / (1 + cosine)), np.nan)
        scale = WIDTH / 2 / np.radians(self.reach)
        x = k * np.cos(b) * np.sin(a)
        y = k * (np.cos(middle) * np.sin(b) - np.sin(middle) * np.cos(b) * np.cos(a))
        return WIDTH / 2 + x * scale, HEIGHT / 2 - y * scale


EUROPE = Window(22.0, 51.0, 27.0)


@dataclass(frozen=True, slots=True)
class Flow:
    """What one state sends another, with the words that stand under the pointer."""

    seller: str
    buyer: str
    amount: float
    kind: str
    caption: str


def flow_map(
    areas: Sequence[Shape],
    flows: Sequence[Flow],
    largest: float,
    title: str,
    summary: str,
    ident: str,
    window: Window = EUROPE,
    points: Mapping[str, Place] | None = None,
) -> Markup:
    """The map of one world; ``largest`` is the amount drawn widest, the same for maps to be compared."""
    middles = _middles(areas, points)
    land = [_land(a, window) for a in areas]
    drawn = sorted(seen(areas, flows, window, points), key=lambda f: f.amount)
    arrows = [_arrow(f, middles, largest, window) for f in drawn]
    return Markup(
        '<svg class="map flows" viewBox="0 0 {w} {h}" role="img" aria-labelledby="{i}-t {i}-d" '
        'xmlns="http://www.w3.org/2000/svg"><title id="{i}-t">{t}</title><desc id="{i}-d">{s}</desc>'
        "<g>{land}</g><g>{arrows}</g></svg>"
    ).format(
        w=WIDTH,
        h=HEIGHT,
        i=ident,
        t=title,
        s=summary,
        land=Markup("").join(land),
        arrows=Markup("").join(arrows),
    )


def _land(area: Shape, window: Window) -> Markup:
    pieces = []
    for ring in area.rings:
        x, y = window.placed(ring[:, 0], ring[:, 1])
        near = (x > -WIDTH) & (x < 2 * WIDTH) & (y > -HEIGHT) & (y < 2 * HEIGHT)
        inside = (x > 0) & (x < WIDTH) & (y > 0) & (y < HEIGHT)
        if inside.any():
            pieces.append(_text(np.column_stack([x, y])[near]))
    kind = "disputed" if area.hatched else "ground"
    name = f"{area.name}: disputed" if area.hatched else area.name
    if not pieces:
        return Markup("")
    return Markup('<path class="{}" d="{}"><title>{}</title></path>').format(kind, "".join(pieces), name)


def _text(points: np.ndarray) -> str:
    thin = [points[0]]
    for p in points[1:]:
        if np.hypot(*(p - thin[-1])) >= FINE:
            thin.append(p)
    if len(thin) < 3:
        return ""
    whole = np.round(np.array(thin)).astype(int)
    steps = " ".join(f"{a} {b}" for a, b in np.diff(whole, axis=0)).replace(" -", "-")
    return f"M{whole[0, 0]} {whole[0, 1]}l{steps}z"


def _middle(area: Shape) -> Place:
    """Middle of the largest ring, in degrees."""
    ring = max(area.rings, key=lambda r: float(np.ptp(r[:, 0]) * np.ptp(r[:, 1])))
    return float(ring[:, 0].mean()), float(ring[:, 1].mean())


def seen(
    areas: Sequence[Shape],
    flows: Sequence[Flow],
    window: Window = EUROPE,
    points: Mapping[str, Place] | None = None,
) -> list[Flow]:
    """The flows that a map of the window shows: into its states, by pipe from inside it, by ship from
    anywhere on this side of the world."""
    middles = _middles(areas, points)
    shown = []
    for flow in flows:
        x, y = _ends(flow, middles, window)
        here = (x > 0) & (x < WIDTH) & (y > 0) & (y < HEIGHT)
        if flow.amount > 0 and np.isfinite(x).all() and here[1] and (here[0] or flow.kind == "ship"):
            shown.append(flow)
    return shown


def _middles(areas: Sequence[Shape], points: Mapping[str, Place] | None) -> dict[str, Place]:
    return {a.state: _middle(a) for a in areas if a.state and not a.hatched} | dict(points or {})


def _ends(flow: Flow, middles: Mapping[str, Place], window: Window) -> tuple[np.ndarray, np.ndarray]:
    """Where an arrow begins and ends, across and down; NaN for a state without a place."""
    nowhere = (np.nan, np.nan)
    lon, lat = np.array([middles.get(flow.seller, nowhere), middles.get(flow.buyer, nowhere)]).T
    return window.placed(lon, lat)


def _arrow(flow: Flow, middles: Mapping[str, Place], largest: float, window: Window) -> Markup:
    x, y = _ends(flow, middles, window)
    end, width = np.array([x[1], y[1]]), max(WIDEST * flow.amount / largest, THINNEST)
    along = end - (x[0], y[0])
    bow = np.array([x.mean(), y.mean()]) + BEND * np.array([along[1], -along[0]])
    ahead = (end - bow) / max(float(np.hypot(*(end - bow))), 1.0)
    size = max(HEAD * width, 70.0)
    neck, aside = end - size * ahead, 0.5 * size * np.array([-ahead[1], ahead[0]])
    left, right = neck + aside, neck - aside
    return Markup(
        '<g class="flow {k}"><title>{t}</title>'
        '<path class="shaft" d="M{a:.0f} {b:.0f}Q{c:.0f} {d:.0f} {e:.0f} {f:.0f}" '
        'style="stroke-width:{w:.0f}"/>'
        '<path class="head" d="M{g:.0f} {h:.0f}L{i:.0f} {j:.0f}L{m:.0f} {n:.0f}z"/></g>'
    ).format(
        k=flow.kind, t=flow.caption, a=x[0], b=y[0], c=bow[0], d=bow[1], e=neck[0], f=neck[1], w=width,
        g=left[0], h=left[1], i=end[0], j=end[1], m=right[0], n=right[1],
    )  # fmt: skip
