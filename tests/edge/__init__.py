"""Where Slack meets the bot: signatures, malformed requests, Socket Mode, a Slack in trouble."""
