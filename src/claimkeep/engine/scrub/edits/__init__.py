"""The edits, one file a subject; ids are those of the catalogue and never change their meaning."""
