"""The world economy in ten sectors: 80 countries and the rest of the world, who sells what to whom.

ICIO 2022 as it reached us says who buys whose goods as *inputs*, but of final goods only who made them,
and it has no rest of the world. Both are closed here, in this order:

1. Final goods of origin i and sector s begin where its inputs go, each destination weighted by the ratio
   of final to intermediate use that the destination shows in WIOD 2011, apart for what is bought at home
   and abroad (countries outside WIOD: WIOD's rest of the world).
2. The rest of the world (ROW: all states outside the 80) sells each country the goods that BACI has for
   2023, in the sectors and with the services that WIOD's rest of the world sold it in 2011; it buys from
   each country what BACI has, in the mix of that country's other exports. What industries buy there is
   added to their inputs, so value added is a little below that of the extract.
3. Final goods are then balanced (RAS): rows add up to the output that no industry of the 80 bought;
   columns to the country's value added plus its trade deficit of 2022 (WDI; Taiwan, which it lacks, free).
   The rest of the world is the residual.
4. The rest of the world's own output is that which its final demand, exports and technology (WIOD 2011)
   call for, at the GDP (WDI) of its states.
5. Russia's partners are those of 2023: its foreign flows of goods take BACI's pattern of that year,
   each sector balanced again to the same outputs and uses. 2022 was the year in which they changed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from detente.data.sector_codes import GOODS, SECTORS
from detente.data.tables_state import Loaded
from detente.data.tables_trade import NEWEST, trade_table

ROW = "ROW"
YEAR = 2022
RESHUFFLED = "RUS"
"""Whose partners are moved on to the year of the newest trade matrix."""
LEAST_HOME = 0.05
"""The rest of the world makes at least this share of what it uses of a sector."""
LEAST_FINAL = 1e-4
"""Final use is at least this share of all use of a good, so that rounding cannot make it negative."""
MOST_INPUTS = 0.97
"""Inputs are at most this share of a sector's output (a few small sectors have inputs near or above it)."""


@dataclass(frozen=True)
class Accounts:
    """A closed world, million USD: ``flow`` (sector, seller, buyer); ``used`` (good, buyer, industry)."""

    states: tuple[str, ...]
    flow: np.ndarray
    used: np.ndarray

    @property
    def output(self) -> np.ndarray:
        """Gross output (sector, state)."""
        return self.flow.sum(axis=2)

    @property
    def final(self) -> np.ndarray:
        """Final use (sector, state)."""
        return self.flow.sum(axis=1) - self.used.sum(axis=2)


def cube(frame: pl.DataFrame, axes: dict[str, tuple[str, ...]]) -> np.ndarray:
    """A long table as an array over the named columns, zero where there is no row."""
    at = [frame[c].replace_strict({v: k for k, v in enumerate(vs)}).to_numpy() for c, vs in axes.items()]
    held = np.zeros([len(vs) for vs in axes.values()])
    np.add.at(held, tuple(at), frame["value"].to_numpy())
    return held


def balanced(seed: np.ndarray, rows: np.ndarray, columns: np.ndarray, rounds: int = 5000) -> np.ndarray:
    """``seed`` (r, c) scaled by row and by column until it adds up to both margins; a NaN margin is free.

    Raises ``RuntimeError`` if it does not.
    """
    found, free = seed.copy(), np.isnan(columns)
    goal = np.where(free, 0.0, columns)
    for _ in range(rounds):
        down = found.sum(axis=0)
        found *= np.where(free | (down <= 0), 1.0, goal / np.where(down > 0, down, 1.0))
        along = found.sum(axis=1)
        scale = np.where(along > 0, rows / np.where(along > 0, along, 1.0), 1.0)
        found *= scale[:, None]
        if np.abs(found.sum(axis=0) - goal)[~free].max() <= 1e-7 * goal.max():
            return found
    raise RuntimeError(f"margins not met after {rounds} rounds")


