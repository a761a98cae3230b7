"""The registry: permanent order, the traps of the code lists, lifetimes."""

from collections import Counter

import pytest

from detente.data import states
from detente.model.errors import DetenteError


def test_order_is_permanent():
    registry = states.registry()
    assert [s.slot for s in registry] == list(range(len(registry)))
    # Slots are the addresses of luck: these must never change, whatever is appended later.
    assert [registry[k].state for k in (0, 35, 47, 71, 163, 199)] == ["USA", "GBR", "DEU", "RUS", "TWN", "WSM"]


def test_every_code_is_given_once():
    registry = states.registry()
    for codes in ([s.state for s in registry], [c for s in registry for c in s.cow],
                  [s.iso_numeric for s in registry if s.iso_numeric]):
        assert max(Counter(codes).values()) == 1


@pytest.mark.parametrize(("cow", "code"), [
    (255, "DEU"), (260, "DEU"), (265, "DDR"), (345, "SRB"), (347, "XKX"), (365, "RUS"), (315, "CSK"),
    (678, "YEM"), (679, "YEM"), (680, "YMD"), (816, "VNM"), (817, "VNS"), (713, "TWN"), (511, "ZAN"),
])
def test_cow_traps(cow, code):
    assert states.from_cow()[cow] == code


@pytest.mark.parametrize(("gw", "code"), [
    (260, "DEU"), (340, "SRB"), (345, "SRB"), (678, "YEM"), (816, "VNM"), (970, "KIR"), (971, "NRU"), (972, "TON"),
])
def test_gleditsch_ward_differs_where_it_does(gw, code):
    assert states.from_gw()[gw] == code


@pytest.mark.parametrize(("year", "alive", "gone"), [
    (1989, {"DDR", "CSK", "YMD", "RUS"}, {"UKR", "CZE", "VNS"}),
    (1990, {"CSK", "DEU"}, {"DDR", "YMD"}),
    (1991, {"UKR", "CSK", "EST"}, {"CZE", "HRV"}),
    (1992, {"CZE", "SVK", "HRV"}, {"CSK"}),
    (2024, {"XKX", "SSD", "TLS"}, {"CSK"}),
])
def test_who_exists_after_a_year(year, alive, gone):
    here = {s.state for s in states.existing(year)}
    assert alive <= here
    assert not gone & here


def test_195_states_now():
    assert len(states.existing(2024)) == 195


@pytest.mark.parametrize(("name", "code"), [
    ("Korea, North", "PRK"), ("Cote d'Ivoire", "CIV"), ("Viet Nam", "VNM"), ("Soviet Union", "RUS"),
    ("Other Asia, nes", "TWN"), ("Congo (Brazzaville)", "COG"), ("Atlantis", None),
])
def test_names_of_the_sources(name, code):
    assert states.from_name(name) == code


def test_unknown_state_is_answered_with_the_nearest():
    with pytest.raises(DetenteError, match="POL"):
        states.state("POLL")
