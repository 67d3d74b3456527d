"""Any people, answering a round in any way and order, heard or not: no answer is lost or named."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, select, update

from domain.errors import AccordError, Unknown
from domain.notices import NoticeKind
from domain.origin import Origin, Via
from domain.people import Standing
from domain.rounds import (
    FEWEST_FOR_ANONYMITY,
    AnonymousFate,
    AnswerRound,
    OpenRound,
    RoundHead,
    RoundPlace,
    RoundState,
    ThreadReply,
)
from domain.verification import Verdict
from messages.reading import Reader
from messages.round_words import draft_summary
from storage import round_answers as stored
from storage import rounds as stored_rounds
from storage.database import open_engine
from storage.outbox import MessageRef
from storage.schema import complete_metadata
from storage.tables.outbox import Post
from storage.tables.people import Person
from storage.verify import verify
from tests.company import settle_company, slack_id
from tests.databases import Databases, Kind
from tests.rules.office import KEYRING, MONDAY, Office, id_of
from usecases import round_answers, rounds
from usecases.round_answers import FoundReply

CHANNEL, QUESTION = "C0RELEASE", "1803800000.000001"
MIRA = "Mira"
PEOPLE = ("Lena", "Jonas", "Omar", "Emil", "Tarik", "Nora", "Gustav")
STEP = timedelta(minutes=3)
"""Longer than Slack's history may lag."""

name_of_somebody = st.sampled_from(PEOPLE)


@dataclass
class Said:
    """A reply as it stands in Slack."""

    author: str
    words: str
    late: bool


@dataclass
class Told:
    """What people have said, as they would tell it."""

    thread: dict[str, Said] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    private: dict[str, str] = field(default_factory=dict)
    anonymous: dict[str, str] = field(default_factory=dict)


