"""What stands in the way of a message, in words, and what an administrator does about it."""

from __future__ import annotations

from collections.abc import Mapping

from domain.dead_letters import Cause, DeadLetter, LetterGroup, Topic
from messages.i18n import N_
from messages.reading import Reader
from messages.safe import Safe

WHY: Mapping[Cause, str] = {
    Cause.NOT_IN_CHANNEL: N_("The app is no longer in the channel."),
    Cause.NO_CHANNEL: N_("Slack doesn't find the channel: it is deleted, or the app was removed."),
    Cause.ARCHIVED: N_("The channel is archived."),
    Cause.CLOSED_CHANNEL: N_("Only some people may post in the channel."),
    Cause.NO_THREAD: N_("The message that it was to stand under is deleted or closed."),
    Cause.NO_ACCOUNT: N_("The directory doesn't know their Slack account."),
    Cause.ACCOUNT_CLOSED: N_("Slack doesn't reach them: their account is closed, or another."),
    Cause.MESSAGES_OFF: N_("Messages between people and the app are switched off."),
    Cause.WORKSPACE_FULL: N_("The workspace has used up the messages that its plan allows."),
    Cause.TOO_LONG: N_("Slack finds the message too long."),
    Cause.MALFORMED: N_("Slack doesn't accept how the message is made."),
    Cause.UNFORESEEN: N_("Accord failed to make the message."),
    Cause.NO_ANSWER: N_("Slack didn't answer clearly, time after time."),
    Cause.APP_REFUSED: N_("Slack doesn't accept the app's token, or a right is missing."),
    Cause.OTHER: N_("Slack refuses it, for a reason that Accord doesn't know."),
}
WHAT_NOW: Mapping[Cause, str] = {
    Cause.NOT_IN_CHANNEL: N_("Invite it there with `/invite`, then try again."),
    Cause.NO_CHANNEL: N_("Invite the app again and try again. If the channel is gone, dismiss it."),
    Cause.ARCHIVED: N_("Unarchive it, then try again. Or dismiss it."),
    Cause.CLOSED_CHANNEL: N_("Let the app post in the channel's settings, then try again."),
    Cause.NO_THREAD: N_("Nothing can stand there any more: dismiss it."),
    Cause.NO_ACCOUNT: N_("Have `slack_user_id` added with the next import, then try again."),
    Cause.ACCOUNT_CLOSED: N_(
        "If they have left, have the directory say so, and dismiss it. If not, have their "
        "`slack_user_id` corrected, then try again."
    ),
    Cause.MESSAGES_OFF: N_(
        "Switch on the *Messages Tab* under *App Home* in the app's settings, then try again."
    ),
    Cause.WORKSPACE_FULL: N_("When the workspace can send again, try again."),
    Cause.TOO_LONG: N_("This is a mistake of Accord's: please report it. Dismiss it meanwhile."),
    Cause.MALFORMED: N_(
        "This is a mistake of Accord's: please report it. After an update, try again."
    ),
    Cause.UNFORESEEN: N_("The log says more under its reference. After an update, try again."),
    Cause.NO_ANSWER: N_("When Slack's status page says that all is well, try again."),
    Cause.APP_REFUSED: N_(
        "Install the app again and give Accord its token. Nothing is lost: everything waits."
    ),
    Cause.OTHER: N_("Slack's documentation explains its code. Then try again, or dismiss it."),
}
TOPICS: Mapping[Topic, str] = {
    Topic.GOAL: N_("about a goal"),
    Topic.CHECK_IN: N_("about check-ins"),
    Topic.FEEDBACK: N_("about feedback"),
    Topic.ANNOUNCEMENT: N_("an announcement"),
    Topic.ROLE: N_("about a role or a deputy"),
    Topic.REQUEST: N_("about a request"),
    Topic.RULES: N_("about the rules"),
    Topic.CONVERSATION: N_("an answer in the conversation"),
    Topic.RECORD: N_("a checkpoint of the record"),
    Topic.DELIVERY: N_("about undelivered messages"),
    Topic.HOME: N_("the Home page"),
}
POINTLESS: Mapping[str, str] = {
    "expired": N_("its time was over"),
    "person_left": N_("they have left"),
    "reader_cannot_act": N_("they can't act any more"),
    "answered": N_("it was answered"),
    "withdrawn": N_("it was withdrawn"),
    "outside_hours": N_("it comes at their next start of day"),
    "coalesced": N_("it comes with their next morning"),
}
"""Why something that was tried again was not sent after all, where there is more to say."""
_NO_LONGER = N_("no longer needed")


def letter_words(letter: DeadLetter, reader: Reader) -> Safe:
    """What sort of thing, for whom, when; with what helps to find it. Never what it says."""
    if letter.person is not None:
        whom = reader.say(N_("to %(name)s"), name=letter.person)
    elif letter.channel is not None:
        whom = reader.say(N_("in the channel `%(channel)s`"), channel=letter.channel)
    else:
        whom = reader.say(N_("to nobody in particular"))
    line = reader.say(
        N_("%(whom)s, %(topic)s, %(when)s"),
        whom=whom,
        topic=reader.gettext(TOPICS[letter.topic]),
        when=letter.at,
    )
    if letter.reference is not None:
        line += reader.say(N_(" · reference `%(reference)s`"), reference=letter.reference)
    if letter.in_doubt:
        line += Safe("\n") + reader.say(
            N_("It may be in Slack after all. *Try again* looks there first.")
        )
    return line


def group_words(group: LetterGroup, reader: Reader) -> Safe:
    """The cause, how many it stopped, and what to do."""
    why = reader.say(WHY[group.cause])
    if group.only is not None:
        lines = [Safe("*%s*") % why, letter_words(group.only, reader)]
    else:
        topics = [
            reader.write(
                N_("%(topic)s: %(count)s"), topic=reader.gettext(TOPICS[topic]), count=count
            )
            for topic, count in sorted(group.topics.items(), key=lambda one: (-one[1], one[0]))
        ]
        lines = [
            reader.say(N_("*%(count)s messages:* %(why)s"), count=group.count, why=why),
            reader.say(
                N_("%(topics)s. The last one: %(when)s"),
                topics="; ".join(topics),
                when=group.latest,
            ),
        ]
    lines.append(reader.say(WHAT_NOW[group.cause]))
    codes = reader.say(
        N_("Code: %(codes)s"), codes=Safe(", ").join(_code(code) for code in group.codes)
    )
    return Safe("\n").join([*lines, codes])


def pointless_words(reason: str, reader: Reader) -> str:
    """Why something was not sent after all."""
    return reader.gettext(POINTLESS.get(reason, _NO_LONGER))


def _code(code: str) -> Safe:
    """As Slack writes it, so that it can be looked up; whatever is no plain code is escaped."""
    return Safe("`%s`") % (Safe(code) if code.isascii() and code.isidentifier() else code)
