"""A pretend Slack workspace: Slack's HTTP and WebSocket surface, with Slack's strictness.

It imports nothing of ours. A bot talks to it as it would to Slack, people are played through
``/sandbox/as/{user}/…`` or on the page at ``/``.
"""
