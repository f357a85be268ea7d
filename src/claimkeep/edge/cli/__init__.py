"""The `claimkeep` command: one file a group, the same verbs as everywhere else."""
