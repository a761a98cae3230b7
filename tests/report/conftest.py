import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from report_fake import fake  # noqa: E402

from detente.report.maps import Shape  # noqa: E402

CLEAR = {"RUS": (0.02, 0.002), "DEU": (0.004, 0.001), "POL": (0.002, 0.004), "CHN": (-0.003, 0.0005)}


def square(lon: float, lat: float, size: float = 8) -> tuple[np.ndarray, ...]:
    corners = [(lon, lat), (lon + size, lat), (lon + size, lat + size), (lon, lat + size), (lon, lat)]
    return (np.array(corners, dtype=float),)


@pytest.fixture(scope="session")
def areas():
    return (
        Shape("RUS", "Russia", square(60, 50)),
        Shape("DEU", "Germany", square(8, 48)),
        Shape("CHN", "China", square(100, 30)),
        Shape("FJI", "Fiji", square(178, -18, 0.3)),
        Shape("POL", "Poland", square(18, 48)),
        Shape(None, "Crimea", square(33, 44, 3), hatched=True, note="claimed by two states"),
    )


@pytest.fixture(scope="session")
def result():
    return fake(income=CLEAR, failed=(3,))
