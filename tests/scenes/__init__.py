"""Scenes: people at work in the pretend Slack, over HTTP, on both databases."""
