"""Each mechanism's own out-of-time scores, brought into rows that can be compared.

The forecasts are made by the ``score`` functions of the mechanisms, from data and estimates up to the
origin; nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import nan
from typing import Any

from detente.judge.measurement import Tables


@dataclass(frozen=True)
class Row:
    """One comparison: a mechanism's forecasts from ``origin``, ``horizon`` years ahead, with one rival."""

    mechanism: str
    quantity: str
    score: str
    """Which score, in words; smaller is better."""
    origin: int
    horizon: int
    rival: str
    ours: float
    theirs: float
    n: int
    inside: float = nan
    """Share of outcomes inside our 90 % interval."""

    @property
    def skill(self) -> float:
        """1 − ours / theirs; NaN where the rival made no error at all."""
        return 1 - self.ours / self.theirs if self.theirs > 0 else nan


def _growth(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    from detente.mechanisms.growth import score

    found = score.track_record(tables("state_year"), origins, draws, seed)
    yield from _fans(found, "growth", "log real GDP since the origin", {"walk": "random walk with drift"})


def _alignment(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    from detente.mechanisms.alignment import score

    found = score.track_record(tables("state_year"), tables("peace"), tables("pacts"), origins, draws, seed)
    rivals = {"walk": "random walk", "mean": "own twenty-year mean"}
    yield from _fans(found, "alignment", "ideal point", rivals)
    yield from _council(tables, origins, draws, seed)


def _council(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    """Like votes and vetoes: every origin of its own list together, not those asked for."""
    from detente.mechanisms.alignment import assembly, council

    states, first = tables("state_year"), council.FIRST_ORIGIN
    rivals = {"persistence": "persistence", "decade": "ten-year mean"}
    for f in council.agreement_record(states, assembly.shipped("alike")):
        for key, rival in rivals.items():
            what = f"share of like votes of four permanent members, every year since {first}"
            yield Row(
                "alignment",
                what,
                "mean absolute error",
                first,
                f["horizon"],
                rival,
                f["mae_relation"],
                f[f"mae_{key}"],
                f["n"],
            )
    for f in council.veto_record(states, assembly.shipped("vetoes")):
        for key, rival in rivals.items():
            what = f"vetoed drafts from distance, every year since {first} (not in the engine)"
            for short, score in (("mae", "mean absolute error"), ("log", "logarithmic score")):
                ours, theirs = f[f"{short}_distance"], f[f"{short}_{key}"]
                yield Row("alignment", what, score, first, f["horizon"], rival, ours, theirs, f["n"])


def _fans(
    found: Iterable[Mapping[str, Any]], name: str, quantity: str, rivals: Mapping[str, str]
) -> Iterator[Row]:
    """Rows from forecasts with draws: by CRPS, and by the absolute error of the median."""
    for f in found:
        for key, rival in rivals.items():
            for short, score in (("crps", "CRPS"), ("mae", "mean absolute error")):
                ours, theirs = f[f"{short}_ours"], f[f"{short}_{key}"]
                yield Row(
                    name,
                    quantity,
                    score,
                    f["origin"],
                    f["horizon"],
                    rival,
                    ours,
                    theirs,
                    f["n"],
                    f["inside_ours"],
                )


def _relations(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    from detente.mechanisms.relations import score

    newest = _newest(tables("peace"))
    needed = ("peace", "states", "state_year", "pacts", "contiguity", "distance")
    frames = {name: tables(name) for name in needed}
    for origin in origins:
        horizons = tuple(h for h in (5, 10) if origin + h <= newest)
        if horizons:
            for horizon, groups in score.score_origin(frames, origin, horizons, draws, seed).items():
                yield from _by_group(origin, horizon, groups)


def _by_group(origin: int, horizon: int, groups: Mapping[str, Any]) -> Iterator[Row]:
    scores = {
        "rps": "ranked probability score",
        "brier_fall": "Brier score of falls",
        "brier_climb": "Brier score of climbs",
    }
    for group, methods in groups.items():
        for rival in (m for m in methods if m != "model"):
            ours, theirs = methods["model"], methods[rival]
            for key, score in scores.items():
                quantity = f"peace level, {group} pairs"
                yield Row(
                    "relations",
                    quantity,
                    score,
                    origin,
                    horizon,
                    rival,
                    ours[key],
                    theirs[key],
                    ours["pairs"],
                )


def _defence(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    from detente.data.pledges import with_history
    from detente.mechanisms.defence import score

    newest = _newest(tables("state_year").drop_nulls("milex_share"))
    for origin in origins:
        horizon = min(10, newest - origin)
        if horizon < 1:
            continue
        ahead = score.backcast(with_history(tables), origin, horizon, draws, seed)
        for h in sorted({1, 5, 10, horizon} & set(range(1, horizon + 1))):
            for f in score.loss(ahead, h).iter_rows(named=True):
                who = "all states" if f["states"] == "all" else "the states of D3"
                for rival in ("persistence", "common_trend"):
                    yield Row(
                        "defence",
                        f"log share of output, {who}",
                        "mean absolute error",
                        origin,
                        h,
                        rival.replace("_", " "),
                        f["median"],
                        f[rival],
                        f["n"],
                        f["inside_90"],
                    )


def _sanctions(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    from detente.mechanisms.sanctions import fit, measures_score
    from detente.mechanisms.sanctions.record import Frames

    names = ("sanctions", "peace", "state_year", "states", "blocs")
    frames, newest = Frames(*(tables(name) for name in names)), _newest(tables("sanctions"))
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


def _trade(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
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


def _investment(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    from detente.mechanisms.investment import panel, score

    whole = panel.assemble(_with_levels(tables), _newest(tables("economy").drop_nulls("fdi")))
    found = score.track_record(whole, origins, draws, seed)
    rivals = {"walk": "persistence", "mean": "own ten-year mean"}
    yield from _fans(found, "investment", "asinh of direct investment in % of GDP", rivals)


def _arms(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    from detente.mechanisms.arms import panel, score

    for f in score.track_record(panel.assemble(_with_levels(tables)), origins):
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


def _with_levels(tables: Tables) -> Tables:
    """The tables, and ``levels``: the peace scale continued to the newest year."""
    from detente.data.peace import levels

    return lambda name: levels(_newest(tables("state_year")) - 1) if name == "levels" else tables(name)


def _newest(frame: Any) -> int:
    return int(frame["year"].max())


def _commodities(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    from detente.mechanisms.commodities import score

    found = score.track_record(tables("commodity_prices"), origins, draws, seed)
    yield from _fans(found, "commodities", "log real price, four markets", {"walk": "random walk"})


def _tourism(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
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


def _conflict(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    from detente.mechanisms.conflict import score

    for f in score.track_record(score.panel_of(tables), origins):
        for key, name in (("log", "logarithmic score"), ("brier", "Brier score")):
            ours, theirs = f["ours"][key], f["theirs"][key]
            what = "onset of a dispute, each of the next five years"
            yield Row("conflict", what, name, f["origin"], 1, f["rival"], ours, theirs, f["ours"]["n"])
        for key, name in (("auc", "1 − AUC"), ("ap", "1 − average precision")):
            ours, theirs = 1 - f["ours"][key], 1 - f["theirs"][key]
            yield Row("conflict", what, name, f["origin"], 1, f["rival"], ours, theirs, f["ours"]["n"])


def _accession(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    from detente.mechanisms.accession import fit, score

    for f in score.track_record(fit.record(_with_levels(tables)), origins):
        for key, name in (("log", "logarithmic score"), ("brier", "Brier score")):
            what = f"consent of all members of {f['bloc']} to a pending bid, each of the next five years"
            ours, theirs = f["ours"][key], f["theirs"][key]
            yield Row("accession", what, name, f["origin"], 1, f["rival"], ours, theirs, f["ours"]["n"])


def _alliances(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    """Chances of one year in the five after the origin; scores per thousand rows."""
    from detente.mechanisms.alliances import score

    names = {
        "made": "treaties of two made",
        "ended": "treaties of two ended",
        "leaves": "members that leave",
        "dissolved": "treaties of many dissolved",
    }
    for f in score.track_record(tables, origins):
        what, n = names[f["kind"]], f["n"]
        rivals = (
            ("log", "logarithmic score", "base", "base rate"),
            ("brier", "Brier score", "none", "no change"),
        )
        for short, told, key, rival in rivals:
            ours, theirs = f[f"{short}_ours"], f[f"{short}_{key}"]
            yield Row("alliances", what, told, f["origin"], 1, rival, ours, theirs, n)


def _leaders(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    from detente.mechanisms.leaders import panel, score

    rivals = {"regime": "base rate of the kind of regime", "tenure": "that by years in office"}
    for f in score.track_record(panel.assemble(tables), origins):
        for key, rival in rivals.items():
            for short, name in (("log", "logarithmic score"), ("brier", "Brier score")):
                ours, theirs = f[f"{short}_ours"], f[f"{short}_{key}"]
                what = "change of leader, each of the next ten years, growth and elections known"
                yield Row("leaders", what, name, f["origin"], 1, rival, ours, theirs, f["n"])


def _opinion(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    from detente.mechanisms.opinion import score

    found, error = _with_levels(tables), "mean absolute error, points"
    for f in score.track_record(found, origins):
        what, ours = "favourable share, later surveys", f["mae_ours"]
        horizon, n, theirs = f["horizon"], f["n"], f["mae_persistence"]
        yield Row("opinion", what, error, f["origin"], horizon, "last survey", ours, theirs, n, f["inside"])
    newest = _newest(tables("favourability"))
    f = score.held_out(found, newest)
    for key, rival in (("persistence", "first survey"), ("others", "first survey and the others' change")):
        what, ours = "series of publics held out but for the first survey", f["mae_ours"]
        yield Row("opinion", what, error, newest, 0, rival, ours, f[f"mae_{key}"], f["n"], f["inside"])


def _gas(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
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


SCORED: Mapping[str, Callable[[Tables, tuple[int, ...], int, int], Iterator[Row]]] = {
    "relations": _relations,
    "alignment": _alignment,
    "growth": _growth,
    "defence": _defence,
    "sanctions": _sanctions,
    "trade": _trade,
    "investment": _investment,
    "arms": _arms,
    "commodities": _commodities,
    "tourism": _tourism,
    "conflict": _conflict,
    "accession": _accession,
    "alliances": _alliances,
    "leaders": _leaders,
    "opinion": _opinion,
    "gas": _gas,
}
"""Mechanisms that can be scored, and how."""