class Rounds(RuleBasedStateMachine):
    """Some of what happens in Slack goes unheard; reading the thread makes up for it."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        settle_company(engine)
        self.office = Office(engine)
        self.store = self.office.store
        self.members = {MIRA, *PEOPLE}
        self.gone: set[str] = set()
        self.told = Told()
        self.heard: dict[str, str] = {}
        """What the record ought to hold of the thread by now."""
        self.said = 0
        self.tokens: list[tuple[str, str, bool]] = []

    @initialize()
    def it_opens(self) -> None:
        place = RoundPlace(CHANNEL, "release", [slack_id(one) for one in self.members], True)
        asked = OpenRound(
            topic="Release week",
            question="What should we keep?",
            closes_on=date(2027, 3, 5),
            anonymous=True,
        )
        self.round = rounds.open_round(self.store, self.by(MIRA), asked, place, uuid4().hex).id
        with self.store.write(self.office.operator()) as work:
            work.connection.execute(
                update(Post)
                .where(Post.kind == NoticeKind.ROUND_QUESTION)
                .values(ts=QUESTION, channel=CHANNEL)
            )

    def by(self, name: str) -> Origin:
        return self.office.by(name)

    @property
    def head(self) -> RoundHead:
        with self.office.engine.connect() as connection:
            head = stored_rounds.by_id(connection, self.round)
        assert head is not None
        return head

    def words(self, way: str) -> str:
        self.said += 1
        return f"{way}-{self.said}-"

    # The thread

    @rule(name=name_of_somebody, heard=st.booleans())
    def somebody_replies(self, name: str, heard: bool) -> None:
        if name not in self.members or name in self.gone:
            return
        self.office.wait(STEP)
        now = self.office.watch.now
        ts = f"{int(now.timestamp())}.{self.said:06d}"
        late = not self.head.open or now > self.head.closes_at
        self.told.thread[ts] = Said(name, self.words("open"), late)
        if heard:
            self.hear(ts)

    @rule(which=st.integers(0, 9), heard=st.booleans())
    def somebody_edits(self, which: int, heard: bool) -> None:
        ts = self.one_of_those_who_are_here(which)
        if ts is not None:
            self.told.thread[ts].words = self.words("open")
            if heard:
                self.hear(ts)

    @rule(which=st.integers(0, 9), heard=st.booleans())
    def somebody_deletes(self, which: int, heard: bool) -> None:
        ts = self.one_of_those_who_are_here(which)
        if ts is not None:
            del self.told.thread[ts]
            if heard:
                author = self.office.operator()
                round_answers.follow_deletion(self.store, author, CHANNEL, QUESTION, ts)
                self.is_gone(ts)

    def one_of_those_who_are_here(self, which: int) -> str | None:
        theirs = [ts for ts, one in self.told.thread.items() if one.author not in self.gone]
        return theirs[which % len(theirs)] if theirs else None

    def hear(self, ts: str) -> None:
        one = self.told.thread[ts]
        reply = ThreadReply(ts, one.words)
        round_answers.hear_reply(self.store, self.by(one.author), CHANNEL, QUESTION, reply)
        self.heard[ts] = one.words

    def is_gone(self, ts: str) -> None:
        if self.heard.pop(ts, None) is not None and self.head.state is RoundState.CLOSED:
            self.told.withdrawn.add(ts)

    @rule()
    def the_thread_is_read(self) -> None:
        self.office.wait(STEP)
        question = MessageRef(CHANNEL, QUESTION)
        found = [
            FoundReply(question, self.by(one.author), ThreadReply(ts, one.words))
            for ts, one in self.told.thread.items()
        ]
        clock = self.office.operator()
        read_at = self.office.watch.now
        round_answers.merge_threads(self.store, clock, self.round, found, read_at)
        for ts in set(self.heard) - set(self.told.thread):
            self.is_gone(ts)
        for ts, one in self.told.thread.items():
            # Of whoever has left meanwhile, nothing new is taken in.
            if one.author not in self.gone:
                self.heard[ts] = one.words

    # Dialogs

    @rule(name=st.sampled_from((*PEOPLE, MIRA)))
    def somebody_answers_privately(self, name: str) -> None:
        words, token = self.words("private"), uuid4().hex
        first = self.try_to_answer(name, words, token, anonymous=False)
        if first is not None:
            assert first is (name not in self.told.private)
            self.told.private[name] = words
            self.tokens.append((token, name, False))

    @rule(name=st.sampled_from((*PEOPLE, MIRA)))
    def somebody_answers_anonymously(self, name: str) -> None:
        words, token = self.words("anonymous"), uuid4().hex
        again = name in self.told.anonymous
        before = self.everything()
        if self.try_to_answer(name, words, token, anonymous=True, again=again) is None:
            assert self.everything() == before
            return
        self.told.anonymous[name] = words
        self.tokens.append((token, name, True))
        self.nothing_new_names(name, before)

    @precondition(lambda self: self.tokens)
    @rule(which=st.integers(0, 9))
    def a_dialog_is_sent_twice(self, which: int) -> None:
        token, name, anonymous = self.tokens[which % len(self.tokens)]
        if self.may_answer(name):
            self.try_to_answer(name, self.words("twice"), token, anonymous=anonymous)

    def may_answer(self, name: str) -> bool:
        over = not self.head.open or self.office.watch.now >= self.head.closes_at
        return name in self.members and name not in self.gone and name != MIRA and not over

    def try_to_answer(
        self, name: str, words: str, token: str, *, anonymous: bool, again: bool = False
    ) -> bool | None:
        """Whether it was the first such answer; None where it was refused, as it had to be."""
        act = round_answers.answer_anonymously if anonymous else round_answers.answer_privately
        may = self.may_answer(name) and not again
        command = AnswerRound(answer=words)
        asked = name in self.members
        try:
            first = act(self.store, self.by(name), self.round, command, token, asked=asked)
        except AccordError:
            assert not may
            return None
        assert may
        return first is not False

    def everything(self) -> dict[str, set[tuple[Any, ...]]]:
        with self.office.engine.connect() as connection:
            return {
                table.name: {tuple(row) for row in connection.execute(select(table))}
                for table in complete_metadata().sorted_tables
            }

    def nothing_new_names(self, name: str, before: dict[str, set[tuple[Any, ...]]]) -> None:
        """What an anonymous answer leaves behind leads to nobody."""
        person = id_of(name)
        traces = (name, slack_id(name), str(person), person.hex)
        for table, now in self.everything().items():
            for row in now - before[table]:
                for value in row:
                    assert value != person
                    shown = value.decode("latin1") if isinstance(value, bytes) else str(value)
                    assert not any(trace in shown for trace in traces), table
                    assert person.bytes.decode("latin1") not in shown

    # People and time

    @rule(name=name_of_somebody)
    def somebody_leaves_the_channel_or_comes_back(self, name: str) -> None:
        self.members ^= {name}

    @rule(name=st.sampled_from(("Tarik", "Nora")))
    def an_account_is_closed_or_opened(self, name: str) -> None:
        self.gone ^= {name}
        standing = Standing.DEACTIVATED if name in self.gone else Standing.FULL
        with self.store.write(self.office.operator()) as work:
            work.connection.execute(
                update(Person).where(Person.id == id_of(name)).values(standing=standing)
            )

    @precondition(lambda self: self.said > 3)
    @rule(days=st.sampled_from([1, 1, 5]))
    def time_passes(self, days: int) -> None:
        self.office.wait(timedelta(days=days))

    @precondition(lambda self: self.said > 6)
    @rule(by_hand=st.booleans())
    def it_closes(self, by_hand: bool) -> None:
        self.office.wait(STEP)
        was = self.head.state
        if by_hand:
            try:
                rounds.close_round(self.store, self.by(MIRA), self.round)
            except AccordError:
                assert was is not RoundState.OPEN
            else:
                assert was is RoundState.OPEN
        due = rounds.stop_due_rounds(self.store, self.clock())
        if due:
            # As the bot does: the thread is read before the results are made.
            self.the_thread_is_read()
            assert rounds.finish_round(self.store, self.clock(), self.round)
        assert not rounds.finish_round(self.store, self.clock(), self.round)

    def clock(self) -> Origin:
        return Origin(Via.CLOCK, self.store.clock.business(), uuid4().hex)

    # What always holds

    @invariant()
    def all_is_in_order(self) -> None:
        self.no_answer_in_the_thread_is_lost()
        with self.office.engine.connect() as connection:
            private = stored.private_count(connection, self.round)
            anonymous = stored.anonymous_count(connection, self.round)
            ballots = stored.ballot_count(connection, self.round)
            key = stored_rounds.ballot_key(connection, self.round)
        head, given = self.head, len(self.told.anonymous)
        assert private == len(self.told.private)
        if head.state is not RoundState.CLOSED:
            assert ballots == anonymous == given
            self.nobody_reads_before_closing()
            return
        assert (ballots, key) == (0, None)
        kept = given if given >= FEWEST_FOR_ANONYMITY else 0
        assert anonymous == kept
        fate = AnonymousFate.KEPT if kept else AnonymousFate.DELETED
        assert head.anonymous_fate is (fate if given else AnonymousFate.NONE)
        self.the_results_are_whole(kept)

    def no_answer_in_the_thread_is_lost(self) -> None:
        with self.office.engine.connect() as connection:
            replies = stored.replies(connection, self.round)
        assert {one.ts: one.words for one in replies if one.words} == self.heard
        assert {one.ts for one in replies if one.words is None} == self.told.withdrawn
        for one in replies:
            said = self.told.thread.get(one.ts)
            if said is not None:
                assert (one.author, one.late) == (id_of(said.author), said.late)

    def nobody_reads_before_closing(self) -> None:
        for name in (MIRA, "Lena"):
            try:
                round_answers.read_confidential(self.store, self.by(name), self.round)
            except AccordError:
                continue
            raise AssertionError(name)

    def the_results_are_whole(self, kept: int) -> None:
        found = round_answers.read_confidential(self.store, self.by(MIRA), self.round)
        assert {author.id: words for author, words in found.private} == {
            id_of(name): words for name, words in self.told.private.items()
        }
        assert sorted(found.anonymous) == (sorted(self.told.anonymous.values()) if kept else [])
        result = rounds.round_result(self.store, self.by(MIRA), self.round)
        draft = draft_summary(result, Reader.of_nobody(MONDAY))
        for words in self.heard.values():
            assert words in draft
        for words in (*self.told.private.values(), *self.told.anonymous.values()):
            assert words not in draft
        try:
            round_answers.read_confidential(self.store, self.by("Lena"), self.round)
        except (AccordError, Unknown):
            return
        raise AssertionError("somebody else read what was for the facilitator")

    def teardown(self) -> None:
        assert verify(self.office.engine, KEYRING).verdict is Verdict.INTACT
        self.office.engine.dispose()


def test_no_answer_is_lost_or_leads_to_whom_it_must_not(databases: Databases) -> None:
    class InAFreshCompany(Rounds):
        def __init__(self) -> None:
            super().__init__(open_engine(databases.fresh(Kind.SQLITE)))

    run_state_machine_as_test(
        InAFreshCompany,
        settings=settings(
            max_examples=10,
            stateful_step_count=35,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
