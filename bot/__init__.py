"""Puts the parts together: settings, composition root, CLI, HTTP server, Socket Mode."""
