"""The published side as a folder of files: pages, data, dumps, catalogue; nothing of it needs the service."""
