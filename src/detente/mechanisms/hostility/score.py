"""Track record of *hostility*: shares of hostile events after an origin, and the ranks of GDELT's hostile
days.

Events up to the origin give estimates and where each pair stands; circumstances stay as they were. Rivals:
the share of the last year (*persistence*) and that of all years so far (*mean*).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from detente.mechanisms.hostility import equations as eq
from detente.mechanisms.hostility import fit
from detente.mechanisms.hostility.panel import FIRST, LAST, Panel, dyad_years

ENOUGH = 20
"""Events that a pair must have in the year that is foretold."""
ORIGINS = (2005, 2008, 2011)
HORIZONS = (1, 2, 3, 6)
METHODS = ("ours", "persistence", "mean")


def track_record(table: Callable[[str], Any], origins: Iterable[int] = ORIGINS) -> list[dict[str, float]]:
    """Rows: origin, horizon, n; mean absolute error of the share and rank correlation of each method.

    ``gain``: error of the mean less ours, with the half-width of its 90 % interval over pairs (``wide``).
    """
    whole = dyad_years(table)
    at = {pair: k for k, pair in enumerate(whole.pairs)}
    rows = []
    for origin in origins:
        known = whole.upto(origin)
        ours, rivals = forecast(known, max(HORIZONS))
        place = np.array([at[pair] for pair in known.pairs])
        for ahead in HORIZONS:
            if origin + ahead <= LAST:
                t = origin + ahead - FIRST
                every = (whole.good + whole.bad)[place, t]
                came = whole.bad[place, t] / every
                use = (every >= ENOUGH) & np.isfinite(rivals["persistence"])
                cast = {"ours": ours[:, ahead - 1]} | rivals
                rows.append({"origin": origin, "horizon": ahead} | compared(came, cast, use))
    return rows


def forecast(known: Panel, years: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Our shares (pair, year ahead), circumstances as they were, and those of the rivals (pair,)."""
    found = fit.estimate(known)
    standing = np.repeat(known.standing[:, -1:], years, axis=1)
    quiet = np.zeros((len(known.pairs), years, len(eq.EVENTS)))
    ours = eq.share(fit.ahead(found, fit.seen(known, found), standing, quiet))
    good, bad = known.good + 0.5, known.bad + 0.5
    pooled = (np.nansum(known.bad, axis=1) + 0.5) / (np.nansum(known.bad + known.good, axis=1) + 1.0)
    return ours, {"persistence": (bad / (bad + good))[:, -1], "mean": pooled}


def compared(came: np.ndarray, cast: dict[str, np.ndarray], use: np.ndarray) -> dict[str, float]:
    """Scores of one year."""
    from scipy.stats import spearmanr

    out: dict[str, float] = {"n": int(use.sum())}
    errors = {m: np.abs(came - cast[m])[use] for m in METHODS}
    for method in METHODS:
        out[f"mae_{method}"] = float(errors[method].mean())
        out[f"rank_{method}"] = float(spearmanr(came[use], cast[method][use])[0])
    gain = errors["mean"] - errors["ours"]
    return out | {"gain": float(gain.mean()), "wide": float(1.645 * gain.std() / np.sqrt(len(gain)))}


def hostile_days(table: Callable[[str], Any]) -> list[dict[str, float]]:
    """Rank correlation with GDELT's share of hostile days, years 2018 to 2024 from events to 2014 alone."""
    from scipy.stats import spearmanr

    known = dyad_years(table, LAST)
    days = table("hostile_days")
    first, last = int(days["year"].min()), int(days["year"].max())
    ours, rivals = forecast(known, last - LAST)
    at = {pair: k for k, pair in enumerate(known.pairs)}
    seen = np.full((len(known.pairs), last - first + 1), np.nan)
    for a, b, year, every, bad in days.select("a", "b", "year", "days", "hostile").iter_rows():
        k = at.get((min(a, b), max(a, b)))
        if k is not None:
            seen[k, year - first] = bad / every
    rows = []
    for year in range(first, last + 1):
        came = seen[:, year - first]
        use = np.isfinite(came) & np.isfinite(rivals["persistence"])
        cast = {"ours": ours[:, year - LAST - 1]} | rivals
        ranks = {f"rank_{m}": float(spearmanr(came[use], cast[m][use])[0]) for m in METHODS}
        rows.append({"year": year, "n": int(use.sum())} | ranks)
    return rows
