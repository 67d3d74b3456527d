"""What becomes of the bot's acks: replies to commands, responses to submissions, response_url."""

from __future__ import annotations

from sandbox.blocks import block_problems
from sandbox.bot_link import BotAnswer
from sandbox.conversations import Message
from sandbox.dialogs import View
from sandbox.errors import SlackError
from sandbox.hub import Sandbox
from sandbox.json_types import Json
from sandbox.response_urls import ResponseUrl

TROUBLE = "We had some trouble connecting. Try again?"
ANSWER_KEYS = {
    "text",
    "blocks",
    "attachments",
    "response_type",
    "replace_original",
    "delete_original",
    "thread_ts",
    "mrkdwn",
    "metadata",
    "unfurl_links",
    "unfurl_media",
}


def _checked(answer: Json) -> tuple[str, list[Json]]:
    """Text and blocks of an answer; raises SlackError as the Web API would."""
    blocks = answer.get("blocks")
    if "blocks" in answer and (problems := block_problems(blocks)):
        raise SlackError("invalid_blocks", problems)
    text = answer.get("text") or ""
    if not isinstance(text, str):
        raise SlackError("invalid_text")
    if not text and not blocks:
        raise SlackError("no_text")
    return text, blocks or []


def reply(sandbox: Sandbox, user: str, channel: str, answer: Json) -> Message:
    """A new message as an answer: for the person alone unless ``in_channel``."""
    text, blocks = _checked(answer)
    in_channel = answer.get("response_type") == "in_channel"
    return sandbox.workspace.post(
        Message(
            channel=channel,
            ts=sandbox.clock.next_ts(),
            user=sandbox.config.bot_user_id,
            bot_id=sandbox.config.bot_id,
            text=text,
            blocks=blocks,
            thread_ts=answer.get("thread_ts"),
            only_for=None if in_channel else user,
        )
    )


def command_reply(sandbox: Sandbox, user: str, channel: str, answer: BotAnswer) -> Message | None:
    """What the ack of a command shows; an empty body shows nothing."""
    if not answer.body.strip():
        return None
    content = answer.json
    if content is None:
        content = {"text": answer.body.decode(errors="replace")}
    if not content or not (content.get("text") or content.get("blocks")):
        return None
    return reply(sandbox, user, channel, content)


def respond(sandbox: Sandbox, key: str, answer: Json) -> None:
    """One use of a response_url; raises SlackError."""
    if unknown := set(answer) - ANSWER_KEYS:
        raise SlackError("invalid_payload", [f"unknown: {', '.join(sorted(unknown))}"])
    target = sandbox.response_urls.use(key)
    source = _still_there(sandbox, target)
    if answer.get("delete_original"):
        if source:
            sandbox.workspace.delete(source)
        return
    if answer.get("replace_original") and source:
        text, blocks = _checked(answer)
        sandbox.workspace.edit(source, text, blocks, by=sandbox.config.bot_user_id)
        return
    reply(sandbox, target.user, target.channel, answer)


def _still_there(sandbox: Sandbox, target: ResponseUrl) -> Message | None:
    source = target.source
    if source is None:
        return None
    conversation = sandbox.workspace.conversations[source.channel]
    found = conversation.messages.get(source.ts) or conversation.ephemerals.get(source.ts)
    if found is None:
        raise SlackError("message_not_found")
    return found


def after_submission(sandbox: Sandbox, view: View, answer: BotAnswer) -> str | None:
    """Do what the ack of a view_submission asks for; returns Slack's error to the person, if any.

    Whatever goes wrong leaves the dialog open with all that was typed.
    """
    if answer.ok and not answer.body.strip():
        _close(sandbox, view)
        return None
    content = answer.json if answer.ok else None
    if content is None:
        return TROUBLE
    if not content:
        _close(sandbox, view)
        return None
    try:
        return _do(sandbox, view, content)
    except SlackError:
        return TROUBLE


def _close(sandbox: Sandbox, view: View) -> None:
    top = sandbox.dialogs.top(view.user)
    if top is view:
        sandbox.dialogs.pop(view.user)


def _do(sandbox: Sandbox, view: View, content: Json) -> str | None:
    what = content.get("response_action")
    if what == "errors":
        return _show_errors(view, content.get("errors"))
    if what == "clear":
        sandbox.dialogs.clear(view.user)
    elif what == "update":
        sandbox.dialogs.update(view, content.get("view"))
    elif what == "push":
        sandbox.dialogs.push_on(view.user, content.get("view"))
    else:
        return TROUBLE
    return None


def _show_errors(view: View, errors: object) -> str | None:
    """Errors may stand at inputs that are on screen, and only there."""
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or set(errors) - inputs:
        return TROUBLE
    if not all(isinstance(text, str) and text for text in errors.values()):
        return TROUBLE
    view.field_errors = dict(errors)
    return None
