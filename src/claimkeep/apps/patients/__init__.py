"""The people who were treated: demographics and identifiers, every identifier sealed (45 CFR 164.514(b)(2))."""
