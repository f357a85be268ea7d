"""Sealing, blind indexes and the audit tree, all on tink and the standard library's SHA-256: no cryptography is ours.

A *keyring* holds the keysets of one practice, wrapped by the master key. A *sealer* seals and opens values bound to
the place where they stand. A *blind index* turns a value into a token that can be searched but not read. The audit
*tree* gives one root for every event and all before it; a *checkpoint* is that root, signed.
"""
