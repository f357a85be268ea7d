"""Edits: what would get a claim refused or denied, found before it is sent.

An *edit* is one cited rule over a batch of claims; its number never changes its meaning. A *finding* is one breach
of it, with the place in the claim and what to do. A claim with a finding that holds (reject, deny) is not sent.
"""
