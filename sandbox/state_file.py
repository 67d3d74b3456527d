"""A SQLite file that keeps conversations over a restart. Everything is written as it happens."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict, fields
from pathlib import Path

from sandbox.config import PersonConfig
from sandbox.conversations import Conversation, Message
from sandbox.dialogs import View
from sandbox.files import File
from sandbox.hub import Sandbox
from sandbox.json_types import Json
from sandbox.people import Person
from sandbox.workspace import Change

SCHEMA = """
CREATE TABLE IF NOT EXISTS conversation (id TEXT PRIMARY KEY, content TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS message (
    channel TEXT NOT NULL, ts TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY (channel, ts));
CREATE TABLE IF NOT EXISTS person (id TEXT PRIMARY KEY, content TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS home (user TEXT PRIMARY KEY, content TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS file (id TEXT PRIMARY KEY, content TEXT NOT NULL, bytes BLOB);
"""
TABLES = ("conversation", "message", "person", "home", "file")
UNSAVED = ("messages", "ephemerals")  # messages have a table of their own


class StateFile:
    """Restores what a former run has seen and writes through what changes.

    Dialogs, triggers and ephemeral messages are not kept: Slack's client loses them too.
    """

    def __init__(self, sandbox: Sandbox, path: Path) -> None:
        self._sandbox = sandbox
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        # A killed process loses nothing with OFF; only a crash of the machine might.
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;" + SCHEMA)

    def close(self) -> None:
        self._db.close()

    def forget(self) -> None:
        for table in TABLES:
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608  names from the constant above

    def on_change(self, change: Change) -> None:
        if change.what in ("message", "changed", "deleted"):
            self._keep_message(change)
        if change.what == "past" and change.conversation:
            self._keep_past(change.conversation)
        if change.conversation and change.what != "ephemeral":
            self._keep_conversation(change.conversation)
        if change.what == "person" and change.user:
            profile = self._sandbox.workspace.people[change.user].profile
            self._put("person", change.user, profile.model_dump())
        if change.what == "home" and change.user:
            self._put("home", change.user, asdict(self._sandbox.dialogs.homes[change.user]))

    def _put(self, table: str, key: str, content: Json) -> None:
        sql = f"INSERT OR REPLACE INTO {table} VALUES (?, ?)"  # noqa: S608  our own table names
        self._db.execute(sql, (key, json.dumps(content)))

    def _keep_message(self, change: Change) -> None:
        message = change.message
        if message is None or message.only_for:
            return
        conversation = self._sandbox.workspace.conversations[message.channel]
        if message.ts not in conversation.messages:
            sql = "DELETE FROM message WHERE channel = ? AND ts = ?"
            self._db.execute(sql, (message.channel, message.ts))
            return
        self._db.execute(
            "INSERT OR REPLACE INTO message VALUES (?, ?, ?)",
            (message.channel, message.ts, json.dumps(asdict(message))),
        )
        for each in message.files:
            self._keep_file(self._sandbox.files.files[each["id"]])

    def _keep_past(self, conversation: Conversation) -> None:
        rows = [(m.channel, m.ts, json.dumps(asdict(m))) for m in conversation.messages.values()]
        self._db.execute("BEGIN")
        self._db.executemany("INSERT OR REPLACE INTO message VALUES (?, ?, ?)", rows)
        self._db.execute("COMMIT")

    def _keep_file(self, file: File) -> None:
        content = asdict(file) | {"content": None}
        self._db.execute(
            "INSERT OR REPLACE INTO file VALUES (?, ?, ?)",
            (file.id, json.dumps(content), file.content),
        )

    def _keep_conversation(self, conversation: Conversation) -> None:
        names = [field.name for field in fields(conversation) if field.name not in UNSAVED]
        self._put("conversation", conversation.id, {n: getattr(conversation, n) for n in names})

    def restore(self) -> None:
        workspace = self._sandbox.workspace
        for (content,) in self._db.execute("SELECT content FROM person"):
            profile = PersonConfig.model_validate_json(content)
            team = profile.team_id or self._sandbox.config.team_id
            workspace.people[profile.id] = Person(profile, team)
        for (content,) in self._db.execute("SELECT content FROM conversation"):
            workspace.restore(Conversation(**json.loads(content)))
        for (content,) in self._db.execute("SELECT content FROM message ORDER BY ts"):
            message = Message(**json.loads(content))
            known = workspace.conversations[message.channel].messages
            known[message.ts] = message
            if message.is_reply and message.thread_ts in known:
                known[message.thread_ts].thread_ts = message.thread_ts
            self._sandbox.clock.not_before(message.ts)
        for (content,) in self._db.execute("SELECT content FROM home"):
            self._sandbox.dialogs.restore_home(View(**json.loads(content)))
        for content, stored in self._db.execute("SELECT content, bytes FROM file"):
            file = File(**json.loads(content))
            file.content = stored
            self._sandbox.files.files[file.id] = file
