"""Small worlds for the defence mechanism, stepped by hand with luck at its median."""

from functools import cache

import numpy as np

from detente.mechanisms.defence import mechanism, threats
from detente.model.mechanism import Values, View, theories_of
from detente.model.space import Index


@cache
def newest():
    return mechanism()


def mean_values(machine, draws=1, theory="own_estimate", changed=()):
    """Every parameter at its mean (median), with some entries of joint ones changed."""
    arrays = {}
    for p in machine.parameters:
        name = p.name.partition(".")[2]
        arrays[name] = np.array(p.at(np.full((draws, p.width), 0.5)))
        for entry, value in dict(changed).get(name, {}).items():
            arrays[name][:, p.prior.joint.names.index(entry)] = value
    theories = theories_of(machine.parameters)
    arrays["spill_in"][:] = theories["spill_in"].index(theory)
    return Values(arrays, theories)


def pairs(index, given, default):
    out = np.full((len(index), len(index)), default)
    for pair, value in given.items():
        i, j = (index.position(s) for s in pair.split("-"))
        out[i, j] = out[j, i] = value
    return out


def states(index, given, default):
    values = dict.fromkeys(index.states, default) | given
    return np.array([np.nan if values[s] is None else float(values[s]) for s in index.states])


def risk_at(level):
    """A chance of a fatal dispute such as pairs at a peace level have; unknown stays unknown."""
    return np.where(
        np.isnan(level), np.nan, np.interp(level, [0, 0.25, 0.5, 0.75, 1], [0.08, 0.03, 0.004, 0.0005, 0.0])
    )


def small_world(given, when=()):
    """Index and arrays (without draw axis) of the world of a case; ``when`` changes this year's things."""
    when = dict(when)
    index = Index(tuple(given["states"]), tuple(range(len(given["states"]))))
    share = states(index, given.get("share", {}), 0.02)
    gdp = states(index, given.get("gdp", {}), 100.0)
    before = pairs(index, given.get("level", {}), 0.5)
    now = pairs(index, {**given.get("level", {}), **when.get("level", {})}, 0.5)
    lately = states(index, {**given.get("share", {}), **when.get("share", {})}, 0.02)
    growth = states(index, {**given.get("growth", {}), **when.get("growth", {})}, 0.0)
    return index, {
        "fatal_risk": risk_at(now),
        "used_to": risk_at(before),
        "min_distance": pairs(index, given.get("km", {}), 100.0),
        "defence_pact": pairs(index, dict.fromkeys(given.get("pact", ()), 1.0), 0.0),
        "polyarchy": np.full(len(index), 0.5),
        "baseline_growth": np.zeros(len(index)),
        "unreported_milex": states(index, given.get("unreported", {}), None),
        "real_gdp": gdp * np.exp(growth),
        "last.real_gdp": gdp,
        "last.milex": lately * gdp,
        "last.milex_share": lately,
        "last.milex_norm": share,
        "last.threat_norm": np.full(len(index), np.nan),
        "nato_member": states(index, dict.fromkeys(when.get("members", ()), 1.0), 0.0),
        "pledged_share": np.full(len(index), float(given.get("pledged", 0.0))),
        "last.fiscal_room": states(index, when.get("room", {}), 0.0),
        "population": np.full(len(index), 1e7),
    }


def stepped(index, world, values, years=1, u=None):
    """Run the mechanism; what it writes becomes last year's."""
    machine = newest()
    draws = len(values["spill_in"])
    now = {k: np.broadcast_to(v, (draws, *v.shape)) for k, v in world.items()}
    if np.isnan(now["last.threat_norm"]).all():
        # What was the case before this year is what the states are used to.
        calm = View(2025, index, draws, {**now, "fatal_risk": now["used_to"]})
        now["last.threat_norm"] = threats(calm, values)
    luck = u or {"shock": np.full((draws, len(index)), 0.5), "tide": np.full(draws, 0.5)}
    for year in range(years):
        written = machine.step(View(2025 + year, index, draws, now), values, luck)
        now = {
            **now,
            **{"last." + k: v for k, v in written.items() if "last." + k in now},
            "last.real_gdp": now["real_gdp"],
        }
    return written


def log_points(written, base):
    return np.log(written["milex_share"]) - np.log(base["milex_share"])
