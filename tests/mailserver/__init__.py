"""A mail server in a process of its own, which does what a test tells it to."""
