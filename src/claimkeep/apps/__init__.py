"""State: Django applications that hold rows and verbs. They know no HTTP and are told the time."""
