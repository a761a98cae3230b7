"""What ``detente leaders`` computes."""

from __future__ import annotations

from typing import Any

import numpy as np

from detente.model.space import Index
from detente.model.world import Start


def place_of(index: Index, code: str, where: str) -> int:
    """Place of a state in the world; a clear error if it is not there."""
    from detente.data.states import code_of
    from detente.model.errors import Problems

    problems, found = Problems(), code_of(code)
    problems.extend(index.problems(found, where))
    problems.raise_if_any()
    return index.position(found)


def chances(world: Start, where: int, years: int, draws: int) -> list[dict[str, str]]:
    """Chance of a change of leader in each of the coming years, given that there was none before."""
    from detente.mechanisms import leaders
    from detente.mechanisms.leaders.equations import USUAL_GROWTH
    from detente.model.chance import Chance
    from detente.model.mechanism import Values, View, theories_of
    from detente.model.world import opening

    machine, opened, luck, rows = leaders.mechanism(world.year), opening(world, 1), Chance(1), []
    drawn = {
        q.name.partition(".")[2]: q.at(luck.row(f"param/{q.name}", range(draws), 0, q.width))
        for q in machine.parameters
    }
    p = Values(drawn, theories_of(machine.parameters))
    for ahead in range(1, years + 1):
        seen: dict[str, Any] = {
            name: opened[name[5:]]
            if name.startswith("last.")
            else world.given(name, world.year + ahead)[None]
            for name in machine.reads
        }
        seen["last.leader_years"] = seen["last.leader_years"] + ahead - 1
        growth = np.full((draws, len(world.index.states)), USUAL_GROWTH)
        found = leaders.exit_chance(View(world.year + ahead, world.index, draws, seen), p, growth)[:, where]
        low, high = np.quantile(found, [0.05, 0.95])
        vote = "due" if seen["deciding_election"][0, where] > 0 else ""
        rows.append(
            {
                "year": str(world.year + ahead),
                "chance of a change": f"{100 * found.mean():.0f} %",
                "5 to 95 %": f"{100 * low:.0f} to {100 * high:.0f}",
                "election": vote,
            }
        )
    return rows
