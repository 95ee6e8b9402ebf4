"""Describing and delivering: what a snapshot is, for others, and how it gets to them."""
