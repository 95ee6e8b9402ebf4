"""SHACL engines: each runs in a process of its own, so that a crash of one is an error like any other."""
