"""One data file a guide: positions, columns, qualifiers, citations. No text of a guide stands here."""
