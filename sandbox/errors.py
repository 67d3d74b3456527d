"""What the sandbox raises when Slack would say no."""


class SlackError(Exception):
    """An ``{"ok": false}`` answer of the Web API: an error code of Slack's and its details.

    ``messages`` go out as ``response_metadata.messages``; ``extra`` is merged into the answer.
    """

    def __init__(
        self, code: str, messages: list[str] | None = None, extra: dict[str, str] | None = None
    ) -> None:
        super().__init__(code)
        self.code = code
        self.messages = messages or []
        self.extra = extra or {}


class ClientRefusalError(Exception):
    """Something that a person cannot do in Slack's client, in words for the person."""

    def __init__(self, words: str, status: int = 400) -> None:
        super().__init__(words)
        self.words = words
        self.status = status
