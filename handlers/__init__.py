"""Slack requests in: payload → command, one use case, answer. No rule, no SQL, no words."""
