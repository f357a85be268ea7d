"""The books: entries of postings that sum to zero. Insert only; reversed, never edited.

Claims are named by number and patients by id, with no key upward: the books outlive what they tell of.
"""
