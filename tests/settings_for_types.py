"""The settings mypy's Django plugin reads: the real ones, over a data folder made for the occasion."""

from tests.folder import make_data_folder

make_data_folder()

from claimkeep.edge.config.settings import *  # noqa: E402, F403
