"""Out-of-time scores of the mechanisms of politics and force, brought into rows that can be compared.

The forecasts are made by the ``score`` functions of the mechanisms, from data and estimates up to the
origin; nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from detente.judge.measurement import Tables
from detente.judge.score_rows import Row, fans, newest_year, with_levels


def alignment(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    """Ideal points, like votes and vetoes."""
    from detente.mechanisms.alignment import score

    found = score.track_record(tables("state_year"), tables("peace"), tables("pacts"), origins, draws, seed)
    rivals = {"walk": "random walk", "mean": "own twenty-year mean"}
    yield from fans(found, "alignment", "ideal point", rivals)
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


def relations(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    """Levels of peace, falls and climbs."""
    from detente.mechanisms.relations import fit, score

    newest = newest_year(tables("peace"))
    frames = {name: tables(name) for name in fit.TABLES}
    for origin in origins:
        horizons = tuple(h for h in (5, 10) if origin + h <= newest)
        if horizons:
            for horizon, groups in score.score_origin(frames, origin, horizons, draws, seed).items():
                yield from _by_group(origin, horizon, groups)


def _by_group(origin: int, horizon: int, groups: Mapping[str, Any]) -> Iterator[Row]:
    """Against the naive rivals; ``told`` is our own model with hindsight on who joins the Union, and none."""
    scores = {
        "rps": "ranked probability score",
        "brier_fall": "Brier score of falls",
        "brier_climb": "Brier score of climbs",
    }
    for group, methods in groups.items():
        for rival in (m for m in methods if m not in ("model", "told")):
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


def conflict(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    """Disputes of the ten years after."""
    from detente.mechanisms.conflict import score

    for f in score.track_record(score.panel_of(tables), origins):
        for key, name in (("log", "logarithmic score"), ("brier", "Brier score")):
            ours, theirs = f["ours"][key], f["theirs"][key]
            what = "onset of a dispute, each of the next five years"
            yield Row("conflict", what, name, f["origin"], 1, f["rival"], ours, theirs, f["ours"]["n"])
        for key, name in (("auc", "1 − AUC"), ("ap", "1 − average precision")):
            ours, theirs = 1 - f["ours"][key], 1 - f["theirs"][key]
            yield Row("conflict", what, name, f["origin"], 1, f["rival"], ours, theirs, f["ours"]["n"])


def defence(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    """Military spending as a share of output."""
    from detente.data.pledges import with_history
    from detente.mechanisms.defence import score

    newest = newest_year(tables("state_year").drop_nulls("milex_share"))
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


def accession(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    """Consent to pending bids."""
    from detente.mechanisms.accession import fit, score

    for f in score.track_record(fit.record(with_levels(tables)), origins):
        for key, name in (("log", "logarithmic score"), ("brier", "Brier score")):
            what = f"consent of all members of {f['bloc']} to a pending bid, each of the next five years"
            ours, theirs = f["ours"][key], f["theirs"][key]
            yield Row("accession", what, name, f["origin"], 1, f["rival"], ours, theirs, f["ours"]["n"])


def alliances(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
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


def leaders(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    """Changes of leader."""
    from detente.mechanisms.leaders import panel, score

    rivals = {"regime": "base rate of the kind of regime", "tenure": "that by years in office"}
    for f in score.track_record(panel.assemble(tables), origins):
        for key, rival in rivals.items():
            for short, name in (("log", "logarithmic score"), ("brier", "Brier score")):
                ours, theirs = f[f"{short}_ours"], f[f"{short}_{key}"]
                what = "change of leader, each of the next ten years, growth and elections known"
                yield Row("leaders", what, name, f["origin"], 1, rival, ours, theirs, f["n"])


def opinion(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    """Publics' views of other states."""
    from detente.mechanisms.opinion import score

    found, error = with_levels(tables), "mean absolute error, points"
    for f in score.track_record(found, origins):
        what, ours = "favourable share, later surveys", f["mae_ours"]
        horizon, n, theirs = f["horizon"], f["n"], f["mae_persistence"]
        yield Row("opinion", what, error, f["origin"], horizon, "last survey", ours, theirs, n, f["inside"])
    newest = newest_year(tables("favourability"))
    f = score.held_out(found, newest)
    for key, rival in (("persistence", "first survey"), ("others", "first survey and the others' change")):
        what, ours = "series of publics held out but for the first survey", f["mae_ours"]
        yield Row("opinion", what, error, newest, 0, rival, ours, f[f"mae_{key}"], f["n"], f["inside"])


def hostility(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    """From origins of its own: events are on record from 2002 to 2014."""
    from detente.mechanisms.hostility import score

    rivals = {"persistence": "last year's share", "mean": "share of all years so far"}
    what, name = "share of hostile events, pairs with twenty or more", "mean absolute error"
    for f in score.track_record(with_levels(tables)):
        for key, rival in rivals.items():
            ours, theirs = f["mae_ours"], f[f"mae_{key}"]
            yield Row("hostility", what, name, f["origin"], f["horizon"], rival, ours, theirs, f["n"])


def territory(tables: Tables, origins: tuple[int, ...], draws: int, seed: int) -> Iterator[Row]:
    """Settlements to the end of the record in 2017; scores per thousand claim-years."""
    from detente.mechanisms.territory import score

    for f in score.track_record(with_levels(tables), [o for o in origins if o <= score.LATEST]):
        ours, theirs = f["ours"], f["theirs"]
        what = f"claims settled, each year to 2017, {f['terms']}"
        yield Row("territory", what, "logarithmic score", f["origin"], 1, "base rate", ours, theirs, f["n"])
