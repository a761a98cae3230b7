"""What the mechanism declares, and what a run that starts in the past may know."""

from __future__ import annotations

import numpy as np
import pytest

from detente.mechanisms import trade
from detente.model.mechanism import theories_of
from detente.model.parameter import Joint


def names(as_of: int | None) -> set[str]:
    return {p.name for p in trade.mechanism(as_of).parameters}


def test_the_rupture_of_2022_is_unknown_before_it_was_measured():
    assert {"trade.russia_2022", "trade.rupture", "trade.rupture_end"} <= names(None)
    assert names(None) - names(2018) == {"trade.russia_2022", "trade.rupture", "trade.rupture_end"}
    assert trade.mechanism(2018).step.keywords == {"measured": {}}
    assert "russia_2022" in trade.mechanism().step.keywords["measured"]


@pytest.mark.parametrize("as_of", [1990, 2000, 2014, None])
def test_every_vintage_has_the_effect_of_sanctions(as_of):
    prior = next(p.prior for p in trade.mechanism(as_of).parameters if p.name == "trade.sanction_effect")
    assert isinstance(prior, Joint)
    assert prior.joint.names == trade.KINDS == ("complete", "partial", "financial")
    assert prior.joint.mean[0] < prior.joint.mean[1] < 0.1


def test_it_owns_what_it_promises_and_reads_nothing_of_its_own_year():
    m = trade.mechanism()
    own = {f.name for f in m.writes}
    assert own == {
        "sanction_bite", "cost_change", "trade_flow", "exports", "imports", "factory_price", "price_index",
        "real_income", "real_gdp",
    }  # fmt: skip
    assert not own & set(m.reads)
    assert theories_of(m.parameters)["recovery"] == ("slow", "fast")


def test_it_has_a_place_in_the_year():
    pytest.importorskip("detente.mechanisms.growth")
    from detente.mechanisms import default_model

    order = [m.name for m in default_model().mechanisms]
    assert order.index("trade") > order.index("growth")
    assert order.index("trade") > order.index("sanctions")


def test_the_observed_start_leaves_the_bite_to_be_inferred():
    """Nobody observes what sanctions suppress; zeros would say that today's sanctions do nothing."""
    from detente.data.start import observed

    bite = observed().values["sanction_bite"]
    assert np.isnan(bite[~np.eye(len(bite), dtype=bool)]).all()
