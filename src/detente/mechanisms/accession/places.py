"""Which states a treaty's rule of accession admits by where they lie."""

from __future__ import annotations

from functools import lru_cache

import numpy as np


@lru_cache(maxsize=64)
def eligible(bloc: str, states: tuple[str, ...]) -> np.ndarray:
    """Positions in ``states`` of those that ``bloc``'s article on accession admits (NATO 10, TEU 49)."""
    from detente.treaties.checks import shipped
    from detente.treaties.places import capitals

    rule = next(t for t in shipped() if t.short == bloc).accession[-1]
    area = {s: site.area for s, site in capitals().items()}
    may = [i for i, s in enumerate(states) if area.get(s) in rule.areas or s in rule.states]
    return np.array(may, dtype=int)
