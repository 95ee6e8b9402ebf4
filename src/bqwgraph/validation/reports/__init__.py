"""Reports: what was found, written for people, for CI systems and for other tools; one module a format."""
