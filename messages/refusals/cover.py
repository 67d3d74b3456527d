"""Days away, deputies and acting managers."""

from __future__ import annotations

from collections.abc import Mapping

from messages.i18n import N_

COVER_WORDS: Mapping[str, str] = {
    # Days away and deputies.
    "days_upside_down": N_("This is before the first day. Please pick that day or a later one."),
    "days_over": N_("These days have passed. Please pick today or a later day."),
    "days_too_many": N_("This is more than a year. Please pick an earlier day."),
    "days_too_far": N_("This is more than a year away. Please pick an earlier day."),
    "leave_began_long_ago": N_("This is more than a month ago. Please pick a later day."),
    "deputy_from_past": N_("This is in the past. Please pick today or a later day."),
    "own_leave_overlaps": N_(
        "You have entered %(first)s to %(last)s already. Please choose other days, or take those "
        "back first."
    ),
    "quiet_needs_from": N_("Please say from when on too, or leave both empty."),
    "quiet_needs_to": N_("Please say until when too, or leave both empty."),
    "quiet_all_day": N_("Both times are the same. Please choose two different ones."),
    "hours_leave_nothing": N_(
        "This leaves less than an hour of your working day for messages, which goes from "
        "%(begins)s to %(ends)s. Please leave a little more."
    ),
    "list_day_fixed": N_("Your organisation has fixed this day. Please choose *As usual*."),
    "leave_over": N_("These days have passed, or were taken back already."),
    "own_deputy_is_self": N_("You can't be your own deputy. Please choose somebody else."),
    "deputy_cannot": N_(
        "%(name)s can't stand in for others: guests see their own goals only. Please choose "
        "somebody else."
    ),
    "guest_names_no_deputy": N_(
        "You decide about your own goals only, so there is nothing that a deputy could do for you."
    ),
    "own_delegation_overlaps": N_(
        "%(name)s stands in for you already on some of these days. Please choose other days, or "
        "end that first."
    ),
    "delegation_over": N_("This has ended already."),
    "codes_reset_own": N_("Your own codes are reset by somebody else: please ask another of you."),
    "codes_none_to_reset": N_("%(name)s has no one-time codes, so there is nothing to reset."),
    "holds_of_legal": N_(
        "Legal holds are for people in legal and compliance whose role covers the person. "
        "`/accord roles` says whom to ask."
    ),
    "hold_on_oneself": N_("Nobody places a hold on themselves. Please ask somebody else in legal."),
    "hold_beyond_yours": N_("Your role in legal doesn't cover %(name)s. Please choose another."),
    "hold_over": N_("This hold has ended, or isn't yours to see. `/accord hold` shows the others."),
    "hold_no_second_person": N_(
        "Two people end a hold, and nobody else in legal or compliance can approve it now. Please "
        "have somebody named for it first: `/accord roles`."
    ),
    "erasures_of_hr": N_(
        "Erasing is for people in HR and compliance whose role covers the person. `/accord roles` "
        "says whom to ask."
    ),
    "erase_oneself": N_("Somebody else in HR or compliance erases what is held on you."),
    "erase_still_here": N_(
        "%(name)s still works here. Everything, and goals, can be erased once they have left."
    ),
    "erase_no_ledger": N_(
        "Nothing was erased: the file that keeps erasures safe from a restored backup can't be "
        "written. Please tell whoever runs Accord: ACCORD_ERASURE_LEDGER."
    ),
    "erase_all_kept": N_("All of this has to stay for now, so nothing was erased."),
    "erase_no_second_person": N_(
        "Two people erase, and nobody else in HR or compliance can approve it now. Please have "
        "somebody named for it first: `/accord roles`."
    ),
    "letters_of_administrators": N_(
        "What couldn't be delivered is for administrators of the whole organisation. "
        "`/accord roles` says whom to ask."
    ),
    "letters_settled": N_(
        "This has been dealt with meanwhile. `/accord cases` shows what is left."
    ),
    "retention_of_hr": N_(
        "Retention is for people in HR, compliance and legal of the whole organisation; the first "
        "two purge. `/accord roles` says whom to ask."
    ),
    "reports_of_hr": N_(
        "The report is for people in HR, legal and compliance and for employee representatives, "
        "each as far as their role goes. `/accord roles` says whom to ask."
    ),
    "exports_of_hr": N_(
        "Exports are for people in HR (goals, check-ins), compliance (access, record) and, under a "
        "hold, legal, each as far as their role goes. `/accord roles` says whom to ask."
    ),
    "export_no_second_person": N_(
        "Two people export, and nobody else can approve this now. Please have somebody in HR or "
        "compliance named for it first: `/accord roles`."
    ),
    "export_beyond_role": N_("Your role covers %(places)s. Please choose a unit or region in it."),
    "export_one_place": N_("Please choose a unit or a region, not both."),
    "export_days": N_("This must not be before the first day. Please pick a later day."),
    "export_too_long": N_(
        "That would be %(rows)s rows, and %(most)s are allowed at a time. Please choose a unit, a "
        "region or fewer days."
    ),
    "export_grown": N_(
        "It is %(rows)s rows by now, and %(approved)s were approved. Please ask again, so that "
        "somebody approves it as it is."
    ),
    "export_empty": N_("There is nothing of this kind there, so there is nothing to export."),
    "export_enough_today": N_(
        "%(most)s exports a day are allowed, and you have had as many. Please try tomorrow."
    ),
    "export_over": N_(
        "This export is over: its file was fetched, or a day has passed. Please ask again with "
        "`/accord export`."
    ),
    "purge_nothing": N_("Nothing of this is over now, so there is nothing to purge."),
    "purge_other_policy": N_("The policy has changed since it was asked for. Please ask again."),
    "purge_nobody": N_("Nobody's time is over now, so there is nothing to purge."),
}
