"""Write the tables of sanctions.md, between their marks: ``python docs/mechanisms/sanctions_tables.py``.

The table of detours needs the producers' files (UN Comtrade 2021 does not ship; only ratios are written).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl
import yaml
from marks import put, rows

from detente.data.bundle import table

HERE = Path(__file__).parent
PERIODS = ((2000, 10), (2010, 13), (2014, 9))
TARGET = "RUS"


def vintages(folder: str) -> dict:
    """The estimates of a folder of mechanisms, by cut-off year."""
    import detente.mechanisms

    path = Path(detente.mechanisms.__file__).parent / folder / "estimates.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))["vintages"]


def said(joint: dict, name: str) -> str:
    """An estimate with its standard error."""
    k = joint["names"].index(name)
    return f"{joint['mean'][k]:.2f} ({joint['covariance'][k][k] ** 0.5:.2f})"


def coefficients() -> None:
    """Probit coefficients of imposing and lifting each kind, newest vintage."""
    from detente.mechanisms.sanctions import measures

    newest = vintages("sanctions")[2023]
    for move, names in (("onset", measures.ONSET), ("lifting", measures.LIFTING)):
        body = []
        for n in names:
            cells = [said(newest[f"{k}_{move}"]["joint"], n) for k in measures.CHAIN]
            if n.startswith("earlier"):
                cells[0] = ""
            body.append([n.replace("_", " "), *cells])
        common = [newest[f"{k}_{move}_common"]["normal"] for k in measures.CHAIN]
        body.append(
            ["common shock, share of variance", *(f"{c['mean']:.2f} ({c['sd']:.2f})" for c in common)]
        )
        put("sanctions.md", move, rows(["", *measures.CHAIN], body))


def score() -> None:
    """Out of time, one year ahead."""
    from detente.mechanisms.sanctions import measures_score
    from detente.mechanisms.sanctions.record import Frames

    frames = Frames(*(table(n) for n in ("sanctions", "peace", "state_year", "states", "blocs")))
    body = []
    for until, horizon in PERIODS:
        for key, f in measures_score.score(frames, until, horizon).items():
            kind, _, move = key.partition("_")
            logs = [f"{f[f'{n}_log']:.5f}" for n in ("model", "base_rate", "recent_rate")]
            counted = f"{f['events']:.0f} ({f['model_expected']:.0f})"
            span = f"{until} → {until + 1}-{until + horizon}"
            body.append([span, kind, move, f"{f['decisions']:,.0f}", counted, *logs, f"{f['auc']:.2f}"])
    header = ["fitted to → tested on", "kind", "", "decisions", "events (expected)", "log score", "base rate"]
    put("sanctions.md", "score", rows([*header, "last ten years' rate", "AUC"], body))


def effects() -> None:
    """Effects on trade by vintage."""
    body = [
        [
            str(year),
            *(said(keys["sanction_effect"]["joint"], n) for n in ("complete", "partial", "financial")),
        ]
        for year, keys in vintages("trade/effects").items()
    ]
    put("sanctions.md", "by kind", rows(["data up to", "complete", "partial", "financial"], body))


def detours() -> None:
    """What went round: the record from two starting points, and the model's own."""
    from detente.data.source import raw_folder
    from detente.data.sources import comtrade_2021
    from detente.judge import record_sanctions as record

    now = table("trade").filter((pl.col("year") == 2023) & ~pl.col("imputed"))
    declared = comtrade_2021.load(raw_folder(None))
    early, gone_early = record.detours(table)
    late, gone_late = record.between(table, declared, now, target=TARGET, thirds=record.THIRDS, year=2023)
    model = {d.state: d for d in modelled()}
    by_state = {d.state: d for d in late}

    def leg(side) -> str:
        return f"{side.excess:+.2f} ({side.error:.2f})" if np.isfinite(side.excess) else "not declared"

    body = []
    for d in early:
        other, own = by_state[d.state], model[d.state]
        share = max(0.0, other.bought.surplus) / gone_late
        cells = [leg(other.bought), leg(d.bought), f"{own.bought.excess:+.2f}", leg(other.sold), leg(d.sold)]
        body.append([d.state, *cells, f"{own.sold.excess:+.2f}", f"{100 * share:.0f} %"])
    header = [
        "",
        "bought, since 2021",
        "since 2018-19",
        "model",
        "sold on, since 2021",
        "since 2018-19",
        "model",
    ]
    put(
        "sanctions.md",
        "detours",
        rows([*header, "bought beyond gravity since 2021, share of missing sales"], body),
    )
    print(f"missing sales to {TARGET}, M USD: {gone_early:,.0f} from 2018-19, {gone_late:,.0f} from 2021")


