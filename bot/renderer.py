"""Puts into words what delivery is about to send: reads what is true now, renders it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.errors import AccordError, Busy
from domain.notices import NoticeKind, Part
from domain.origin import Origin, Via
from domain.screens import Home
from domain.screens import Pointless as NothingToTell
from handlers.commands import Words
from handlers.conversation import answer_said
from handlers.errors import words_for
from handlers.features import Asking
from messages.help import not_listed_message, plain
from messages.home import home_view
from messages.notices import notice_message
from messages.outcomes import closed_message
from messages.reading import Reader
from messages.surfaces import Message
from messages.templates import Templates
from scheduler.rendering import HomeView, Later, MessageWanted, Pointless, Rendered
from storage.unit_of_work import Store
from usecases.access import identify, origin_of_person
from usecases.conversation import words_heard
from usecases.home import home_of
from usecases.hours import next_hours
from usecases.notices import read_post


@dataclass(frozen=True, slots=True)
class AccordRenderer:
    """The renderer of the product, for `scheduler.delivery`."""

    store: Store
    templates: Templates
    words: Words

    def message(self, wanted: MessageWanted) -> Rendered | Pointless | Later:
        origin = _origin(wanted.business_now)
        if wanted.within_hours and wanted.person_id is not None:
            at_work = next_hours(self.store, origin, wanted.person_id)
            if at_work is None:
                return Pointless("never_at_work")
            if at_work.day is None or wanted.morning not in (None, at_work.day):
                return Later(at_work.begins)
        if wanted.kind is NoticeKind.CONVERSATION_REPLY:
            if wanted.person_id is None:
                return Pointless("no_reader")
            return self._reply(origin, wanted.subject, wanted.person_id)
        if wanted.kind is NoticeKind.NOT_LISTED:
            return _rendered(not_listed_message(Reader.of_nobody(wanted.business_now)))
        try:
            about = Part(wanted.kind, wanted.subject, wanted.about)
            notice = read_post(self.store, origin, about, wanted.parts, wanted.person_id)
        except Busy:
            raise
        except AccordError as refusal:
            return Pointless(refusal.code)
        if isinstance(notice, NothingToTell):
            return Pointless(notice.reason)
        return _rendered(notice_message(notice, wanted.business_now, self.templates))

    def _reply(self, origin: Origin, said: UUID, person: UUID) -> Rendered | Pointless:
        words = words_heard(self.store, origin, said)
        if words is None:
            return Pointless("words_gone")
        asker = origin_of_person(self.store, origin, person)
        reader = Reader.of(identify(self.store, asker), origin.now)
        asking = Asking(lambda: reader)
        try:
            return _rendered(answer_said(self.words, words, asker, asking))
        except AccordError as error:
            return _rendered(plain(words_for(error, asking.reader, asker)))

    def closing(self, *, person_id: UUID, business_now: datetime) -> Rendered | Pointless:
        try:
            asker = origin_of_person(self.store, _origin(business_now), person_id)
            reader = Reader.of(identify(self.store, asker), business_now)
        except Busy:
            raise
        except AccordError as refusal:
            return Pointless(refusal.code)
        return _rendered(closed_message(reader))

    def home(self, *, person_id: UUID, business_now: datetime) -> HomeView | Pointless:
        home = home_of(self.store, _origin(business_now), person_id)
        if isinstance(home, Home):
            return HomeView(home_view(home, Reader.of(home.reader, home.now)).payload())
        return Pointless(home.reason)


def _origin(now: datetime) -> Origin:
    return Origin(via=Via.CLOCK, now=now, request=secrets.token_hex(8))


def _rendered(message: Message) -> Rendered:
    return Rendered(message.text, message.blocks)
