"""A data folder of its own for every process that tests: keys made here, thrown away at the end."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from claimkeep.edge.config import startup


def make_data_folder() -> Path:
    """A folder with fresh keys, named by CLAIMKEEP_DATA; call it before Django's settings are read.

    The settings of the person who runs the tests do not reach them; only the database's address does.
    """
    for name in [name for name in os.environ if name.startswith("CLAIMKEEP_")]:
        if name not in ("CLAIMKEEP_DATABASE_URL", "CLAIMKEEP_TEST_FOLDER"):
            del os.environ[name]
    root = Path(tempfile.mkdtemp(prefix="claimkeep-test-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    os.environ["CLAIMKEEP_DATA"] = str(root)
    startup.prepare(root, datetime.now(UTC))
    return root
