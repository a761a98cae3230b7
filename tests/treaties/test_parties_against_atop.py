"""Parties and days of our treaty texts against ATOP's coding of the same treaties, with every known difference.

ATOP dates a member from its signature (or accession) to its last day; ours run from entry into force to the first
day on which the state is no party any more. So an entry agrees where our signature or our entry is ATOP's day, an
exit where the two are at most a day apart. ATOP ends in 2018: what we date later cannot be compared.
"""

from collections import defaultdict
from datetime import date, timedelta

import polars as pl
import pytest

from detente.data import bundle
from detente.treaties.checks import shipped
from detente.treaties.membership import bound_pairs

CODED_TO = date(2018, 12, 31)
DAY = timedelta(days=1)

EXITS = {
    "afghanistan-ussr": "ATOP ends it with the invasion of December 1979; ours with the government that was party",
    "anzus NZL": "ATOP ends New Zealand in September 1986; the United States suspended its duties, nobody left",
    "cyprus-guarantee": "ATOP ends it with the coup of 15 July 1974; no party has ended it",
    "osce SRB": "ATOP: 1 May 1992; ours: the suspension decided at Helsinki on 8 July 1992",
    "rio VEN": "ATOP: 14 July 2015; ours: two years from the denunciation of 14 May 2013 (article 25)",
    "seato PAK": "ATOP: the day after the notice of 7 November 1972; ours: a year from it (article X)",
    "us-1959 IRN": "ATOP: the revolution of 11 February 1979; ours: the announcement of 5 November 1979",
    "warsaw-pact DDR": "ATOP: German unity on 3 October 1990; ours: the protocol of withdrawal of 24 September",
}
"""Ends that differ: a treaty for all its parties, or a treaty and a state (and its spell, after the first)."""


def spells(treaty):
    """State → its spells by us, in order: signed, from, to (None: still a party)."""
    out = defaultdict(list)
    for party in sorted(treaty.parties, key=lambda p: p.from_):
        ends = [d for d in (party.to, treaty.ended) if d is not None]
        signed = party.signed or (treaty.signed if not out[party.state] else party.from_)
        out[party.state].append((signed, party.from_, min(ends, default=None)))
    return out


ENTRIES = {
    "csto BLR": "ATOP: 3 January 1994; ours: the signature of 31 December 1993",
    "csto UZB 1": "ATOP: the day after the protocol of 16 August 2006",
    "eu HRV": "ATOP has 7 January 2013, day and month exchanged: 1 July 2013",
    "osce SRB 1": "ATOP: the signature of 27 November 2000; ours: the admission of 10 November",
} | {
    f"osce {state}": "ATOP: the signature of the Charter of Paris; ours: the admission"
    for state in [
        "ALB",
        "AND",
        "ARM",
        "AZE",
        "BLR",
        "EST",
        "GEO",
        "HRV",
        "KAZ",
        "KGZ",
        "LTU",
        "LVA",
        "MDA",
        "SVN",
        "TJK",
        "UKR",
        "UZB",
    ]
}
"""Beginnings that differ, named as in EXITS."""
WHOLE = {
    "eu": "ATOP's second phase has 13 November 2007 for 13 December; ours begins in force, 1 December 2009",
}
"""Treaties of which every beginning differs in the same way."""
UNLISTED = {
    ("AUS", "NZL"): "ATOP takes New Zealand out of ANZUS in 1986, towards Australia too",
    ("NZL", "USA"): "the same; our article IV is suspended between the two, which is no end",
    ("CYP", "GBR"): "ATOP ends the guarantee of 1960 in 1974",
    ("CYP", "GRC"): "ATOP ends the guarantee of 1960 in 1974",
    ("CYP", "TUR"): "ATOP ends the guarantee of 1960 in 1974",
}
"""Pairs bound by our texts in some year and by no defence pact of the bundle."""


def coded(treaty):
    """State → its spells by ATOP while our treaty is signed, in order: start, end (None: in force in 2018)."""
    rows = bundle.table("alliances").filter(pl.col("atopid").is_in(list(treaty.atop)))
    out = defaultdict(list)
    for state, start, end in (
        rows.select("state", "start", "end").sort("start", "end", nulls_last=True).iter_rows()
    ):
        late = end is None or end > treaty.in_force
        if late and (not out[state] or out[state][-1][0] != start):
            out[state].append((start, end))
        elif late:  # parallel agreements that are one file of ours: the longest
            out[state][-1] = (start, end)
    return out


def named(treaty, state, k):
    return f"{treaty.id} {state}" + (f" {k}" if k else "")


def differences():
    """Every (kind, name) in which a text and ATOP differ: a party, a beginning or an end."""
    for treaty in shipped():
        if not treaty.atop:
            continue
        ours, theirs = spells(treaty), coded(treaty)
        for state in ours.keys() | theirs.keys():
            mine = [s for s in ours[state] if s[1] <= CODED_TO]
            if len(mine) != len(theirs[state]):
                yield "party", f"{treaty.id} {state}"
                continue
            for k, ((signed, begins, ends), (start, end)) in enumerate(zip(mine, theirs[state], strict=True)):
                if start not in (signed, begins):
                    yield "entry", named(treaty, state, k)
                late = ends is None or ends > CODED_TO
                if (end is None) != late or (end and abs(ends - end) > DAY):
                    yield "exit", named(treaty, state, k)


@pytest.fixture(scope="module")
def differing():
    return set(differences())


def test_the_parties_are_those_that_atop_codes(differing):
    assert {name for kind, name in differing if kind == "party"} == set()


def test_beginnings_differ_where_it_is_known_why(differing):
    seen = {name for kind, name in differing if kind == "entry"}
    whole = {name for name in seen if name.split()[0] in WHOLE} - set(ENTRIES)
    assert seen - whole == set(ENTRIES)
    assert {name.split()[0] for name in whole} == set(WHOLE)


def test_ends_differ_where_it_is_known_why(differing):
    seen = {name if name in EXITS else name.split()[0] for kind, name in differing if kind == "exit"}
    assert seen == set(EXITS)


def test_pairs_bound_to_defence_are_pacts_of_the_bundle():
    pacts = bundle.table("pacts").filter(pl.col("defence"))
    treaties, missing = [t for t in shipped() if t.atop], set()
    for year in (1950, 1960, 1975, 1985, 1995, 2005, 2010, 2018, 2022, 2025):
        now = pacts.filter(pl.col("year") == year).select("a", "b").rows()
        missing |= bound_pairs(treaties, date(year, 12, 31)) - {tuple(sorted(pair)) for pair in now}
    assert missing == set(UNLISTED)
