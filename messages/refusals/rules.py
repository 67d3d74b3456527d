"""The policy, objections to its changes, and agreements."""

from __future__ import annotations

from collections.abc import Mapping

from messages.i18n import N_

RULE_WORDS: Mapping[str, str] = {
    # The policy.
    "policy_proposed_by": N_(
        "Only people with one of these roles for the whole organisation can propose a change of "
        "the rules: %(roles)s. `/accord roles` says whom to ask."
    ),
    "policy_withdrawn_by": N_(
        "Only people with one of these roles for the whole organisation can withdraw a version of "
        "the rules: %(roles)s. `/accord roles` says whom to ask."
    ),
    "policy_no_second_person": N_(
        "Two people change the rules, and nobody else can approve it now. Please have somebody "
        "named for it first: `/accord roles`."
    ),
    "policy_waiting": N_(
        "Version %(number)s of the rules is approved and holds from %(day)s on. What comes next "
        "builds on it: please wait for that day, or withdraw it first (`/accord policy`)."
    ),
    "policy_not_waiting": N_(
        "Version %(number)s doesn't wait any more: its day has come, or it was withdrawn. What "
        "holds is changed by a new version."
    ),
    "policy_text_and_file": N_(
        "There is a changed text above, and this file. Please keep one: empty the text, or take "
        "the file away."
    ),
    "policy_nothing_given": N_("Please write the policy here, or upload it as a file below."),
    "policy_same": N_("Nothing differs from the rules that hold. Please change something first."),
    "policy_too_early": N_(
        "Part of this is co-determined, so representatives hear of it %(days)s days beforehand. "
        "The earliest day is %(day)s."
    ),
    "policy_tomorrow": N_("The rules of a day stay as they are. The earliest day is %(day)s."),
    "policy_too_late": N_("This is more than two years away. Please pick a day before %(day)s."),
    "policy_locks_out": N_(
        "With this, no two people could change the rules again. Please name roles that two people "
        "hold for the whole organisation."
    ),
    "policy_moved_on": N_("The rules have changed meanwhile. Please propose it again."),
    "policy_before": N_("There were no rules on record before %(day)s."),
    "policy_no_such_version": N_("There is no such version of the rules."),
    # Objections.
    "objection_of_representatives": N_(
        "Only employee representatives of people whom this change touches can do this: %(names)s. "
        "Please tell one of them what you think of it."
    ),
    "objection_nobody": N_(
        "Only employee representatives of people whom this change touches can do this, and nobody "
        "is named for them. `/accord roles` shows who can name somebody."
    ),
    "objection_of_another": N_("%(name)s objected, and can withdraw it. Please ask them."),
    "objection_already": N_("You object to this already; that is enough to hold it up."),
    "objection_none_already": N_("You have said already that you have no objection."),
    "objection_stands": N_("You object to this. Please withdraw that first."),
    "objection_over": N_("This objection stands no more."),
    "objection_late": N_(
        "The time to object ended on %(when)s. A later change can be asked for at any time: please "
        "talk to whoever proposed it."
    ),
    "objection_undo_too_late": N_(
        "The time for Undo has passed. Please withdraw the objection, with a reason."
    ),
    # Agreements.
    "agreements_of_sides": N_(
        "Only HR and employee representatives register agreements. `/accord roles` says whom "
        "to ask."
    ),
    "scope_of_representatives": N_(
        "Only employee representatives open this. `/accord policy` shows the rules to everybody."
    ),
    "agreement_beyond_yours": N_(
        "Your role doesn't reach that far. Please choose a unit or region that it covers."
    ),
    "agreement_no_other_side": N_(
        "Both sides stand by an agreement, and nobody speaks for the other side there. Please have "
        "somebody named for it first: `/accord roles`."
    ),
    "agreement_waits": N_(
        "Another version waits for the other side, or was answered meanwhile. Please look at it "
        "first."
    ),
    "agreement_other_side": N_("The other side confirms it, or sends it back."),
    "agreement_answered": N_("This version was answered or withdrawn already."),
    "agreement_settles_nothing": N_(
        "No objection stands to version %(number)s of the rules. `/accord objections` shows which "
        "does."
    ),
    "agreement_ends_first": N_("It would end before it begins. Please pick a later day."),
    "agreement_link": N_("Please give a link that begins with https://."),
    "agreement_sha256": N_("A SHA-256 has 64 digits from 0 to 9 and a to f."),
    "clause_without_number": N_(
        "Please put a number before the first clause, and one clause on each line: 1 …"
    ),
    "clause_twice": N_("There are two clauses %(number)s. Please give each its own number."),
    "codes_no_second_person": N_(
        "Two people are needed, and nobody else in HR or compliance can approve this now. Please "
        "have somebody named for it first: `/accord roles`."
    ),
}