def modelled() -> list:
    """The same test on the model's own world with and without the break of 2022."""
    from detente.judge import coalitions
    from detente.judge import record_sanctions as record
    from detente.mechanisms.trade import diversion
    from detente.mechanisms.trade.equilibrium import solve

    here = coalitions.world(table, 2023)
    who = coalitions.senders(table, TARGET)
    gone = coalitions.suppressed(here, TARGET, who.filter(~who["sender"].is_in(record.THIRDS)), "measured")
    free = solve(here.flow, coalitions.lift(here, TARGET, gone), sigma=np.array([coalitions.SIGMA])).flow[0]
    west = list(gone)
    aim = here.states.index(TARGET)
    outside = np.array([s not in west and s != TARGET for s in here.states])
    rise = here.flow[outside, aim].sum() / free[outside, aim].sum() - 1
    print(f"model: the break moves what the others sell to {TARGET} by {100 * rise:+.0f} %")
    found, _ = diversion.detours(
        off(free), off(here.flow), here.states, target=TARGET, coalition=west, thirds=record.THIRDS
    )
    return found


def off(flow: np.ndarray) -> np.ndarray:
    """Flows without sales at home."""
    held = flow.copy()
    np.fill_diagonal(held, 0.0)
    return held


def published() -> None:
    """T6 and the value of coalitions, beside what was published."""
    from detente.judge import coalitions
    from detente.mechanisms.trade import friendly_fire

    body = []
    for loss in friendly_fire.losses(table("trade"), table("sanctions")):
        bn, percent = friendly_fire.PUBLISHED[loss.side]
        who = "Russia" if loss.side == "target" else f"its {loss.states} sanctioners"
        ours = f"{loss.billion:.0f} ± {loss.error:.0f}"
        body.append(
            [f"exports lost by {who}, 2014-15, billion USD", ours, f"{bn:.0f}", f"{loss.billion - bn:+.0f}"]
        )
        body.append(
            [
                "the same, % of predicted exports",
                f"{loss.percent:.2f}",
                f"{percent}",
                f"{loss.percent - percent:+.2f}",
            ]
        )
    found = coalitions.coalition(table, TARGET, theory="average", year=2014)
    alone = found.members
    (china,) = found.outsiders.filter(pl.col("state") == "CHN")["joins_target"]
    for what, ours, theirs in (
        ("coalition of 2014: share of what all could do, %", 100 * found.target / found.everybody, 57.9),
        ("China joins: Russia loses more by, %", 100 * china / found.target, 22.0),
        ("together rather than one by one: Russia loses more by, %",
         100 * (found.target / alone["alone_target"].sum() - 1), 9.3),
        ("together rather than alone: a member's mean loss changes by, %",
         100 * (alone["own"].mean() / alone["alone_own"].mean() - 1), -9.6),
    ):  # fmt: skip
        body.append([what, f"{ours:.1f}", f"{theirs}", f"{ours - theirs:+.1f}"])
    put("sanctions.md", "published", rows(["", "ours", "published", "difference"], body))


if __name__ == "__main__":
    for part in sys.argv[1:] or ("coefficients", "effects", "published", "detours", "score"):
        globals()[part]()
