"""Django's SQLite backend on SQLCipher: the whole file is encrypted with a raw 256-bit key."""
