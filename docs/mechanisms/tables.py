"""Write the tables of alignment.md and growth.md: ``python docs/mechanisms/tables.py``.

Each table stands between two marks in its page; nothing else on the page is touched.
"""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import numpy as np
import polars as pl
import yaml
from marks import put
from pydantic import TypeAdapter

from detente.data.bundle import table
from detente.mechanisms import alignment, growth
from detente.mechanisms.alignment import council
from detente.mechanisms.alignment import fit as alignment_fit
from detente.mechanisms.alignment import score as alignment_score
from detente.mechanisms.alignment.assembly import shipped
from detente.mechanisms.growth import score as growth_score
from detente.model.parameter import Prior

HERE = Path(__file__).parent
SHOWN = (1990, 2000, 2010, 2018, 2024)
ORIGINS = tuple(range(1990, 2020))


def coefficients(folder: Path) -> list[str]:
    """One row for each parameter, one column for each vintage shown: estimate (standard error)."""
    vintages = yaml.safe_load((folder / "estimates.yaml").read_text(encoding="utf-8"))["vintages"]
    cells: dict[str, list[str]] = {}
    for year in SHOWN:
        for key, prior in vintages[year].items():
            for name, text in rows_of(key, prior):
                cells.setdefault(name, []).append(text)
    lines = ["| | " + " | ".join(map(str, SHOWN)) + " |", "|---" * (len(SHOWN) + 1) + "|"]
    return lines + [f"| {name} | " + " | ".join(row) + " |" for name, row in cells.items()]


def rows_of(key: str, prior: dict) -> list[tuple[str, str]]:
    """Names and texts of one entry of an estimates file."""
    if "joint" in prior:
        joint = prior["joint"]
        errors = np.sqrt(np.diag(joint["covariance"]))
        return [
            (f"{key}: {n}", f"{m:.3f} ({e:.3f})")
            for n, m, e in zip(joint["names"], joint["mean"], errors, strict=True)
        ]
    if "lognormal" in prior:
        median, sigma = prior["lognormal"]["median"], prior["lognormal"]["sigma"]
        return [(key, f"{median:.4f} (× ÷ {np.exp(sigma):.2f})")]
    return [(key, f"{prior['fixed']:.3f}")]


def record(rows: list[dict], rivals: tuple[str, ...]) -> list[str]:
    """Means over origins, weighted by states: MAE, CRPS, share inside the 90 % interval."""
    frame = pl.DataFrame(rows)
    lines = [
        "| years ahead | forecasts | "
        + " | ".join(f"MAE {r} | CRPS {r} | inside {r}" for r in rivals)
        + " |",
        "|---" * (2 + 3 * len(rivals)) + "|",
    ]
    for (horizon,), part in sorted(frame.group_by("horizon")):
        weight = part["n"].to_numpy()
        mean = {c: float(np.average(part[c].to_numpy(), weights=weight)) for c in part.columns if "_" in c}
        cells = [
            f"{mean[f'mae_{r}']:.3f} | {mean[f'crps_{r}']:.3f} | {100 * mean[f'inside_{r}']:.0f} %"
            for r in rivals
        ]
        lines.append(f"| {horizon} | {weight.sum():,} | " + " | ".join(cells) + " |")
    return lines


def by_origin(rows: list[dict], rivals: tuple[str, str]) -> list[str]:
    """CRPS ten years ahead, origin by origin."""
    ten = [r for r in rows if r["horizon"] == 10]
    lines = ["| from | " + " | ".join(str(r["origin"]) for r in ten) + " |", "|---" * (len(ten) + 1) + "|"]
    return lines + [
        f"| CRPS {k} | " + " | ".join(f"{r[f'crps_{k}']:.2f}" for r in ten) + " |" for k in rivals
    ]


def plain(rows: list[dict]) -> list[str]:
    """A list of equal dictionaries as a table."""
    lines = ["| " + " | ".join(rows[0]) + " |", "|---" * len(rows[0]) + "|"]
    return lines + [
        "| " + " | ".join(f"{v:.3f}" if isinstance(v, float) else str(v) for v in r.values()) + " |"
        for r in rows
    ]


def swing(frames: tuple, origin: int, until: int, states: tuple[str, ...]) -> list[str]:
    """Where the later move of some states lies in the fan made in ``origin`` from data up to then."""
    made = alignment_fit.estimates(*frames, shipped("alike"), origin)
    model = alignment.mechanism(1990)
    prior = TypeAdapter(Prior)
    parameters = tuple(
        q.model_copy(update={"prior": prior.validate_python(made[key])}) if key in made else q
        for q in model.parameters
        for key in [q.name.partition(".")[2]]
    )
    model = dataclasses.replace(model, parameters=parameters)
    seen = {(s, y): x for s, y, x in frames[0].select("state", "year", "ideal_point").iter_rows()}
    everyone = tuple(sorted({s for (s, y), x in seen.items() if y == origin and x is not None}))
    fan = alignment_score.forecast(*frames, origin, until - origin, everyone, 2000, 1, model)[-1]
    lines = [
        f"| state | {origin} | {until} | move | 90 % fan for {until} | share of draws at least as high |",
        "|---|---|---|---|---|---|",
    ]
    for state in states:
        now, then, sample = seen[state, origin], seen[state, until], fan[:, everyone.index(state)]
        low, high = np.quantile(sample, [0.05, 0.95])
        lines.append(
            f"| {state} | {now:.2f} | {then:.2f} | {then - now:+.2f} | {low:.2f} … {high:.2f} "
            f"| {100 * (sample >= then).mean():.1f} % |"
        )
    after = np.array([x if (x := seen.get((s, until))) is not None else np.nan for s in everyone])
    known = np.isfinite(after)
    inside = (np.quantile(fan, 0.05, axis=0) <= after) & (after <= np.quantile(fan, 0.95, axis=0))
    return [
        *lines,
        "",
        f"Of all {known.sum()} states with a position in both years, "
        f"{100 * inside[known].mean():.0f} % ended inside.",
    ]


def main() -> None:
    """Write all tables."""
    frames = (table("state_year"), table("peace"), table("pacts"))
    put("alignment.md", "estimates", coefficients(Path(alignment.__file__).parent))
    put("growth.md", "estimates", coefficients(Path(growth.__file__).parent))
    rows = growth_score.track_record(frames[0], ORIGINS, draws=200)
    print("growth scored", flush=True)
    put("growth.md", "record", record(rows, ("ours", "walk")))
    put("growth.md", "origins", by_origin(rows, ("ours", "walk")))
    rows = alignment_score.track_record(*frames, ORIGINS, draws=200)
    put("alignment.md", "record", record(rows, ("ours", "walk", "mean")))
    put("alignment.md", "origins", by_origin(rows, ("ours", "walk")))
    put("alignment.md", "vetoes", plain(council.veto_record(frames[0], shipped("vetoes"))))
    put("alignment.md", "agreement", plain(council.agreement_record(frames[0], shipped("alike"))))
    if "--quick" not in sys.argv:
        put(
            "alignment.md",
            "swing",
            swing(frames, 1985, 1993, ("RUS", "POL", "HUN", "BGR", "ROU", "UKR", "CHN", "TUR")),
        )


if __name__ == "__main__":
    main()
