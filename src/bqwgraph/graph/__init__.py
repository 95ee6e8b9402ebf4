"""Reading: files, namespaces, canonical Turtle, inference and the immutable snapshot."""
