"""A user's tables of a many-sector economy, checked: every mistake noted, with what would be valid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from detente.mechanisms.sectors.economy import Economy
from detente.model.errors import Problems, nearest

LEAST, MOST = 0.5, 40.0
"""Range of trade elasticities that is taken for meant."""
SHOWN = 8
"""At most so many mistakes of one kind are listed."""


def has(table: Any, columns: Sequence[str]) -> bool:
    """Whether a table has all of the columns."""
    return all(c in getattr(table, "columns", ()) for c in columns)


def column(table: Any, name: str) -> list[Any]:
    """A column of a polars or pandas table as a list."""
    return list(table[name].to_list() if hasattr(table[name], "to_list") else table[name])


def cube(
    table: Any, axes: Mapping[str, Sequence[str]], value: str, where: str, problems: Problems
) -> np.ndarray:
    """A long table as an array over the named columns; 0 where not listed. Notes what is unknown, double."""
    place = {c: {v: k for k, v in enumerate(names)} for c, names in axes.items()}
    held, seen = np.zeros([len(v) for v in axes.values()]), set()
    strangers: dict[str, set[str]] = {c: set() for c in axes}
    for *keys, number in zip(*(column(table, c) for c in (*axes, value)), strict=True):
        cell = tuple(str(k) for k in keys)
        new = [c for c, k in zip(axes, cell, strict=True) if k not in place[c]]
        for c, k in zip(axes, cell, strict=True):
            if k not in place[c]:
                strangers[c].add(k)
        if cell in seen:
            problems.add(where, f"{' '.join(cell)} is listed twice", "add the rows up or drop one")
        seen.add(cell)
        if not new:
            at = tuple(place[c][k] for c, k in zip(axes, cell, strict=True))
            held[at] = np.nan if number is None else float(number)
    for c, names in strangers.items():
        for name in sorted(names)[:SHOWN]:
            problems.add(where, f"unknown {c} '{name}'", nearest(name, axes[c]))
    return held


def economy(flows: Any, inputs: Any, problems: Problems) -> Economy | None:
    """A table of flows (sector, exporter, importer, value) and of input shares (state, use, sector, share).

    Without ``inputs`` all output is value added. ``None`` where the tables cannot be read at all.
    """
    if not has(flows, ("sector", "exporter", "importer", "value")):
        what = f"has columns {list(getattr(flows, 'columns', ()))}"
        problems.add("flows", what, "needs sector, exporter, importer, value")
        return None
    sectors = tuple(dict.fromkeys(str(s) for s in column(flows, "sector")))
    states = tuple(sorted({str(s) for c in ("exporter", "importer") for s in column(flows, c)}))
    axes = {"sector": sectors, "exporter": states, "importer": states}
    flow = cube(flows, axes, "value", "flows", problems)
    share = np.zeros((len(sectors), len(sectors), len(states)))
    if inputs is not None:
        if not has(inputs, ("state", "use", "sector", "share")):
            what = f"has columns {list(getattr(inputs, 'columns', ()))}"
            problems.add("inputs", what, "needs state, use, sector, share")
            return None
        axes = {"use": sectors, "sector": sectors, "state": states}
        share = cube(inputs, axes, "share", "inputs", problems)
        share[np.broadcast_to(flow.sum(axis=2)[:, None] == 0, share.shape)] = 0.0
    return Economy(sectors, states, flow, share)


def plausible(made: Economy, problems: Problems) -> None:
    """Note what makes an economy meaningless or unsolvable, with the place at fault."""
    _flows(made, problems)
    if problems.found:
        return
    _shares(made, problems)
    _connected(made, problems)


def _listed(cells: np.ndarray) -> list[tuple[int, ...]]:
    return [tuple(int(k) for k in c) for c in cells[:SHOWN]]


def _flows(made: Economy, problems: Problems) -> None:
    for j, i, n in _listed(np.argwhere(~np.isfinite(made.flow) | (made.flow < 0))):
        what = f"{made.sectors[j]}, {made.states[i]} → {made.states[n]} is {made.flow[j, i, n]}"
        problems.add("flows", what, "a flow is a number of 0 or more; leave out what is unknown")
    home = np.einsum("jnn->jn", made.flow)
    for (n,) in _listed(np.argwhere(home.sum(axis=0) == 0)):
        state = made.states[n]
        problems.add(
            "flows",
            f"{state} has no domestic sales",
            f"add rows {state} → {state}: output minus exports, by sector",
        )
    for j, n in _listed(np.argwhere(made.bought == 0)):
        problems.add(
            "flows",
            f"{made.states[n]} buys nothing of {made.sectors[j]}",
            "give what it buys, be it little, or put the sector together with another",
        )


def _shares(made: Economy, problems: Problems) -> None:
    def named(j: int, n: int) -> str:
        return f"{made.sectors[j]} in {made.states[n]}"

    bad = ~np.isfinite(made.inputs) | (made.inputs < 0)
    for j, k, n in _listed(np.argwhere(bad)):
        what = f"{named(j, n)} spends {made.inputs[j, k, n]} of its output on {made.sectors[k]}"
        problems.add("inputs", what, "a share is 0 or more")
    if bad.any():
        return
    for j, n in _listed(np.argwhere((made.value_share <= 0) & (made.output > 0))):
        what = f"{named(j, n)} spends {1 - made.value_share[j, n]:.3f} of its output on inputs"
        problems.add("inputs", what, "the shares of an industry must add up to less than 1")
    for j, n in _listed(np.argwhere(made.final < -1e-6 * made.bought)):
        what = f"industries in {made.states[n]} use more {made.sectors[j]} than is bought there"
        problems.add("inputs", what, "lower the shares or add the missing purchases")
    for (n,) in _listed(np.argwhere(made.final.sum(axis=0) <= 0)):
        problems.add("inputs", f"nothing is left for final use in {made.states[n]}", "lower the shares")


def _connected(made: Economy, problems: Problems) -> None:
    """Prices can only be compared between states that trade, be it through others."""
    linked = (made.flow.sum(axis=0) > 0) | (made.flow.sum(axis=0) > 0).T
    reached = np.zeros(len(made.states), dtype=bool)
    reached[np.argmax(made.value)] = True
    while (linked[reached].any(axis=0) & ~reached).any():
        reached |= linked[reached].any(axis=0)
    for (n,) in _listed(np.argwhere(~reached)):
        problems.add(
            "flows",
            f"{made.states[n]} is cut off: no trade, direct or through others, with the largest economy",
            "leave it out, or add the missing flows",
        )


def elasticities(
    given: Any, sectors: Sequence[str], default: Mapping[str, float], problems: Problems
) -> np.ndarray:
    """Trade elasticities in the order of ``sectors``: one number, or a mapping by sector."""
    if given is None:
        missing = [s for s in sectors if s not in default]
        for s in missing:
            problems.add("elasticities", f"none for sector '{s}'", f"give elasticities={{'{s}': 5.0, …}}")
        told = {s: default.get(s, 5.0) for s in sectors}
    elif isinstance(given, Mapping):
        for s in given:
            if s not in sectors:
                problems.add("elasticities", f"unknown sector '{s}'", nearest(str(s), sectors))
        told = {s: given.get(s, default.get(s, np.nan)) for s in sectors}
    else:
        told = dict.fromkeys(sectors, given)
    for s, theta in told.items():
        if not (np.isfinite(theta) and LEAST <= theta <= MOST):
            problems.add(
                "elasticities",
                f"{s}: {theta} is outside the range",
                f"a trade elasticity lies between {LEAST:g} and {MOST:g}; estimates run from 2 to 15",
            )
    return np.array([float(told[s]) for s in sectors])


def change(given: Any, made: Economy, goods: Sequence[str], problems: Problems) -> np.ndarray:
    """Log change of trade at given prices (sector, n, n), from a table or an array.

    A table has exporter, importer, change, and may have sector; without it, and for an array (n, n), the
    change is that of every sector in ``goods``.
    """
    n, k = len(made.states), len(made.sectors)
    acts = np.array([s in goods for s in made.sectors])[:, None, None]
    if has(given, ("sector", "exporter", "importer", "change")):
        axes = {"sector": made.sectors, "exporter": made.states, "importer": made.states}
        found = cube(given, axes, "change", "cost_change", problems)
    elif has(given, ("exporter", "importer", "change")):
        axes = {"exporter": made.states, "importer": made.states}
        found = acts * cube(given, axes, "change", "cost_change", problems)
    elif hasattr(given, "columns"):
        problems.add(
            "cost_change",
            f"has columns {list(given.columns)}",
            "needs exporter, importer, change (and sector)",
        )
        return np.zeros((k, n, n))
    else:
        found = np.asarray(given, dtype=float)
        if found.shape not in ((n, n), (k, n, n)):
            problems.add("cost_change", f"has shape {found.shape}", f"needs {(n, n)} or {(k, n, n)}")
            return np.zeros((k, n, n))
        found = acts * found if found.ndim == 2 else found.copy()
    for j, i, m in _listed(np.argwhere(~np.isfinite(found))):
        what = f"{made.sectors[j]}, {made.states[i]} → {made.states[m]} is {found[j, i, m]}"
        problems.add("cost_change", what, "give a finite log change")
    return found
