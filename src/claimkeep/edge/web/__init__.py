"""The pages: what a person sees in a browser. One module of views a subject; templates and styles beside them."""
