import numpy as np
import pytest
from judge_toy import toy

from detente.judge.attribution import attribution, weigh

RNG = np.random.Generator(np.random.PCG64(7))
N = 800


def noise(*shape):
    return RNG.standard_normal((N, *shape))


def column(values):
    return values.reshape(N, -1)


def test_shares_of_independent_causes_are_their_variances():
    a, b, c = noise(), noise(), noise()
    effect = 2 * a + b + noise() * np.sqrt(5)
    found = weigh(
        effect,
        {"m.a": column(a), "m.b": column(b), "m.c": column(c)},
        {"m.a": "judgement", "m.b": "estimate", "m.c": "estimate"},
    )
    shares = {w.parameter: w.share for w in found.weights}
    assert shares["m.a"] == pytest.approx(0.4, abs=0.06)
    assert shares["m.b"] == pytest.approx(0.1, abs=0.05)
    assert shares["m.c"] == pytest.approx(0.0, abs=0.01)
    assert found.by_basis["luck"] == pytest.approx(0.5, abs=0.06)
    assert found.judgement == pytest.approx(0.8, abs=0.08)
    assert found.weights[0].direction > 0.5
    assert sum(found.by_basis.values()) == pytest.approx(1)


def test_shares_add_up_to_what_is_explained_by_all():
    causes = {f"m.p{k}": column(noise()) for k in range(4)}
    table = np.column_stack(list(causes.values()))
    effect = table.sum(axis=1) + 2 * noise()
    left = effect - table @ np.linalg.lstsq(table, effect, rcond=None)[0]
    found = weigh(effect, causes, {})
    assert sum(w.share for w in found.weights) == pytest.approx(1 - left.var() / effect.var(), abs=0.03)
    assert [w.share for w in found.weights] == pytest.approx([0.125] * 4, abs=0.06)


def test_a_cause_drawn_together_with_another_shares_with_it():
    a = noise()
    twin = a + 0.3 * noise()
    found = weigh(a + 0.1 * noise(), {"m.a": column(a), "m.twin": column(twin)}, {})
    shares = {w.parameter: w.share for w in found.weights}
    assert shares["m.a"] > shares["m.twin"] > 0.3
    assert sum(shares.values()) == pytest.approx(0.98, abs=0.03)


def test_parameters_without_any_part_do_not_add_up_to_something():
    columns = {f"m.p{k}": column(noise()) for k in range(40)}
    found = weigh(noise(), columns, {})
    assert sum(w.share for w in found.weights) < 0.08


def test_a_monotone_curve_counts_like_a_line():
    a = noise()
    line, curve = (weigh(f(a), {"m.a": column(a)}, {}).weights[0].share for f in (np.asarray, np.exp))
    assert line == pytest.approx(curve)
    assert line == pytest.approx(1)


def test_too_few_draws_give_no_weights_but_say_so():
    found = weigh(noise()[:15], {"m.a": noise()[:15, None]}, {})
    assert found.weights == ()
    assert "too few" in found.reason


def test_a_set_with_too_many_numbers_is_named_and_the_rest_weighed():
    a = noise()[:100]
    found = weigh(a, {"m.a": a[:, None], "m.wide": noise(30)[:100]}, {})
    assert [w.parameter for w in found.weights] == ["m.a"]
    assert "m.wide" in found.reason


def test_an_effect_that_never_varies():
    assert "same in every world" in weigh(np.zeros(N), {"m.a": column(noise())}, {}).reason


def test_failed_draws_are_left_out():
    a = noise()
    effect = np.where(np.arange(N) < 100, np.nan, a)
    assert weigh(effect, {"m.a": column(a)}, {}).n == N - 100


def test_a_theory_that_turns_the_sign_is_named():
    drawn = np.tile([0.0, 1.0], N // 2)
    cards = [
        {"name": "trade.recovery", "basis": "judgement", "theories": {"fast": 0.5, "slow": 0.5}},
        {"name": "trade.fixed", "basis": "literature"},
        {"name": "trade.joint", "basis": "estimate"},
    ]
    result = toy(
        draws=N,
        cards=cards,
        param__trade__recovery=drawn,
        param__trade__fixed=np.ones(N),
        param__trade__joint=noise(3),
    )
    effect = np.where(drawn == 0, 1.0, -1.0) + 0.1 * noise()
    found = attribution(result, effect)
    assert found.weights[0].parameter == "trade.recovery"
    assert {w.parameter for w in found.weights} == {"trade.recovery", "trade.joint"}
    (flip,) = found.flips
    assert flip.medians["fast"] == pytest.approx(1, abs=0.05)
    assert attribution(result, effect + 5).flips == ()
