"""Builds with one safeguard switched off: the test of that safeguard must see the difference."""
