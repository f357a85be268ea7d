"""How an installation is set up: the environment is read here and nowhere else."""
