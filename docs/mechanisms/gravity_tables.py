"""Write the tables of gravity.md: ``python docs/mechanisms/gravity_tables.py [PART …]`` (some 15 minutes).

Parts: chapter1 (needs the raw folder), types, agreements, timing, vintages. Tables stand between marks.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import polars as pl
import yaml
from marks import put, rows

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RESULTS = ROOT / "tests" / "trade" / "guide_chapter1_results.csv"
NEWEST = 2023

VARIANTS = {
    "all years": {},
    "up to 2019": {"until": 2019},
    "every 4 years": {"first": 1951, "every": 4},
    "pairs recorded in every year, 2000-2023": {"first": 2000, "balanced": True},
    "errors by pair, exporter and importer": {"cluster": ("pair", "exporter", "importer")},
    "with sales at home and borders by year, every 4 years from 2003": {
        "domestic": True,
        "border_by_year": True,
        "first": 2003,
        "every": 4,
    },
}
TERMS = (
    "sanction_complete",
    "sanction_partial",
    "sanction_financial",
    "sanction_arms",
    "sanction_travel",
    "sanction_military",
    "sanction_other",
    "rta",
    "alliance",
    "russia_2022",
)
PHASED = {
    "phase-in": {"lags": (4, 8, 12)},
    "phase-in and anticipation": {"lags": (4, 8, 12), "leads": (4,)},
    "phase-in, globalisation (sales at home)": {
        "lags": (4, 8, 12),
        "border_by_year": True,
        "years": "2003:2023",
    },
}


def said(pair: tuple[float, float] | None) -> str:
    """Coefficient with its error, marked where zero is outside the 95 % interval."""
    if pair is None:
        return ""
    coefficient, error = pair
    return f"{coefficient:+.3f} ({error:.3f}){' *' if abs(coefficient) > 1.96 * error else ''}"


@cache
def table(name: str) -> pl.DataFrame:
    """A table of the bundle."""
    from detente.data.bundle import table as read

    return read(name)


def chapter1() -> None:
    """Ours, published, difference, for every figure of the Guide's first chapter."""
    from detente.data.source import raw_folder
    from detente.data.sources import agtpa
    from detente.mechanisms.trade.gravity import chapter1 as guide

    made = guide.comparison(agtpa.load(raw_folder()), pl.read_csv(RESULTS))
    for application in guide.APPLICATIONS:
        part = made.filter(pl.col("application") == application)
        body = [
            [
                r["regression"],
                r["term"].replace("_", " "),
                f"{r['ours']:.4f}",
                f"{r['value']:.4f}",
                f"{r['difference']:+.5f}",
                f"{r['our_se']:.4f}",
                f"{r['se']:.4f}",
            ]
            for r in part.iter_rows(named=True)
        ]
        header = ["regression", "", "ours", "published", "difference", "our error", "published error"]
        put("gravity.md", application, rows(header, body))
    coefficients = made.filter(pl.col("term") != "change %")
    put(
        "gravity.md",
        "chapter1 summary",
        [
            f"{made.height} figures; largest difference {coefficients['difference'].abs().max():.1e} in a "
            f"coefficient and {(made['our_se'] - made['se']).abs().max():.1e} in an error: nothing beyond "
            "the last digit printed."
        ],
    )


def types() -> None:
    """Sanctions by type on the newest panel, and how they move with sample and errors."""
    from detente.mechanisms.trade.gravity.by_type import by_type

    made = {}
    for name, options in VARIANTS.items():
        made[name] = by_type(table, **({"until": NEWEST} | options))
        body = [
            [term, *(said(f.of(term)) if term in f.names else "" for f in made.values())] for term in TERMS
        ]
        body.append(["flows", *(f"{f.observations:,}" for f in made.values())])
        put("gravity.md", "types", rows(["", *made], body))


def agreements() -> None:
    """Agreements and alliances phased in, tested for anticipation, beside globalisation."""
    from detente import trade

    controls = "sanction_complete,sanction_partial,sanction_financial,rta_one_way"
    made = {
        name: trade.estimate(
            policy="rta,alliance", controls=controls, **({"years": f"1951:{NEWEST}"} | {"every": 4} | options)
        )
        for name, options in PHASED.items()
    }
    names = [n for p in ("rta", "alliance") for n in (f"{p}_lead4", p, *(f"{p}_lag{k}" for k in (4, 8, 12)))]
    body = [[n, *(said(f.of(n)) if n in f.names else "" for f in made.values())] for n in names]
    for policy in ("rta", "alliance"):
        body.append([f"{policy}, total", *(said(f.total(policy)) for f in made.values())])
    body.append(["flows", *(f"{f.observations:,}" for f in made.values())])
    put("gravity.md", "agreements by year", rows(["", *made], body))
    kinds = trade.estimate(
        policy="rta,rta_one_way,rta_framework,eu",
        controls="sanction_complete,sanction_partial,alliance",
        years=f"1951:{NEWEST}",
        every=4,
    )
    put(
        "gravity.md",
        "kinds",
        rows(
            ["", "coefficient (error)", "trade, %"],
            [
                [r["term"], said((r["coefficient"], r["se"])), f"{r['percent']:+.0f}"]
                for r in kinds.frame.head(4).iter_rows(named=True)
            ],
        ),
    )


def timing() -> None:
    """Trade sanctions: does trade fall before they come, and how long after they end?"""
    from detente import trade

    made = {
        "before and after": trade.estimate(
            policy="sanction_complete,sanction_partial",
            controls="rta,alliance,sanction_financial",
            leads="1,2",
            lifted="1,3,5,9,13",
            years="1950:2019",
        ),
        "as they age": trade.estimate(
            policy="sanction_complete,sanction_partial",
            controls="rta,alliance,sanction_financial",
            lags="2,5",
            lifted="1,3,5,9,13",
            years="1950:2019",
        ),
    }
    kinds = ("sanction_complete", "sanction_partial")
    names = [
        f"{p}{s}"
        for p in kinds
        for s in ("_lead2", "_lead1", "", "_lag2", "_lag5", *(f"_lifted{k}" for k in (1, 3, 5, 9, 13)))
    ]
    body = [[n, *(said(f.of(n)) if n in f.names else "" for f in made.values())] for n in names]
    for p in kinds:
        body.append([f"{p}, total", "", said(made["as they age"].total(p))])
    put("gravity.md", "timing", rows(["", *made], body))
    tests = []
    for p in kinds:
        statistic, chance = made["before and after"].jointly_zero([f"{p}_lead1", f"{p}_lead2"])
        tests.append(f"{p}: χ²(2) = {statistic:.1f}, p = {chance:.3f}")
    put("gravity.md", "anticipation", ["No anticipation, both leads zero: " + "; ".join(tests) + "."])


def vintages() -> None:
    """What ships in ``trade/estimates.yaml``, by cut-off year."""
    from detente.mechanisms import trade
    from detente.mechanisms.trade.gravity.by_type import KEY, TYPES

    path = Path(trade.__file__).parent / "estimates.yaml"
    found = yaml.safe_load(path.read_text(encoding="utf-8"))["vintages"]
    body = []
    for year, keys in found.items():
        joint = keys[KEY]["joint"]
        errors = [joint["covariance"][k][k] ** 0.5 for k in range(len(TYPES))]
        body.append([str(year), *(said(p) for p in zip(joint["mean"], errors, strict=True))])
    put("gravity.md", "vintages", rows(["data up to", *TYPES], body))


if __name__ == "__main__":
    for part in sys.argv[1:] or ("chapter1", "types", "agreements", "timing", "vintages"):
        globals()[part]()
