"""One look for every chart, map and page: a type stack, a muted palette, and colours that follow the reader.

Charts are drawn with the light colours below. In the page each of them becomes a CSS variable, so
that the same drawing is legible on dark paper. Blue against orange and the greys of the palette stay
apart for readers who cannot tell red from green.
"""

from __future__ import annotations

import re
from typing import Any

FONT = "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif"

COLOURS = {
    "ink": "#1c2127",
    "soft": "#59636e",
    "rule": "#8a939c",
    "grid": "#e4e7ea",
    "base": "#707a84",
    "w1": "#0f6ba8",
    "w2": "#c2581c",
    "w3": "#1c8568",
    "w4": "#86589b",
    "gain": "#1f6ea4",
    "loss": "#b8591d",
    "unsure": "#9aa3ab",
}
"""Name of the CSS variable (``--c-NAME``) and its light value."""

WORLDS = ("base", "w1", "w2", "w3", "w4")
"""Colours of the worlds in the order of ``Result.scenarios``; the baseline is grey."""

_NAMES = {value: name for name, value in COLOURS.items()}
_PAINT = re.compile(r'\b(fill|stroke)="(#[0-9a-f]{6})"')


def world_colour(place: int) -> str:
    """Colour of the world at a place in the list of scenarios; beyond the palette it starts again at 1."""
    return COLOURS[WORLDS[place if place < len(WORLDS) else 1 + (place - 1) % (len(WORLDS) - 1)]]


def config() -> dict[str, Any]:
    """Vega-Lite configuration: thin grid, no frame, no legend, one typeface."""
    text = {
        "labelColor": COLOURS["soft"],
        "titleColor": COLOURS["soft"],
        "labelFont": FONT,
        "titleFont": FONT,
    }
    return {
        "aria": False,
        "locale": {"number": {"decimal": ".", "thousands": "\u202f", "grouping": [3], "currency": ["", ""]}},
        "font": FONT,
        "background": "transparent",
        "view": {"stroke": None},
        "axis": {
            **text,
            "labelFontSize": 11,
            "titleFontSize": 11,
            "titleFontWeight": "normal",
            "gridColor": COLOURS["grid"],
            "gridWidth": 1,
            "domain": False,
            "ticks": False,
            "labelPadding": 6,
        },
        "axisX": {
            "grid": False,
            "domain": True,
            "domainColor": COLOURS["rule"],
            "ticks": True,
            "tickColor": COLOURS["rule"],
            "tickSize": 4,
            "labelPadding": 4,
        },
        "text": {"font": FONT, "fontSize": 11, "color": COLOURS["ink"]},
        "concat": {"spacing": 14},
    }


def follow_reader(svg: str) -> str:
    """The same drawing with its palette as CSS variables (each with its light colour as fallback)."""

    def variable(match: re.Match[str]) -> str:
        name = _NAMES.get(match[2])
        return match[0] if name is None else f'{match[1]}="var(--c-{name}, {match[2]})"'

    return _PAINT.sub(variable, svg)
