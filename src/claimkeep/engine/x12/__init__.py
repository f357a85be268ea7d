"""X12 bytes <-> columns.

An *interchange* (ISA to IEA) holds *functional groups* (GS to GE), which hold *transaction sets* (ST to SE), which hold
*segments*, which hold *elements*, some of them composites of *components*. `separators` reads which characters divide
them, `segments` finds where each begins and ends, `envelope` checks that nothing is missing, `loops` says what each
segment is about, `columns` walks the positions a guide names, and the transaction modules give tables. `write` goes the
other way, from columns to segments, and `writing` from tables to interchanges; each transaction module has a `write`
beside its `read`.

Imports `engine.terms` only.
"""
