"""Pure rules and tables: no Django, no input or output, no clock, no environment."""
