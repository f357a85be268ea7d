"""The audit log: append-only, hash-linked events. It knows actors, subjects and practices by id only.

An *event* says who did what to which subject, when, and why. Its text holds ids, codes and counts, never a value.
"""
