import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def raw():
    """The folder of the producers' files; tests that need it (mark them ``raw``) are skipped without it."""
    from detente.data.source import raw_folder
    from detente.model.errors import DetenteError

    try:
        return raw_folder()
    except DetenteError:
        pytest.skip("no folder of raw files here: name it with DETENTE_RAW")
