"""Connections to others. A wire carries bytes and says when it could not; what the bytes mean is decided elsewhere."""
