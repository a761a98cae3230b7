"""Write the tables of commodities.md: ``python docs/mechanisms/commodities_tables.py``.

Each table stands between two marks in its page; nothing else on the page is touched.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import yaml
from marks import put

from detente.data import start_commodities
from detente.data.bundle import table
from detente.data.start import observed
from detente.mechanisms import commodities
from detente.mechanisms.commodities import score
from detente.mechanisms.commodities.fields import COMMODITIES
from detente.model.chance import Chance
from detente.model.mechanism import Values, View, theories_of

PAGE = Path(__file__).with_name("commodities.md")
ORIGINS = (1990, 1995, 2000, 2005, 2010, 2014, 2018)
DRAWS = 1000
# Urals as reported by the Russian Ministry of Finance for the year (via Reuters), USD a barrel.
URALS = {2022: 76.09, 2023: 62.99}
# Oil produced in Russia, Energy Institute 2024: change from 2021 in per cent.
RUSSIAN_OIL = {2022: 1.8, 2023: 0.7}
NAMES = {
    "oil": "Brent, USD of 2023 a barrel",
    "metals": "metals, index",
    "grain": "wheat, USD of 2023 a tonne",
    "fertiliser": "fertiliser, USD of 2023 a tonne",
}


def replay(draws: int = DRAWS, years: tuple[int, ...] = (2022, 2023)) -> dict[int, dict[str, np.ndarray]]:
    """Each year's output of the mechanism from the end of 2021, given the sanctions that came alone.

    Estimates of prices are of the vintage of 2021; output and income stay as they were. Adds ``states``.
    """
    start, model, luck = observed(2021), commodities.mechanism(2021), Chance(1)
    states, numbers = start.index.states, range(draws)
    drawn = {
        q.name.partition(".")[2]: q.at(luck.row(f"param/{q.name}", numbers, 0, q.width))
        for q in model.parameters
    }
    p = Values(drawn, theories_of(model.parameters))

    def wide(value: np.ndarray) -> np.ndarray:
        return np.broadcast_to(np.asarray(value, dtype=float), (draws, *np.shape(value)))

    held = {name: wide(start.values[name.removeprefix("last.")]) for name in model.reads}
    held["gdp"] = held["real_gdp"] = held["last.gdp"]
    out = {}
    for year in years:
        for kind in ("complete", "partial"):
            held[f"sanction_{kind}"] = wide(start_commodities.sanctioned(states, year, kind))
        for of in COMMODITIES:
            reach, _ = start_commodities.barred(states, year, of, held["sanction_partial"][0])
            held[f"{of}_reach"] = wide(reach)
        u = {
            s: luck.uniforms(f"commodities/{s}", numbers, year, d, start.index)
            for s, d in model.chance.items()
        }
        out[year] = dict(model.step(View(year, start.index, draws, held), p, u))
        held |= {f"last.{k}": v for k, v in out[year].items() if f"last.{k}" in held}
    return out


def actual(of: str, year: int, column: str = "real") -> float:
    """A price of the World Bank."""
    rows = table("commodity_prices").filter((pl.col("commodity") == of) & (pl.col("year") == year))
    return float(rows[column][0])


def russia() -> int:
    """Place of Russia among the states of 2021."""
    return observed(2021).index.states.index("RUS")


def check() -> list[str]:
    """2022 and 2023 as the mechanism has them from 2021, against what came."""
    out, rus = replay(), russia()
    lines = [
        "| | year | ours, median (90 %) | actual | difference | inside |",
        "|---|---:|---:|---:|---:|---|",
    ]

    def line(what: str, year: int, ours: np.ndarray, seen: float, digits: int, unit: str = "") -> None:
        low, middle, high = np.quantile(ours, [0.05, 0.5, 0.95])
        text = " | ".join(
            [
                what,
                str(year),
                f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f}){unit}",
                f"{seen:.{digits}f}{unit}",
                f"{middle - seen:+.{digits}f}{unit}",
                "yes" if low <= seen <= high else "**no**",
            ]
        )
        lines.append(f"| {text} |")

    for of in COMMODITIES:
        for year, o in out.items():
            line(NAMES[of], year, o[f"{of}_price"], actual(of, year), 0)
    for year, o in out.items():
        seen = 1 - URALS[year] / actual("oil", year, "price")
        line("discount on Urals", year, 100 * o["oil_discount"][:, rus], 100 * seen, 1, " %")
    for year, o in out.items():
        line(
            "Russian oil output since 2021",
            year,
            100 * (o["oil_supply"][:, rus] - 1),
            RUSSIAN_OIL[year],
            1,
            " %",
        )
    return lines


def sanctions_alone() -> list[str]:
    """What the sanctions of 2022 and 2023 do to prices in the mechanism, apart from luck."""
    lines = ["| price | 2022 | 2023 |", "|---|---:|---:|"]
    out = replay()
    for of in COMMODITIES:
        cells = []
        for o in out.values():
            low, middle, high = np.quantile(100 * (o[f"{of}_price"] / o[f"{of}_path"] - 1), [0.05, 0.5, 0.95])
            cells.append(f"{middle:+.1f} % ({low:+.1f} to {high:+.1f})")
        lines.append(f"| {of} | {' | '.join(cells)} |")
    return lines


def record() -> list[str]:
    """Out-of-time scores of price paths."""
    lines = [
        "| origin | years | CRPS ours | walk | MAE ours | walk | inside 90 % |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    rows = score.track_record(table("commodity_prices"), ORIGINS)
    for r in rows:
        numbers = [r["crps_ours"], r["crps_walk"], r["mae_ours"], r["mae_walk"], r["inside_ours"]]
        lines.append(f"| {r['origin']} | {r['horizon']} | " + " | ".join(f"{v:.2f}" for v in numbers) + " |")
    for h in score.HORIZONS:
        mine = [r for r in rows if r["horizon"] == h]
        ours, walk = (sum(r[f"crps_{k}"] for r in mine) / len(mine) for k in ("ours", "walk"))
        lines.append(f"| all | {h} | **{ours:.3f}** | **{walk:.3f}** | | | skill {1 - ours / walk:+.2f} |")
    return lines


def paths() -> list[str]:
    """Newest estimates of the price paths."""
    file = Path(commodities.__file__).with_name("estimates.yaml")
    newest = yaml.safe_load(file.read_text(encoding="utf-8"))["vintages"][2024]["paths"]["joint"]
    mean, error = np.array(newest["mean"]), np.sqrt(np.diag(newest["covariance"]))
    lines = [
        "| price | mean (USD of 2023) | error of its log | kept in a year | size of shocks | shared |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for k, of in enumerate(COMMODITIES):
        keep = 1 / (1 + np.exp(-mean[4 + k]))
        lines.append(
            f"| {of} | {np.exp(mean[k]):.0f} | {error[k]:.2f} | {keep:.2f} | {np.exp(mean[8 + k]):.2f} "
            f"| {mean[12 + k]:.2f} |"
        )
    return lines


if __name__ == "__main__":
    put("paths", paths())
    put("check", check())
    put("sanctions", sanctions_alone())
    put("record", record())
