"""Records of pacts, allies, attacks and incidents on small tables with known answers."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from detente.judge import record_honour, record_safety

STATES = ("AAA", "BBB", "CCC", "DDD", "EEE", "FFF")


def disputes(*rows):
    """(a, b, year, fatal, war, by_a): disputes that begin."""
    columns = ("a", "b", "year", "fatal", "war", "by_a")
    frame = pl.DataFrame(
        [dict(zip(columns, r, strict=True)) for r in rows], schema_overrides={"by_a": pl.Boolean}
    )
    return frame.with_columns(measure=pl.lit("mid"), onset=pl.lit(value=True))


def alliances(*rows):
    """(number, state, first year, year of the end or None, conditions)."""
    return pl.DataFrame(
        [
            {
                "atopid": n,
                "state": s,
                "start": date(first, 1, 1),
                "end": None if end is None else date(end, 6, 1),
                "defence": True,
                "conditions": words,
            }
            for n, s, first, end, words in rows
        ],
        schema_overrides={"end": pl.Date},
    )


def pacts(pair, first, last):
    return pl.DataFrame(
        [
            {"a": pair[0], "b": pair[1], "year": y, "defence": True, "carried": False}
            for y in range(first, last + 1)
        ]
    )


def tables(**given):
    empty = {
        "contiguity": pl.DataFrame({"a": ["AAA"], "b": ["BBB"], "start": [1900], "end": [2016], "type": [1]}),
        "rivalry": pl.DataFrame({"a": ["AAA"], "b": ["BBB"], "start": [1900], "end": [None]}),
        "states": pl.DataFrame(
            {"state": STATES, "end_year": [None] * 6}, schema_overrides={"end_year": pl.Int64}
        ),
    }
    return (empty | given).__getitem__


def test_allies_of_the_attacked_are_those_who_owe():
    found = record_honour.allies_came(
        tables(
            disputes=disputes(
                ("AAA", "BBB", 1970, True, True, True),  # neighbours: A attacks B
                ("AAA", "CCC", 1970, True, True, False),  # C, far away, joins
            ),
            alliances=alliances(
                (1, "BBB", 1960, None, ""),
                (1, "CCC", 1960, None, ""),
                (1, "DDD", 1960, None, ""),
                (2, "AAA", 1960, None, ""),
                (2, "DDD", 1960, None, ""),  # D is bound to both
                (3, "BBB", 1960, None, ""),
                (3, "EEE", 1960, None, ""),  # E stays at home
                (4, "BBB", 1960, 1969, ""),
                (4, "FFF", 1960, 1969, ""),  # F is bound no more
            ),
        ),
        years=[1960, 1980],
    )
    assert (found.value, found.n) == (0.5, 2)
    assert "CCC for BBB 1970" in found.remark


def test_who_was_at_war_the_year_before_has_not_begun_this_one():
    found = disputes(("AAA", "BBB", 1970, True, True, True), ("AAA", "DDD", 1971, True, True, True))
    begun = record_honour._begun_by_themselves(tables(disputes=found))
    assert begun == {("AAA", "BBB", 1970)}


def test_a_pact_without_conditions_is_told_from_one_with():
    found = record_honour.wars_widened(
        tables(
            disputes=disputes(
                ("AAA", "BBB", 1970, True, True, True), ("AAA", "CCC", 1970, True, True, False)
            ),
            alliances=alliances(
                (1, "BBB", 1960, None, ""),
                (1, "CCC", 1960, None, ""),
                (2, "BBB", 1960, None, "adversary"),
                (2, "DDD", 1960, None, "adversary"),
            ),
        ),
        years=[1960, 1980],
    )
    assert found.value == pytest.approx((1.5 / 2) / (0.5 / 2))
    assert found.remark.startswith("1 of 1 without conditions, 0 of 1 with")


def test_a_renewed_pact_has_not_failed():
    given = {
        "alliances": alliances((1, "AAA", 1960, 1970, ""), (1, "BBB", 1960, 1970, ""),
                               (2, "CCC", 1960, 1970, ""), (2, "DDD", 1960, 1970, "")),
    }  # fmt: skip
    renewed = pl.concat([pacts(("AAA", "BBB"), 1960, 1970), pacts(("CCC", "DDD"), 1960, 1990)])
    found = record_honour.pacts_failing(tables(pacts=renewed, **given), years=[1961, 1980])
    assert found.remark == "1 of 10 pact-years with, 0 of 10 without"
    assert found.value > 1


def test_hostile_signers_are_compared_with_like_pairs():
    pairs = [("AAA", "BBB"), ("CCC", "DDD"), ("EEE", "FFF"), ("AAA", "FFF")]
    level = pl.DataFrame(
        [{"a": a, "b": b, "year": y, "level": 0.25} for a, b in pairs for y in range(1955, 1981)]
    )
    fights = [("CCC", "DDD", y, False, False, True) for y in range(1960, 1970)]
    signs = pl.concat([pacts(("EEE", "FFF"), 1960, 1980), pacts(("BBB", "CCC"), 1950, 1980)])
    found = record_honour.pact_effect_among_rivals(
        tables(peace=level, pacts=signs, disputes=disputes(*fights)), years=[1956, 1980]
    )
    # like pairs (no land border): CCC-DDD fights ten times in ten years, AAA-FFF never: half a dispute a year
    assert found.n == 10
    assert found.value == pytest.approx(0.5 / (10 * 10.5 / 20 + 0.5))


def test_an_attack_is_begun_by_its_attacker():
    found = disputes(("AAA", "BBB", 1970, True, False, False), ("AAA", "CCC", 1971, False, False, True))
    assert record_safety._attacks(tables(disputes=found), fatal=False) == {
        1970: {("BBB", "AAA")},
        1971: {("AAA", "CCC")},
    }
    assert record_safety._attacks(tables(disputes=found), fatal=True) == {1970: {("BBB", "AAA")}}


def test_share_of_disputes_that_become_war():
    rows = [("AAA", "BBB", 1960 + k, False, False, True) for k in range(8)]
    rows += [("CCC", "DDD", 1960 + k, True, k < 4, True) for k in range(8)]
    armed = pl.DataFrame(
        [{"state": s, "year": y, "warheads": 5} for s in ("AAA", "BBB") for y in range(1950, 1980)]
    )
    found = record_safety.war_between_armed(
        tables(disputes=disputes(*rows), warheads=armed), years=[1955, 1975]
    )
    assert found.remark == "0 of 8 with, 4 of 8 without"
    assert found.value == pytest.approx((0.5 / 9) / (4.5 / 9))


def views(*rows):
    return pl.DataFrame(
        [{"state": s, "target": "RUS", "year": y, "share": v} for s, y, v in rows],
        schema={"state": pl.String, "target": pl.String, "year": pl.Int64, "share": pl.Float64},
    )


def sanctions(*rows):
    kinds = dict.fromkeys(record_safety.KINDS, False)
    frame = [{"sender": s, "target": "RUS", "year": y, "un": False} | kinds | {k: True} for s, y, k in rows]
    return pl.DataFrame(frame or [{"sender": "ZZZ", "target": "ZZZ", "year": 1, "un": False} | kinds])


def answered(seen, held):
    given = tables(favourability=seen, sanctions=held)
    return record_safety.answered_incident(given, state="EST", by="RUS", year=2007).value


def test_an_answer_is_a_worse_view_or_a_new_kind_of_sanction():
    assert answered(views(("EST", 2005, 0.40), ("EST", 2008, 0.36)), sanctions()) == 1
    assert answered(views(("EST", 2005, 0.40), ("EST", 2008, 0.38)), sanctions()) == 0
    assert answered(views(), sanctions(("EST", 2008, "travel"))) == 1
    old = sanctions(*(("EST", y, "travel") for y in (2006, 2007, 2008)))
    assert answered(views(("EST", 2005, 0.40), ("EST", 2008, 0.38)), old) == 0


def test_nothing_known_is_not_no():
    value = answered(views(("EST", 2008, 0.36)), sanctions())
    assert value != value


def test_great_wars_by_half_century():
    found = record_safety.half_centuries_with_great_war(
        tables(
            disputes=disputes(
                ("FRA", "DEU", 1870, True, True, True), ("GBR", "FRA", 1920, False, False, True)
            )
        ),
        years=[1816, 1965],
    )
    assert found.value == 1


def test_chance_that_allies_fight_falls_with_the_number_asked_for():
    one = record_honour.allies_fight(None, fewest=1, followers=30)
    five = record_honour.allies_fight(None, fewest=5, followers=30)
    assert one.low < one.value < one.high
    assert five.value < one.value
    assert one.value == pytest.approx(record_honour.allies_fight(None).value)
    assert set(record_honour.HONOUR) == _theories_of_the_engine()


def _theories_of_the_engine():
    from pathlib import Path

    import detente.mechanisms.conflict as conflict
    from detente.model.parameter import load_parameters

    known = {p.name: p for p in load_parameters(Path(conflict.__file__).parent, "conflict", None)}
    choice = known["conflict.honour"].prior
    assert len(set(choice.choice.values())) == 1, "allies_fight weighs the readings equally"
    return set(choice.theories)


def test_protection_is_found_where_members_are_attacked_less_often():
    luck = np.random.default_rng(3)
    states = [f"S{k:02d}" for k in range(24)]
    ring = [(states[k], states[(k + j) % 24]) for k in range(24) for j in (1, 2, 3)]
    inside = set(states[::2])
    rows = []
    for year in range(1951, 1991):
        for one, two in ring:
            for attacker, target in ((one, two), (two, one)):
                chance = 0.04 if target in inside else 0.12
                if attacker not in inside and luck.random() < chance and (one, two, year) not in rows:
                    rows.append((one, two, year, False, False, attacker == one))
    given = tables(
        disputes=disputes(*rows),
        contiguity=pl.DataFrame(
            [{"a": a, "b": b, "start": 1900, "end": 2016, "type": 1 + k % 2} for k, (a, b) in enumerate(ring)]
        ),
        state_year=pl.DataFrame(
            [
                {"state": s, "year": y, "cinc": 0.01 + 0.001 * k}
                for k, s in enumerate(states)
                for y in range(1950, 1991)
            ]
        ),
        majors=pl.DataFrame({"state": ["S01", "S02"], "start": [1900, 1900], "end": [2016, 1960]}),
        rivalry=pl.DataFrame({"a": ["S01"], "b": ["S03"], "start": [1900], "end": [1970]}),
        blocs=pl.DataFrame(
            [{"bloc": "NATO", "state": s, "from_year": 1949, "to_year": None} for s in inside]
        ),
    )
    found = record_safety.attacks_on_members(given, years=[1951, 1990])
    assert found.low < (0.04 / 0.96) / (0.12 / 0.88) < found.high
    assert found.high < 0.6
