"""Write the tables of accession.md, between their marks: ``python docs/mechanisms/accession_tables.py``.

With ``--every-bid`` also the replay that leaves out one bid at a time (some minutes).
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np

from detente.judge import accession as ledger
from detente.judge import replay_accession
from detente.judge.fitting import _table
from detente.mechanisms import accession
from detente.mechanisms.accession import equations as eq
from detente.mechanisms.accession import fit, holdouts, score

HERE = Path(__file__).parent
ORIGINS = (1990, 1995, 2000, 2005, 2010, 2014, 2018)


def table(head: tuple[str, ...], rows: list[tuple]) -> str:
    """A Markdown table; floats with three significant digits."""
    cells = [
        head,
        ("---",) * len(head),
        *([f"{x:.3g}" if isinstance(x, float) else str(x) for x in r] for r in rows),
    ]
    return "\n".join("| " + " | ".join(c) + " |" for c in cells)


def estimates() -> str:
    """Effects on votes and readiness, both blocs."""
    held = {q.name.partition(".")[2]: q.prior.joint for q in accession.mechanism().parameters if q.width > 1}
    rows = []
    for k, name in enumerate(held["nato_beta"].names):
        row = [name.replace("_", " ")]
        for b in ("nato", "eu"):
            j = held[f"{b}_beta"]
            row.append(f"{j.mean[k]:+.2f} ± {j.covariance[k][k] ** 0.5:.2f}")
        rows.append(tuple(row))
    return table(("log-odds per standard deviation", "NATO", "EU"), rows)


def bargaining(data: dict) -> str:
    """What holdouts asked for, how often it was settled, and how long the engine lets them last."""
    rows = holdouts.holdout_years(data["holdouts"], 2024)
    out = []
    for p in ledger.bargains(_table, "NATO"):
        mine = [r for r in rows if r.kind == p.kind]
        years, ended = sum(r.weight for r in mine), sum(r.weight * r.gave_in for r in mine)
        last = ", ".join(f"{y:.0f}" if y < ledger.HORIZON else "60+" for y in p.years)
        out.append((f"{p.kind}: {ledger.WORDS[p.kind]}", int(p.quarrels), years, ended, last))
    head = ("asked for", "quarrels", "years", "gave in", "years until a tenth, half, nine tenths give in")
    return table(head, out)


def giving_in(data: dict) -> str:
    """Log-odds a year that a holdout gives in, and the score of the rate with one quarrel left out."""
    names = ("common", *eq.KINDS, *eq.HELD)
    found = fit.rate(data["holdouts"], 2024)
    rows = [
        (n.replace("_", " "), f"{m:+.2f} ± {v**0.5:.2f}")
        for n, m, v in zip(names, found.beta, np.diag(found.covariance), strict=True)
    ]
    return table(("log-odds a year", "estimate"), rows)


def without_quarrel(data: dict) -> str:
    """Rates scored on quarrels left out one at a time, beside one rate for all and two rates by hindsight."""
    rows = holdouts.holdout_years(data["holdouts"], 2024)
    flag = {(h["bloc"], h["state"], h["member"], h["quarrel"]): h["negotiable"] for h in data["holdouts"]}
    of = {
        "kind, years held, other holdouts (ours)": lambda rest, r: holdouts.fit_rate(rest).of(
            r.kind, r.years, r.others
        ),
        "one rate": lambda rest, r: _share(rest),
        "two rates, by whether it could be met (hindsight)": lambda rest, r: _share(
            [x for x in rest if _flag(flag, x) == _flag(flag, r)]
        ),
    }
    out = []
    for name, forecast in of.items():
        log = brier = weight = 0.0
        for r in rows:
            rest = [x for x in rows if (x.bloc, x.quarrel) != (r.bloc, r.quarrel)]
            p = float(forecast(rest, r))
            log -= r.weight * float(np.log(p if r.gave_in else 1 - p))
            brier += r.weight * (p - r.gave_in) ** 2
            weight += r.weight
        out.append((name, log / weight, brier / weight))
    return table(("rate a year", "log", "Brier"), out)


def _flag(flag: dict, r: holdouts.HoldoutYear) -> bool:
    return flag[r.bloc, r.state, r.member, r.quarrel]


def _share(rows: list) -> float:
    return holdouts.Share(sum(r.weight * r.gave_in for r in rows), sum(r.weight for r in rows)).mean


def entries() -> str:
    """Entry within five and ten years of each start, the mechanism alone in a world that stands still."""
    told = replay_accession.replayed(_table, draws=200)
    rows = []
    for bloc in ("NATO", "EU"):
        for ahead in replay_accession.HORIZONS:
            for start in (*replay_accession.STARTS, "all"):
                mine = [
                    r
                    for r in told
                    if (r["bloc"], r["ahead"]) == (bloc, ahead) and start in (r["start"], "all")
                ]
                s = replay_accession.summary(mine)
                last = [f"{s[k]:.2f}" if s["entered"] else "" for k in ("share", "base share")]
                numbers = (int(s["outsiders"]), int(s["entered"]), s["expected"])
                rows.append(
                    (
                        bloc,
                        f"{start} + {ahead}",
                        *numbers,
                        s["model"],
                        s["base rate"],
                        s["persistence"],
                        *last,
                    )
                )
    head = ("bloc", "start", "outsiders", "entered", "ours", "Brier: ours", "base", "nobody")
    return table((*head, "chance given to entrants: ours", "base"), rows)


def replay(data: dict) -> str:
    """Rolling origins, pooled."""
    rows = []
    for bloc, found in data["panels"].items():
        for origin in ORIGINS:
            told = score.rolling(found.cases, data["holdouts"], origin, 5, score.others(data, bloc))
            if told:
                s = {m: score.scores(told, m) for m in ("model", "base rate", "persistence")}
                rows.append(
                    (bloc, origin, s["model"]["n"], int(s["model"]["actual"]))
                    + tuple(s[m][k] for k in ("log", "brier") for m in s)
                )
    head = ("bloc", "origin", "candidate-years", "consents", "log: ours", "base", "still")
    return table((*head, "Brier: ours", "base", "still"), rows)


def every_bid(data: dict) -> str:
    """One bid left out at a time."""
    rows = []
    for bloc, found in data["panels"].items():
        told = score.leave_one_out(found.cases, data["holdouts"], 2024, score.others(data, bloc))
        for m in ("model", "base rate", "persistence"):
            s = score.scores(told, m)
            rows.append((bloc, m, s["log"], s["brier"], s["forecast"], s["actual"], s["n"]))
    return table(("bloc", "method", "log", "Brier", "consents forecast", "actual", "candidate-years"), rows)


def main() -> None:
    """Rewrite the marked parts of accession.md."""
    data = fit.record(_table)
    parts = {"estimates": estimates(), "bargaining": bargaining(data), "giving-in": giving_in(data)}
    parts |= {"quarrels": without_quarrel(data), "replay": replay(data), "entries": entries()}
    if "--every-bid" in sys.argv:
        parts["every-bid"] = every_bid(data)
    page = HERE / "accession.md"
    text = page.read_text(encoding="utf-8")
    for name, body in parts.items():
        text = re.sub(
            rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)",
            lambda m, b=body: m[1] + b + "\n" + m[2],
            text,
            flags=re.S,
        )
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
