"""The settings mypy's Django plugin reads: the real ones, over a data folder that is gone once they are read."""

import shutil

from tests.folder import make_data_folder

_root = make_data_folder()

from claimkeep.edge.config.settings import *  # noqa: E402, F403

shutil.rmtree(_root)  # here, because mypy ends without running what waits for the end
