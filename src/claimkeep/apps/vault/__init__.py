"""Data keys, sealed model fields, blind-index tokens and sealed documents.

A *data key* is a tink keyset of one practice and one purpose, wrapped by the master key. A *sealed field* is a column
whose value opens only in its own row. A *token* finds a sealed value without showing it. A *document* is a file as it
came or went, sealed whole.
"""
