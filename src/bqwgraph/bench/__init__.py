"""Measuring: a made-up province of any size, and a runner that compares the service with others on the same machine."""
