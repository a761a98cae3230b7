"""Write the tables of trade.md: ``python docs/mechanisms/trade_tables.py``. Tables stand between marks."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl
import yaml
from marks import put, rows

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests" / "trade"))

PRINTED = {
    "log_distance": ("-0.7913", "0.050"), "contiguity": ("0.6736", "0.107"), "border": ("-2.4745", "0.119"),
}
"""The Guide's coefficients and standard errors."""

CEILING = 2.5
"""As in parameters.yaml, absorption_ceiling."""

SPANS = ((2000, 2010), (2005, 2013), (2010, 2020), (2013, 2019), (2013, 2023), (2018, 2023), (2020, 2023))


def published() -> None:
    """T1, country by country: published, by the Guide's procedure, by the exact equilibrium."""
    from guide_data import SIGMA, guide

    from detente.mechanisms.trade.equilibrium import solve
    from detente.mechanisms.trade.guide import fitted_base, guide_procedure
    from detente.mechanisms.trade.guide_fit import border_gravity

    data = guide()
    names = np.array(data.countries)
    estimated = border_gravity(pl.DataFrame({
        "exporter": np.repeat(names, len(names)), "importer": np.tile(names, len(names)),
        "trade": data.trade.ravel(), "log_distance": data.log_distance.ravel(),
        "contiguity": data.contiguity.ravel(), "border": data.border.ravel(),
    }))
    put("trade.md", "coefficients", rows(
        ["", "ours", "standard error", "published", "standard error"],
        [[n, f"{estimated[n][0]:.4f}", f"{estimated[n][1]:.3f}", *printed] for n, printed in PRINTED.items()],
    ))
    base = fitted_base(data.trade, data.log_cost({k: b for k, (b, _) in estimated.items()}))
    change = -estimated["border"][0] * data.border
    by_guide = 100 * (guide_procedure(base, change, sigma=SIGMA, reference=data.germany).real_gdp - 1)
    exact = 100 * (solve(base, change, sigma=np.array([SIGMA])).real_income[0] - 1)
    theirs = data.results["real_gdp"]
    put("trade.md", "guide", rows(
        ["", "published", "Guide's procedure, ours", "difference", "exact equilibrium", "difference"],
        [[c, f"{t:.2f}", f"{g:.2f}", f"{g - t:+.5f}", f"{e:.2f}", f"{e - t:+.2f}"]
         for c, t, g, e in zip(data.countries, theirs, by_guide, exact, strict=True)],
    ))
    put("trade.md", "guide summary", [
        f"Largest difference: {np.abs(by_guide - theirs).max():.1e} points by the Guide's procedure, "
        f"{np.abs(exact - theirs).max():.2f} for the exact equilibrium "
        f"({(np.abs(exact - theirs) <= 0.1).sum()} of {len(theirs)} within 0.1, "
        f"{(np.abs(exact - theirs) <= 0.15).sum()} within 0.15)."])


def estimates() -> None:
    """Sanction effects by vintage, and the rupture measured by itself."""
    from detente.mechanisms import trade

    folder = Path(trade.__file__).parent
    found = yaml.safe_load((folder / "effects" / "estimates.yaml").read_text(encoding="utf-8"))["vintages"]
    own = yaml.safe_load((folder / "ruptures" / "estimates.yaml").read_text(encoding="utf-8"))["vintages"]

    def said(joint: dict, k: int) -> str:
        return f"{joint['mean'][k]:.3f} ({joint['covariance'][k][k] ** 0.5:.3f})"

    body = []
    for year, keys in found.items():
        joint = keys["sanction_effect"]["joint"]
        case = own.get(year, {}).get("russia_2022")
        error = f"{case['normal']['sd']:.2f}" if case else "not known"
        body.append([str(year), *(said(joint, k) for k in range(len(joint["names"]))), error])
    header = ["data up to", *joint["names"], "relative error of the break of 2022"]
    put("trade.md", "effects", rows(header, body))


def record() -> None:
    """Out of time, all pairs and Russia's own."""
    from detente.data.bundle import table
    from detente.mechanisms.trade.score import track_record

    tables = [table(n) for n in ("trade", "domestic", "sanctions")]
    body = []
    for who in (None, "RUS"):
        made = track_record(*tables, SPANS, who)
        for start, end in SPANS:
            for group in ("newly sanctioned", "other"):
                span = (pl.col("start") == start) & (pl.col("end") == end)
                part = made.filter(span & (pl.col("group") == group))
                error = dict(part.select("prediction", "error").iter_rows())
                pairs = int(part["pairs"][0])
                if pairs:
                    body.append([who or "all states", f"{start} → {end}", group, f"{pairs:,}",
                                 *(f"{error[n]:.3f}" for n in ("sanctions", "sizes only", "same shares"))])
    header = ["pairs of", "from → to", "group", "flows", "ours", "sizes only", "same shares"]
    put("trade.md", "record", rows(header, body))


def lifted() -> None:
    """What the 2023 matrix says about Russia's sanctions being gone, by theory of what they did."""
    from detente.data.start import observed
    from detente.mechanisms.trade import rupture
    from detente.mechanisms.trade.equations import domar_weight, real_income
    from detente.mechanisms.trade.equilibrium import solve
    from detente.mechanisms.trade.score import effects_known

    start = observed()
    at, index, base = start.index.position("RUS"), start.index, start.values["base_flow"]
    under = (start.values["base_sanction_complete"] > 0) | (start.values["base_sanction_partial"] > 0)
    mask = np.zeros(under.shape, dtype=bool)
    mask[at] = mask[:, at] = under[at] | under[:, at]
    measured = rupture.pattern(index, rupture.known()["russia_2022"], "RUS")
    _, partial, financial = effects_known(2023)
    paid = np.maximum(start.values["base_sanction_financial"], start.values["base_sanction_financial"].T)
    average = -(partial + financial * paid) * mask
    weight = domar_weight(base, start.values["base_gdp_usd"], CEILING)
    found = {}
    for theory, change in (
        ("other: average effect", average),
        ("sanctions: all that broke", np.where(mask & ~np.isnan(measured), measured, average)),
    ):
        world = solve(base, change, sigma=np.array([6.0]))
        income = real_income(price=world.price, price_index=world.price_index, weight=weight[None])[0]
        found[theory] = 100 * (income - 1)
    last = found["sanctions: all that broke"]
    ranked = [i for i in np.argsort(-np.nan_to_num(last)) if np.isfinite(last[i])]
    shown = [*ranked[:14], *ranked[-8:], *(index.position(s) for s in ("DEU", "USA", "CHN", "UKR"))]
    body = [
        [index.name(index.states[i]), *(f"{v[i]:+.2f}" for v in found.values())] for i in dict.fromkeys(shown)
    ]
    put("trade.md", "lifted", rows(["", *(f"{k}, %" for k in found)], body))


if __name__ == "__main__":
    for part in sys.argv[1:] or ("published", "estimates", "record", "lifted"):
        globals()[part]()
