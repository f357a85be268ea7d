"""Claimkeep: medical billing that protects patient data and proves it.

`engine` is pure (values in, values out), `apps` hold the rows and the verbs, `edge` talks to the world.
Imports point inward only.
"""
