"""The field's nouns: money, identifiers, codes, the claim and remittance tables, findings, errors.

Imports nothing of ours.
"""
