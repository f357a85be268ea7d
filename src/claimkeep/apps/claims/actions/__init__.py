"""Writes of claims, one file a verb: build, submit, receive, acknowledge; `steps` writes the events of the axes."""
