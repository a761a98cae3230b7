"""Out-of-time scores of the mechanisms of the economy, brought into rows that can be compared.

The forecasts are made by the ``score`` functions of the mechanisms, from data and estimates up to the
origin; nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Iterator

from detente.judge.measurement import Tables
from detente.judge.score_rows import Row, fans, newest_year, with_levels


def growth(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    """Real GDP since the origin."""
    from detente.mechanisms.growth import score

    found = score.track_record(tables("state_year"), origins, draws, seed)
    yield from fans(found, "growth", "log real GDP since the origin", {"walk": "random walk with drift"})


def sanctions(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    """Trade sanctions and other kinds, begun and lifted."""
    from detente.mechanisms.sanctions import fit, measures_score
    from detente.mechanisms.sanctions.record import Frames

    names = ("sanctions", "peace", "state_year", "states", "blocs")
    frames, newest = Frames(*(tables(name) for name in names)), newest_year(tables("sanctions"))
    for origin in origins:
        horizon = min(5, newest - origin)
        if horizon < 1:
            continue
        told = {f"{move} of a trade sanction": f for move, f in fit.score(frames, origin, horizon).items()}
        for key, f in measures_score.score(frames, origin, horizon).items():
            kind, _, move = key.partition("_")
            told[f"{move} of {kind} sanctions"] = f
        for move, found in told.items():
            rivals = {
                "persistence": "persistence",
                "base_rate": "base rate",
                "recent_rate": "recent base rate",
            }
            for key, rival in rivals.items():
                what = f"{move}, each of the next {horizon} years"
                for short, score in (("brier", "Brier score"), ("log", "logarithmic score")):
                    if f"{key}_{short}" in found:
                        ours, theirs = found[f"model_{short}"], found[f"{key}_{short}"]
                        n = int(found["decisions"])
                        yield Row("sanctions", what, score, origin, 1, rival, ours, theirs, n)


def trade(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    """Flows at known sizes."""
    from detente.mechanisms.trade import score

    flows, domestic, sanctions = (tables(n) for n in ("trade", "domestic", "sanctions"))
    held = set(domestic["year"].to_list())
    spans = [(o, o + h) for o in origins for h in (5, 10) if {o, o + h} <= held]
    if not spans:
        return
    found = score.track_record(flows, domestic, sanctions, spans).to_dicts()
    by_cell = {(f["start"], f["end"], f["group"], f["prediction"]): f for f in found}
    for (start, end, group, prediction), rival in by_cell.items():
        ours = by_cell[start, end, group, "sanctions"]
        if prediction == "sanctions" or not ours["pairs"]:
            continue
        what = f"log flows at known sizes, {group} pairs"
        for key, name in (("error", "mean absolute error"), ("money", "share of money misplaced")):
            n = int(ours["pairs"])
            yield Row("trade", what, name, start, end - start, prediction, ours[key], rival[key], n)


def investment(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    """Inward investment."""
    from detente.mechanisms.investment import panel, score

    whole = panel.assemble(with_levels(tables), newest_year(tables("economy").drop_nulls("fdi")))
    found = score.track_record(whole, origins, draws, seed)
    rivals = {"walk": "persistence", "mean": "own ten-year mean"}
    yield from fans(found, "investment", "asinh of direct investment in % of GDP", rivals)


def arms(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    """Deliveries of arms."""
    from detente.mechanisms.arms import panel, score

    for f in score.track_record(panel.assemble(with_levels(tables)), origins):
        for kind in ("conditional", "unconditional"):
            what = f"seller of each delivery, five years together, {kind}"
            ours, theirs = f[kind], f["persistence"]
            yield Row(
                "arms",
                what,
                "share of deliveries misplaced",
                f["origin"],
                f["horizon"],
                "persistence",
                ours,
                theirs,
                f["n"],
            )


def commodities(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    """Prices of commodities."""
    from detente.mechanisms.commodities import score

    found = score.track_record(tables("commodity_prices"), origins, draws, seed)
    yield from fans(found, "commodities", "log real price, four markets", {"walk": "random walk"})


def tourism(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    """Visitors by pair."""
    from detente.mechanisms.tourism import score

    frames = (tables("tourism_seen"), tables("state_year"), tables("peace"))
    what = "log visitors of named pairs, income and peace known afterwards"
    for f in score.track_record(*frames, origins):
        yield Row(
            "tourism",
            what,
            "mean absolute error",
            f["origin"],
            f["horizon"],
            "unchanged",
            f["ours"],
            f["unchanged"],
            f["n"],
        )


def gas(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    """From the one year with an account before it that can be foretold, not those asked for."""
    from detente.mechanisms.gas import score

    kinds = {
        "corridors": ("bcm by corridor of pipes and LNG", "mean absolute error"),
        "prices": ("log price at hubs", "mean absolute error"),
    }
    for f in score.track_record(tables):
        what, name = kinds[f["quantity"]]
        what = f"{what}, routes, terminals and income known, Russia {f['theory']}"
        yield Row("gas", what, name, score.BASE, f["horizon"], f["rival"], f["ours"], f["theirs"], f["n"])
