"""files.*: the upload in three steps, and what is known of a file."""

from __future__ import annotations

from sandbox.api_args import Args
from sandbox.api_chat import visible_from, writable
from sandbox.conversations import Message
from sandbox.errors import SlackError
from sandbox.files import file_object
from sandbox.hub import Sandbox
from sandbox.json_types import Json


def get_upload_url(sandbox: Sandbox, args: Args) -> Json:
    name = args.required("filename")
    length = args.number("length", 0, 1_000_000_000)
    file = sandbox.files.announce(name, length, sandbox.config.bot_user_id)
    file.alt = args.text("alt_txt")
    return {"upload_url": f"{sandbox.base_url}/upload/{file.id}", "file_id": file.id}


def complete_upload(sandbox: Sandbox, args: Args) -> Json:
    """Without a channel the files stay visible to the bot alone."""
    wanted = args.structure("files", "invalid_arguments")
    if not isinstance(wanted, list) or not all(isinstance(each, dict) for each in wanted):
        raise SlackError(
            "invalid_arguments", ["[ERROR] must provide an array [json-pointer:/files]"]
        )
    if not wanted:
        raise SlackError("invalid_arguments", ["[ERROR] missing required field: files"])
    files = [sandbox.files.get(str(each.get("id"))) for each in wanted]
    for file, given in zip(files, wanted, strict=True):
        if file.content is None:
            raise SlackError("file_not_found")
        file.title = given.get("title") or file.name
    channels = [c for c in (args.text("channel_id") or args.text("channels")).split(",") if c]
    for channel_id in channels:
        conversation = writable(sandbox, channel_id)
        for file in files:
            file.channels.append(conversation.id)
        sandbox.workspace.post(
            Message(
                channel=conversation.id,
                ts=sandbox.clock.next_ts(),
                user=sandbox.config.bot_user_id,
                bot_id=sandbox.config.bot_id,
                text=args.text("initial_comment"),
                thread_ts=args.text("thread_ts") or None,
                files=[file_object(file, sandbox.base_url) for file in files],
                visible_at=visible_from(sandbox, "files.completeUploadExternal", conversation.id),
            )
        )
    return {"files": [file_object(file, sandbox.base_url) for file in files]}


def info(sandbox: Sandbox, args: Args) -> Json:
    file = sandbox.files.get(args.required("file"))
    return {"file": file_object(file, sandbox.base_url), "comments": []}
