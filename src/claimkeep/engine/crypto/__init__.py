"""Sealing, blind indexes and the audit chain, all on tink and the standard library's SHA-256: no cryptography is ours.

A *keyring* holds the keysets of one practice, wrapped by the master key. A *sealer* seals and opens values bound to
the place where they stand. A *blind index* turns a value into a token that can be searched but not read. The *chain*
links audit events so that a change to one is seen in all that follow.
"""
