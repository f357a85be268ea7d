"""Claims and their road to the payer.

A *claim* asks one payer to pay for one encounter. A *version* is its frozen content with a hash. A *submission* is one
version in one *file*. Where a claim stands is told on five axes (build, transport, adjudication, responsibility,
recovery), each derived from an append-only list of *events*; the sixth, money, comes from the ledger alone.
"""
