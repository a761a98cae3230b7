"""Write the tables of gas.md: ``python docs/mechanisms/gas_tables.py``. Tables stand between marks."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import yaml
from marks import put, rows

from detente import gas
from detente.data.bundle import table
from detente.mechanisms.gas import fit, score
from detente.mechanisms.gas.market import market, solve
from detente.mechanisms.gas.network import calibrated

HERE = Path(__file__).parent
ELSEWHERE = {
    "TTF": {2022: 37.1, 2023: 12.9},
    "Asia": {2022: 34.0, 2023: 13.8},
    "Henry Hub": {2022: 6.4, 2023: 2.5},
}
"""Published yearly means, USD/MMBtu (World Bank Pink Sheet; Energy Institute; Asia: spot)."""
NODES = {"TTF": "NLD", "Asia": "JPN", "Henry Hub": "USA"}


def calibration() -> None:
    """2021: corridors of the solved market against the balanced account."""
    net = calibrated(2021)
    ours = score.corridors(net, solve(market(net)))
    theirs = score.corridors(net, score.base_flows(net))
    put(
        "gas.md",
        "calibration",
        rows(
            ["corridor, 2021", "model, bcm", "account, bcm", "difference"],
            [[n, f"{ours[n]:.1f}", f"{theirs[n]:.1f}", f"{ours[n] - theirs[n]:+.1f}"] for n in ours],
        ),
    )
    published = [
        (
            "EU gas from Russia 2021, bcm",
            _russian(),
            "155",
            "IEA 10-point plan (at IEA's calorific value, 5 % lower)",
        ),
        ("as a share of EU use, %", 100 * _russian() / _use(2021), "almost 40", "IEA"),
        ("EU regasification 2021, bcm", _regas(), "about 160", "G13"),
        (
            "Russia's pipeline sales west 2021, bcm",
            float(net.flow[net.of_kind("gateway")][0]),
            "194",
            "reviews: 201.7 less China 7.6",
        ),
        ("TTF 2021, USD/MMBtu", solve(market(net)).price[net.place["NLD"]], "16.0", "bp 2022"),
    ]
    put(
        "gas.md",
        "published",
        rows(
            ["figure", "ours", "published", "difference", "source"],
            [[w, f"{v:.1f}", p, _less(v, p), s] for w, v, p, s in published],
        ),
    )


def _less(value: float, said: str) -> str:
    number = re.search(r"[\d.]+", said)
    return f"{value - float(number[0]):+.1f}" if number else ""


def _russian() -> float:
    sales = gas.market(2021).sales(0.0)
    mine = sales.filter((sales["seller"] == "RUS") & sales["buyer"].is_in(gas.UNION))
    return float(mine["pipe_before"].sum() + mine["lng_before"].sum())


def _use(year: int) -> float:
    net = calibrated(year)
    return float(sum(net.reference[net.place[s]] for s in gas.UNION))


def _regas() -> float:
    rows_ = table("gas_terminals")
    mine = (rows_["side"] == "import") & (rows_["kind"] == "running") & (rows_["year"] == 2021)
    return float(rows_.filter(mine & rows_["state"].is_in(gas.UNION))["bcm"].sum())


def validation() -> None:
    """2023 foretold from 2021: prices and corridors, under both theories, beside the rivals."""
    both = {s: score.forecast(table, s) for s in ("withholding", "competitive")}
    net, then = calibrated(2021), calibrated(2023)
    body = []
    for hub, node in NODES.items():
        for year in (2022, 2023):
            said = [b[year].price(node) for b in both.values()]
            truth = ELSEWHERE[hub][year]
            body.append(
                [
                    f"{hub} {year}",
                    *(f"{v:.1f}" for v in said),
                    f"{truth:.1f}",
                    *(f"{v - truth:+.1f}" for v in said),
                    f"{net.price[net.place[node]] - truth:+.1f}",
                ]
            )
    put(
        "gas.md",
        "prices",
        rows(
            [
                "price, USD/MMBtu",
                "withholding",
                "competitive",
                "published",
                "difference (w.)",
                "difference (c.)",
                "2021's price: difference",
            ],
            body,
        ),
    )
    actual, naive = score.corridors(then, score.base_flows(then)), score.rival(table)
    ours = {s: score.corridors(net, b[2023].found) for s, b in both.items()}
    before = score.corridors(net, score.base_flows(net))
    put(
        "gas.md",
        "validation",
        rows(
            ["corridor, bcm", "2021", "2023 (account)", "withholding", "competitive", "2021 scaled"],
            [
                [
                    n,
                    *(
                        f"{v[n]:.1f}"
                        for v in (before, actual, ours["withholding"], ours["competitive"], naive)
                    ),
                ]
                for n in actual
            ],
        ),
    )
    error = {
        k: np.mean([abs(v[n] - actual[n]) for n in actual])
        for k, v in (ours | {"2021 scaled": naive}).items()
    }
    eu = {s: float(sum(b[2023].found.use[net.place[x]] for x in gas.UNION)) for s, b in both.items()}
    put(
        "gas.md",
        "validation summary",
        [
            "Mean absolute error over the corridors: "
            + ", ".join(f"{k} {v:.1f} bcm" for k, v in error.items())
            + f". EU use 2023: {eu['withholding']:.0f} and {eu['competitive']:.0f} bcm against "
            f"{_use(2023):.0f} ({_use(2021):.0f} in 2021): we miss part of the savings."
        ],
    )


def weight() -> None:
    """T001-08: Russia holds back gas."""
    body = []
    for year, bcm in ((2021, 100.0), (2021, 50.0), (2023, 60.0), (2023, 30.0)):
        for name, elasticity in (("-0.10", -0.10), ("-0.18", gas.SHORT), ("-0.25", -0.25)):
            found = dict(
                gas.market(year, withhold={"RUS": bcm}, elasticity=elasticity)
                .prices()
                .select("hub", "percent")
                .iter_rows()
            )
            body.append([str(year), f"{bcm:.0f}", name, f"{found['TTF']:+.0f}", f"{found['Asia']:+.0f}"])
    put("gas.md", "withheld", rows(["year", "bcm held back", "elasticity", "TTF, %", "Asia, %"], body))


def estimates() -> None:
    """What is estimated."""
    held = yaml.safe_load(
        (HERE.parents[1] / "src/detente/mechanisms/gas/estimates.yaml").read_text(encoding="utf-8")
    )
    now = held["vintages"][max(held["vintages"])]
    slope, hazard = now["withholding_slope"]["normal"], now["cut_hazard"]["joint"]
    named = {
        "income": "elasticity of use by GDP",
        "use_persistence": "part of the trend of use that goes on for eight years",
        "output_persistence": "part of the trend of output that goes on for eight years",
    }
    voyage = fit.voyage_slope(table("gas_lng"), table("gas_sea"), 2021, 0.095)
    body = [
        ["Russia's markup per bcm of western sales, USD/MMBtu", f"{slope['mean']:.4f}", f"{slope['sd']:.4f}"],
        ["price gap that doubles a voyage, USD/MMBtu", f"{voyage[0]:.2f}", f"{voyage[1]:.2f}"],
    ]
    body += [
        [text, f"{now[k]['normal']['mean']:.2f}", f"{now[k]['normal']['sd']:.2f}"]
        for k, text in named.items()
    ]
    for name, mean, k in zip(hazard["names"], hazard["mean"], range(3), strict=True):
        spread = hazard["covariance"][k][k] ** 0.5
        body.append(
            [
                f"political cuts a year, {name} pairs, %",
                f"{100 * np.exp(mean):.2f}",
                f"times {np.exp(spread):.2f}",
            ]
        )
    put("gas.md", "estimates", rows(["", "estimate", "error"], body))


BEFORE = {
    "PER": (5.2, 9.2, 64.0, 107.6),
    "IRQ": (7.1, 19.2, 54.4, 82.3),
    "ARE": (6.2, 10.1, 26.7, 53.0),
    "CHL": (10.2, 13.2, 19.4, 43.6),
    "OMN": (5.9, 8.7, 14.6, 39.9),
    "TWN": (9.6, 13.4, 25.4, 39.6),
    "PAK": (9.7, 18.7, 26.4, 37.9),
    "COL": (10.8, 18.0, 20.8, 37.8),
    "ZAF": (6.2, 9.0, 20.2, 35.6),
    "EGY": (5.3, 9.4, 25.2, 24.5),
    "VEN": (73.2, 1.5, 1.1, 0.9),
    "MAR": (19.4, 12.0, 12.3, 14.9),
    "NLD": (8.9, 11.6, 11.8, 11.4),
    "JPN": (9.5, 12.0, 12.2, 11.5),
    "USA": (3.4, 3.2, 3.4, 4.0),
}
"""Baseline means of ten draws by state before terminals were built (commit 65f00bf)."""
MARKS = (2025, 2030, 2037, 2045)


def long_run(draws: int = 20) -> None:
    """Baseline prices of the ten states that were dearest in 2045, of two that were odd in 2025, and hubs."""
    from detente.api import laboratory
    from detente.model.chance import Chance
    from detente.model.scenario import Scenario, compile_scenario
    from detente.model.simulate import simulate

    model, start = laboratory()
    program = compile_scenario(Scenario(id="base", title="Base", premise="-"), model, start.index)
    price, left = {}, {}
    for year, (lane,) in simulate(model, start, [program], range(2025, 2046), Chance(1), list(range(draws))):
        if year in MARKS:
            price[year], left[year] = lane.world["gas_price"], lane.world["gas_unserved"]
    body = []
    for state, before in BEFORE.items():
        k = start.index.states.index(state)
        now = [f"{price[y][:, k].mean():.0f}" for y in MARKS]
        last = [f"{np.median(price[2045][:, k]):.0f}", f"{left[2045][:, k].mean():.1f}"]
        body.append([state, *(f"{v:.0f}" for v in before), *now, *last])
    heads = [f"before {y}" for y in MARKS] + [f"now {y}" for y in MARKS]
    put("gas.md", "long run", rows(["state", *heads, "median 2045", "unserved 2045, bcm"], body))


if __name__ == "__main__":
    for write in (calibration, validation, weight, estimates, long_run):
        write()
