"""One module of views a subject. A view asks, and hands what it got to a template."""
