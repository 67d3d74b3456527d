"""What people of the sample organisation said to each other: channels, feedback, rounds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from bot.sample.acts import (
    AnswerRound,
    AskFeedback,
    CloseRound,
    Give,
    Keep,
    OpenRound,
    ReadFeedback,
    Say,
    Summarise,
)
from bot.sample.goals import Goals
from bot.sample.stage import Stage
from bot.sample.story import Given
from domain.evidence import AddEvidence, EvidenceSource
from domain.feedback import GiveFeedback, MessageSource, SaveFeedback
from domain.notices import NoticeKind
from domain.rounds import AnswerRound as AnswerCommand
from domain.rounds import ApproveSummary, RoundHead, RoundPlace, ThreadReply
from domain.rounds import OpenRound as OpenCommand
from usecases.evidence import add_evidence
from usecases.feedback import ask_for_feedback, give_feedback, read_feedback, save_feedback
from usecases.round_answers import answer_anonymously, answer_privately, hear_reply
from usecases.rounds import approve_summary, close_round, finish_round, open_round


@dataclass(frozen=True, slots=True)
class Said:
    """A message in a channel, as others refer to it."""

    who: str
    channel: str
    ts: str
    words: str


@dataclass
class Talking:
    """Remembers what was said by its key, feedback by its story, rounds by their topic."""

    stage: Stage
    goals: Goals
    said: dict[str, Said] = field(default_factory=dict)
    begun: dict[datetime, str] = field(default_factory=dict)
    given: dict[Given, UUID] = field(default_factory=dict)
    rounds: dict[str, RoundHead] = field(default_factory=dict)
    questions: dict[str, str] = field(default_factory=dict)

    def say(self, act: Say) -> None:
        saying, channel = act.saying, self.stage.channels[act.saying.channel].id
        thread = self.begun[act.under] if act.under else None
        ts = self.stage.says(saying.who, channel, act.at, saying.words, thread)
        if act.under is None:
            self.begun[act.at] = ts
        if saying.key:
            self.said[saying.key] = Said(saying.who, channel, ts, saying.words)

    def give(self, act: Give) -> None:
        stage, given = self.stage, act.given
        about = stage.slack_user(given.about)
        goal = self.goals.cards[given.goal].id if given.goal else None
        origin, token = stage.by(given.who, act.at), stage.token()
        if given.message is None:
            feedback = GiveFeedback(
                about=about,
                feedback=given.words or "",
                kind=given.kind,
                visible_to=given.seen_by,
                goal=goal,
            )
            self.given[given] = give_feedback(stage.store, origin, feedback, token).id
            return
        said = self.said[given.message]
        source = MessageSource(stage.slack_user(said.who), stage.permalink(said.channel, said.ts))
        kept = SaveFeedback(
            about=about,
            feedback=given.words,
            kind=given.kind,
            visible_to=given.seen_by,
            goal=goal,
        )
        self.given[given] = save_feedback(stage.store, origin, kept, source, token).id

    def read(self, act: ReadFeedback) -> None:
        origin = self.stage.by(act.given.about, act.at)
        read_feedback(self.stage.store, origin, self.given[act.given])

    def ask(self, act: AskFeedback) -> None:
        origin = self.stage.by(act.asked.who, act.at)
        ask_for_feedback(self.stage.store, origin, self.stage.slack_user(act.asked.whom))

    def keep(self, act: Keep) -> None:
        stage, kept = self.stage, act.evidence
        said = self.said[kept.message]
        source = EvidenceSource(
            stage.permalink(said.channel, said.ts), hashlib.sha256(said.words.encode()).hexdigest()
        )
        goal = self.goals.cards[kept.goal].id
        origin = stage.by(kept.who, act.at)
        command = AddEvidence(goal=goal, note=kept.note)
        self.goals.cards[kept.goal] = add_evidence(
            stage.store, origin, command, source, stage.token()
        )

    def open_round(self, act: OpenRound) -> None:
        stage, story = self.stage, act.round
        channel = stage.channels[story.channel]
        place = RoundPlace(channel.id, channel.name, stage.members(channel), joined=True)
        command = OpenCommand(
            topic=story.topic,
            question=story.question,
            closes_on=stage.company.day(story.until),
            anonymous=story.anonymously is not None,
        )
        origin = stage.by(story.facilitator, act.at)
        head = open_round(stage.store, origin, command, place, stage.token())
        self.rounds[story.topic] = head
        self.questions[story.topic] = stage.place_one(NoticeKind.ROUND_QUESTION, head.id)

    def answer_round(self, act: AnswerRound) -> None:
        stage, head = self.stage, self.rounds[act.round.topic]
        origin = stage.by(act.who, act.at)
        answer = AnswerCommand(answer=act.words)
        match act.way:
            case "private":
                answer_privately(stage.store, origin, head.id, answer, stage.token(), asked=True)
            case "anonymous":
                answer_anonymously(stage.store, origin, head.id, answer, stage.token(), asked=True)
            case _:
                thread = self.questions[act.round.topic]
                ts = stage.says(act.who, head.channel, act.at, act.words, thread)
                hear_reply(stage.store, origin, head.channel, thread, ThreadReply(ts, act.words))

    def close_round(self, act: CloseRound) -> None:
        stage, head = self.stage, self.rounds[act.round.topic]
        close_round(stage.store, stage.by(act.round.facilitator, act.at), head.id)
        finish_round(stage.store, stage.clock(act.at), head.id)

    def summarise(self, act: Summarise) -> None:
        stage, head = self.stage, self.rounds[act.round.topic]
        origin = stage.by(act.round.facilitator, act.at)
        summary = ApproveSummary(summary=act.round.summary or "")
        approve_summary(stage.store, origin, head.id, summary, stage.token())
