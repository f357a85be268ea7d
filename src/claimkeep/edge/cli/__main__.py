"""`python -m claimkeep.edge.cli` is `claimkeep`."""

from claimkeep.edge.cli.main import main

if __name__ == "__main__":
    main()
