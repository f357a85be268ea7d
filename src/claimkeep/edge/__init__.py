"""The world: commands, pages, wires, jobs. Thin, replaceable, last to be written."""
