"""Who takes part in the one-sector equilibrium."""

import numpy as np

from detente.mechanisms.trade import equilibrium


def test_a_state_that_trades_with_nobody_takes_no_part_and_stops_nobody():
    """Palau in 1996 and 1998: its price could be told by nobody, and the whole world failed with it."""
    base = np.array([[80.0, 10.0, 10.0, 0.0], [20.0, 60.0, 20.0, 0.0], [5.0, 5.0, 90.0, 0.0], [0.0, 0.0, 0.0, 7.0]])
    alone = equilibrium.solve(base, np.zeros((4, 4)), sigma=np.array([5.0]), quantity=base.sum(1)[None] * 1.1)
    without = equilibrium.solve(base[:3, :3], np.zeros((3, 3)), sigma=np.array([5.0]), quantity=base.sum(1)[None, :3] * 1.1)
    assert alone.converged.all()
    assert np.isnan(alone.price[0, 3])
    np.testing.assert_allclose(alone.price[0, :3], without.price[0], rtol=1e-10)