def final_to_inputs(wiod: pl.DataFrame, states: tuple[str, ...]) -> np.ndarray:
    """Final over intermediate use in WIOD 2011: (sector, buyer, 0 at home or 1 abroad)."""
    abroad = (pl.col("exporter") != pl.col("importer")).cast(pl.Int8).alias("abroad")
    is_final = pl.col("use") == "final"
    sums = wiod.group_by("sector", "importer", abroad).agg(
        pl.col("value").filter(is_final).sum().clip(0).alias("final"),
        pl.col("value").filter(~is_final).sum().alias("inputs"),
    )
    known = set(wiod["importer"])
    held = np.zeros((len(SECTORS), len(states), 2))
    ratio = {(s, j, a): f / max(x, 1.0) for s, j, a, f, x in sums.iter_rows()}
    for k, s in enumerate(SECTORS):
        for m, j in enumerate(states):
            held[k, m] = [ratio[s, j if j in known else ROW, a] for a in (0, 1)]
    return held


def rest_of_world(loaded: Loaded, states: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Goods that each country sells to and buys from states outside the 80 (BACI 2023), million USD."""
    trade = (
        trade_table(loaded).filter(pl.col("year") == NEWEST).with_columns(pl.col("value").cast(pl.Float64))
    )
    out, known = [], list(states)
    for own, other in (("exporter", "importer"), ("importer", "exporter")):
        sums = trade.filter(pl.col(own).is_in(known) & ~pl.col(other).is_in(known))
        found = dict(sums.group_by(own).agg(pl.col("value").sum()).iter_rows())
        out.append(np.array([found.get(s, 0.0) for s in states]))
    return out[0], out[1]


def bought_from_row(loaded: Loaded, states: tuple[str, ...], goods: np.ndarray) -> np.ndarray:
    """What each country buys from the rest of the world (sector, state): BACI's goods in WIOD's mix."""
    wiod = loaded["wiod"]
    sold = wiod.filter((pl.col("exporter") == ROW) & (pl.col("importer") != ROW))
    partners = tuple(sorted(set(sold["importer"])))
    mix = cube(sold, {"sector": SECTORS, "importer": partners}).clip(0)
    middle = mix.sum(axis=1)
    is_goods = np.isin(SECTORS, GOODS)
    found = np.zeros((len(SECTORS), len(states)))
    for m, s in enumerate(states):
        own = mix[:, partners.index(s)] if s in partners else middle
        found[:, m] = goods[m] * own / own[is_goods].sum()
    return found


def deficits(loaded: Loaded, states: tuple[str, ...]) -> np.ndarray:
    """Imports less exports of goods and services in 2022 (WDI), million USD; NaN where not reported."""
    shares = loaded["wdi_economy"].filter(pl.col("year") == YEAR)
    both = shares.join(loaded["wdi"].filter(pl.col("year") == YEAR), on="state")
    gap = (pl.col("imports_gdp") - pl.col("exports_gdp")) / 100 * pl.col("gdp_usd") / 1e6
    found = dict(both.select("state", gap.alias("gap")).drop_nulls().iter_rows())
    return np.array([found.get(s, np.nan) for s in states])


def row_gdp(loaded: Loaded, states: tuple[str, ...]) -> float:
    """GDP of all states outside the 80 in 2022 (WDI), million USD."""
    rest = loaded["wdi"].filter((pl.col("year") == YEAR) & ~pl.col("state").is_in(list(states)))
    return float(rest["gdp_usd"].sum()) / 1e6


def assembled(loaded: Loaded) -> Accounts:
    """Steps 1 to 4: the closed world of 2022."""
    icio = loaded["icio_sectors"]
    states = tuple(sorted(set(icio["exporter"].drop_nulls())))

    def part(kind: str, **axes: tuple[str, ...]) -> np.ndarray:
        return cube(icio.filter(pl.col("kind") == kind), axes)

    inputs = part("inputs", sector=SECTORS, exporter=states, importer=states)
    used = part("used", sector=SECTORS, importer=states, use=SECTORS)
    ratio, home = final_to_inputs(loaded["wiod"], states), np.eye(len(states), dtype=bool)
    sold_goods, bought_goods = rest_of_world(loaded, states)
    from_row = bought_from_row(loaded, states, bought_goods)
    foreign = ratio[..., 1]
    row_inputs = from_row / (1 + foreign)
    used *= (1 + row_inputs / used.sum(axis=2))[..., None]
    output = part("output", sector=SECTORS, exporter=states)
    value_added = output.sum(axis=0) - used.sum(axis=(0, 2))
    seed = inputs * np.where(home, ratio[:, None, :, 0], ratio[:, None, :, 1])
    to_row = exports_to_row(inputs + seed, sold_goods)
    rows = part("elsewhere", sector=SECTORS, exporter=states)
    gap = deficits(loaded, states)
    columns = np.append(value_added + gap - (from_row - row_inputs).sum(axis=0), np.nan)
    whole = np.concatenate([seed, to_row[..., None]], axis=2).reshape(-1, len(states) + 1)
    final = balanced(whole, rows.ravel(), columns).reshape(len(SECTORS), len(states), -1)
    flow = inputs + final[..., :-1]
    return with_row(loaded, states, flow, used, final[..., -1], from_row)


def exports_to_row(flow: np.ndarray, goods: np.ndarray) -> np.ndarray:
    """Sales of each country to the rest of the world (sector, state): BACI's goods in its export mix."""
    abroad = flow.sum(axis=2) - np.einsum("sii->si", flow)
    is_goods = np.isin(SECTORS, GOODS)
    return abroad * goods / abroad[is_goods].sum(axis=0)


def with_row(
    loaded: Loaded,
    states: tuple[str, ...],
    flow: np.ndarray,
    used: np.ndarray,
    sold: np.ndarray,
    bought: np.ndarray,
) -> Accounts:
    """The accounts with the rest of the world: ``sold`` to it and ``bought`` there (sector, state)."""
    wiod = loaded["wiod"].filter(pl.col("importer") == ROW)
    uses = (*SECTORS, "final")
    held = cube(wiod, {"sector": SECTORS, "use": uses})
    made = cube(loaded["wiod"].filter(pl.col("exporter") == ROW), {"sector": SECTORS})
    technology, taste = held[:, :-1] / made, held[:, -1] / held[:, -1].sum()
    exports, imports, deficit = bought.sum(axis=1), sold.sum(axis=1), sold.sum() - bought.sum()
    inverse = np.linalg.inv(np.eye(len(SECTORS)) - technology)
    spent = row_gdp(loaded, states) + deficit
    output = inverse @ (exports - imports + taste * spent)
    home = np.maximum(output - exports, LEAST_HOME * (technology @ output + taste * spent))
    n = len(states)
    whole, inner = np.zeros((len(SECTORS), n + 1, n + 1)), np.zeros((len(SECTORS), n + 1, len(SECTORS)))
    whole[:, :n, :n], whole[:, :n, n], whole[:, n, :n], whole[:, n, n] = flow, sold, bought, home
    inner[:, :n], inner[:, n] = used, technology * (home + exports)
    return Accounts((*states, ROW), whole, inner)


def repartnered(accounts: Accounts, loaded: Loaded, who: str = RESHUFFLED) -> Accounts:
    """Step 5: foreign flows of goods of ``who`` in BACI's newest pattern, outputs and uses as they were."""
    states, flow, at = accounts.states, accounts.flow.copy(), accounts.states.index(who)
    trade = trade_table(loaded).filter(pl.col("year") == NEWEST).drop_nulls("value")
    goods = range(len(GOODS))
    for own, other in (("exporter", "importer"), ("importer", "exporter")):
        found = dict(
            trade.filter(pl.col(own) == who).select(other, pl.col("value").cast(pl.Float64)).iter_rows()
        )
        newest = np.array([found.get(s, np.nan) for s in states])
        newest[-1] = sum(v for s, v in found.items() if s not in states)
        view = flow[goods, at] if own == "exporter" else flow[goods, :, at]
        both = np.isfinite(newest) & (view.sum(axis=0) > 0) & (np.arange(len(states)) != at)
        share = np.where(both, newest, 0.0) / newest[both].sum() * view.sum(axis=0)[both].sum()
        view = np.where(both, view * share / view.sum(axis=0).clip(1e-9), view)
        if own == "exporter":
            flow[goods, at] = view
        else:
            flow[goods, :, at] = view
    for k in goods:
        flow[k] = balanced(flow[k], accounts.output[k], accounts.flow[k].sum(axis=0))
    return Accounts(states, flow, accounts.used)


def closed(loaded: Loaded) -> Accounts:
    """All steps, with inputs held below output and below all use of what they are made of."""
    whole = repartnered(assembled(loaded), loaded)
    output, use = whole.output, whole.flow.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        used = whole.used * np.fmin(1.0, MOST_INPUTS * output.T / whole.used.sum(axis=0))
        used *= np.fmin(1.0, (1 - LEAST_FINAL) * use / used.sum(axis=2))[..., None]
    return Accounts(whole.states, whole.flow, used)


def sector_flows_table(loaded: Loaded) -> pl.DataFrame:
    """Sales between 80 countries and ROW by sector: sector, exporter, importer, value (million USD of 2022).

    Domestic sales where the two are the same; inputs and final goods together. Made by the five steps of
    this module; Russia's partners are those of 2023.
    """
    accounts = closed(loaded)
    s, i, j = (g.ravel() for g in np.meshgrid(*map(range, accounts.flow.shape), indexing="ij"))
    names = np.array(accounts.states)
    return pl.DataFrame(
        {
            "sector": pl.Series(np.array(SECTORS)[s]).cast(pl.Enum(SECTORS)),
            "exporter": pl.Series(names[i]).cast(pl.Enum(names.tolist())),
            "importer": pl.Series(names[j]).cast(pl.Enum(names.tolist())),
            "value": accounts.flow.ravel().astype(np.float32),
        }
    )


def sector_inputs_table(loaded: Loaded) -> pl.DataFrame:
    """What a sector's output costs in inputs of each sector: state, use (who buys), sector (what), share.

    Share of gross output; what is left is value added (with net taxes on products). Missing where the
    state's sector has no output.
    """
    accounts = closed(loaded)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.einsum("kjs->jsk", accounts.used) / accounts.output.T[:, :, None]
    j, u, k = (g.ravel() for g in np.meshgrid(*map(range, share.shape), indexing="ij"))
    names = np.array(accounts.states)
    return pl.DataFrame(
        {
            "state": pl.Series(names[j]).cast(pl.Enum(names.tolist())),
            "use": pl.Series(np.array(SECTORS)[u]).cast(pl.Enum(SECTORS)),
            "sector": pl.Series(np.array(SECTORS)[k]).cast(pl.Enum(SECTORS)),
            "share": pl.Series(share.ravel().astype(np.float32)).fill_nan(None),
        }
    )


def elasticities_table(loaded: Loaded) -> pl.DataFrame:
    """Published trade elasticities: study, gtap, sector, elasticity (positive)."""
    return loaded["elasticities"]


def input_origin_table(loaded: Loaded) -> pl.DataFrame:
    """Who supplies whose industries: year, exporter, importer, share of all inputs that the importer's
    industries use; domestic supply where the two are the same.

    2011: WIOD (40 countries and ROW). 2022: the closed world of this module, its goods bought from each
    seller in equal measure by industries and final users; Russia's partners are those of 2023.
    """
    wiod = loaded["wiod"].filter(pl.col("use") != "final")
    past = wiod.group_by("exporter", "importer").agg(pl.col("value").sum())
    accounts = closed(loaded)
    names = np.array(accounts.states)
    share = accounts.flow / accounts.flow.sum(axis=1, keepdims=True)
    bought = np.einsum("kin,kn->in", share, accounts.used.sum(axis=2))
    i, n = (g.ravel() for g in np.meshgrid(range(len(names)), range(len(names)), indexing="ij"))
    now = pl.DataFrame({"exporter": names[i], "importer": names[n], "value": bought.ravel()})
    of_all = pl.col("value") / pl.col("value").sum().over("year", "importer")
    return (
        pl.concat([t.with_columns(pl.lit(y, pl.Int16).alias("year")) for y, t in ((2011, past), (YEAR, now))])
        .select("year", "exporter", "importer", of_all.cast(pl.Float32).alias("share"))
        .sort("year", "importer", "exporter")
    )


def sector_trade_2013_table(loaded: Loaded) -> pl.DataFrame:
    """Goods trade of 38 countries in 2013 by sector: sector, exporter, importer, value (million USD)."""
    return loaded["hinz_trade"].with_columns(pl.col("value").cast(pl.Float32))
