"""Answering: SPARQL in, bytes out, behind one small interface."""
