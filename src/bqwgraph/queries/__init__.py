"""The saved queries: one file each, with a header that says what it asks and what it takes."""
