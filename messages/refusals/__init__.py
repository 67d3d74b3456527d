"""Words for refusals, by what they are about; `messages.errors` puts them together."""
