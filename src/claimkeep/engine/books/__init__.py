"""The books: double entry in columns, append-only.

An *entry* is one event with a day and a source (its idempotency key); its *postings* name accounts and signed integer
cents, debit positive, and sum to zero. A *journal* is entries with their postings. Nothing is edited: a *contra* undoes
an entry by a new one that names it.
"""
