"""Words for every refusal that Accord foresees, by its code."""

from __future__ import annotations

from collections.abc import Mapping

from domain.errors import AccordError
from messages.i18n import N_
from messages.reading import Reader
from messages.refusals.cover import COVER_WORDS
from messages.refusals.forms import FORM_WORDS
from messages.refusals.offices import OFFICE_WORDS
from messages.refusals.rules import RULE_WORDS
from messages.safe import Safe

UNFORESEEN = N_(
    "Something went wrong on our side; nothing was saved. Please try again. If it happens again, "
    "tell your administrator the reference %(reference)s."
)
UNKNOWN = N_("That can't be accepted here. Please check it, or ask your administrator.")
OFF_SCREEN = N_("“%(label)s”: %(problem)s")
BEHIND_MORE_DETAIL = N_("“%(label)s”, behind “More detail”: %(problem)s")

WORDS: Mapping[str, str] = {
    **FORM_WORDS,
    **COVER_WORDS,
    **RULE_WORDS,
    **OFFICE_WORDS,
    # Goals: what is wrong stands at its field.
    "due_in_past": N_("This date is in the past. Please pick today or a later day."),
    "due_too_far": N_("This is more than ten years away. Please pick an earlier day."),
    "starts_after_due": N_("This is after the due date, %(due)s. Please pick an earlier day."),
    "target_is_baseline": N_(
        "The target equals the baseline, %(baseline)s. Please set one of them apart."
    ),
    "anchor_is_target": N_("This equals the target. Please write another number."),
    "target_of_done": N_("For “Done or not”, please write 1."),
    "target_of_milestones": N_("Please write how many milestones there are: 1, 2, 3 …"),
    "range_needs_lower": N_(
        "For “Stay in range”, please write the lower end here; the target is the upper end."
    ),
    "range_upside_down": N_(
        "The lower end must be below the target, %(target)s, which is the upper end."
    ),
    "baseline_wrong_side_increase": N_(
        "To increase, the baseline must be below the target, %(target)s."
    ),
    "baseline_wrong_side_decrease": N_(
        "To decrease, the baseline must be above the target, %(target)s."
    ),
    "threshold_wrong_side_increase": N_(
        "To increase, the threshold must be below the target, %(target)s."
    ),
    "threshold_wrong_side_decrease": N_(
        "To decrease, the threshold must be above the target, %(target)s."
    ),
    "stretch_wrong_side_increase": N_("To increase, stretch must be above the target, %(target)s."),
    "stretch_wrong_side_decrease": N_("To decrease, stretch must be below the target, %(target)s."),
    "unit_too_long": N_("Please shorten the unit to %(limit)s characters."),
    "unit_differs": N_("You wrote “%(typed)s” here, but the unit is “%(unit)s”. Please use one."),
    "unit_only_in_its_field": N_(
        "This goal has no unit of measure. Please write the number alone; a unit has a field of "
        "its own, behind “More detail”."
    ),
    "only_for_reports": N_(
        "You can propose goals for yourself and for somebody who reports to you. "
        "Please choose one of them, or leave this empty."
    ),
    "aligned_not_shared": N_("This goal isn't shared with you. Please choose another."),
    "only_reports_are_assigned": N_(
        "You can assign goals to people who report to you and have a Slack account. For anybody "
        "else, please ask their manager."
    ),
    "only_owner_offers": N_("Only the owner of a goal proposes it upward."),
    "not_to_be_offered": N_("This goal has ended or is a draft. Propose it first, or reopen it."),
    "serves_one_already": N_(
        "This goal serves another one already. *Align* says so if it should serve none."
    ),
    "nobody_above": N_("There is nobody above you whom I could ask. Please ask HR who leads you."),
    "offered_already": N_(
        "%(name)s is asked already and has not answered yet. Please talk to them."
    ),
    "not_asked_to_adopt": N_("Only whoever was asked last can take this goal up."),
    "no_unit_of_that_name": N_(
        "I know no unit of that name. `/goal tree` starts at the top, `/goal tree G-12` at a goal."
    ),
    "aligned_to_ended": N_("This goal has ended. Please choose one that goes on."),
    "aligned_to_itself": N_("A goal can't serve itself. Please choose another."),
    "aligned_in_a_circle": N_(
        "This goal serves yours already, directly or through others: it would be a circle. Please "
        "choose another."
    ),
    "aligned_too_deep": N_(
        "At most %(most)s goals can stand one above the other. Please choose one further up."
    ),
    "aligned_so_already": N_("It is so already; nothing was changed."),
    "only_sides_align": N_("Only its owner and whoever agreed to it say what a goal serves."),
    "ended_goal_stays": N_("This goal has ended and stays as it was."),
    "contribution_unit": N_("Please write the weight in per cent: 40 %%."),
    "contribution_range": N_("Please write a weight above 0 and of at most 100 %%."),
    "contribution_to_nothing": N_("Please choose the goal that this is the weight of."),
    "nothing_changed": N_(
        "Nothing is different from the proposal. Change something, or press Accept instead."
    ),
    "parts_too_many": N_("Please keep to %(most)s lines at most."),
    "part_line": N_(
        "Line %(line)s: please write what it is, a colon, and from where to where: "
        "Hours to first reply: 9 h → 5 h"
    ),
    "part_too_long": N_("Line %(line)s: please say what it is in %(limit)s characters."),
    "part_stands_still": N_("Line %(line)s leads from a number to the same number."),
    "part_units": N_("Line %(line)s: please use one unit of measure, of 20 characters at most."),
    "quality_time_bound": N_(
        "Our rules ask for a due date within %(months)s months. Please pick an earlier day, or "
        "set a goal for the first part of the way."
    ),
    "quality_measurable": N_(
        "Our rules ask where it starts. Please write the baseline, for example 9 h for a target "
        "of 5 h."
    ),
    "quality_measurable_parts": N_(
        "Our rules ask where each key result starts. Please write it so: "
        "Hours to first reply: 9 h → 5 h"
    ),
    "quality_aligned": N_(
        "Our rules ask which goal it serves. Please choose one, for example a goal of your manager."
    ),
    "quality_reasoned": N_(
        "Our rules ask why it matters. Please say it in a sentence, for example: customers who "
        "wait a day leave."
    ),
    "kind_not_offered": N_("Our rules don't offer this kind of goal here. Please choose another."),
    "goal_twice": N_("This person has an open goal of this title already, or further up here."),
    "goal_rows": N_("Please keep to %(most)s goals in one file."),
    "goals_refused": N_("%(count)s rows can't be taken."),
    # What a command or button meets.
    "refused": N_("That isn't possible now."),
    "not_shared": N_(
        "I can't show you %(reference)s. Either it doesn't exist or it isn't shared with you; "
        "my answer is the same in both cases. If you need it, ask the person to share it."
    ),
    "not_shared_here": N_(
        "I can't show you this. Either it doesn't exist any more or it isn't shared with you; "
        "my answer is the same in both cases. If you need it, ask the person to share it."
    ),
    "not_allowed": N_("You can't do this. Please ask your HR partner who can."),
    "already_done": N_("This has already been done."),
    "already_answered": N_("This has already been answered."),
    "waiting_for_other": N_("You have answered already; it is the other side's turn."),
    "operator_needed": N_("Only an operator at the command line can do this."),
    "other_workspace": N_(
        "This database belongs to the workspace %(known)s, but the token to %(found)s. "
        "Please use the token of the right workspace, or another database."
    ),
    "departure_of_oneself": N_(
        "Nobody enters their own last day. Please ask somebody else in HR, or whoever runs Accord."
    ),
    "departure_beyond_yours": N_(
        "Your role doesn't cover this person, or they are unknown here. Please ask HR where "
        "they work."
    ),
    "departure_before": N_("%(name)s has left already. `/accord people` shows who has."),
    "departure_not_entered": N_("No last day is entered any more; there is nothing to take back."),
    "departure_changed": N_(
        "Something has changed meanwhile, so nothing was entered. Please look at it once more."
    ),
    "last_day_out_of_sight": N_("Please choose a day from a year ago until a year ahead."),
    "people_import_of_oneself": N_(
        "This file changes something about you. Please ask somebody else in HR to import it, or "
        "whoever runs Accord, who can do that at the command line."
    ),
    "people_import_of_accounts": N_(
        "This file gives people another Slack account: %(names)s. Only whoever runs Accord can do "
        "that, at the command line."
    ),
    "people_import_too_many": N_(
        "This file changes %(count)s people; one person alone may change %(most)s. Say why, and "
        "somebody else in HR or compliance of the whole organisation is asked to approve it."
    ),
    "people_import_gone": N_(
        "The file is no longer there: it is kept for as long as the request waits. Please upload "
        "it again."
    ),
    "people_import_of_hr": N_("Only HR of the whole organisation can ask for this."),
    "people_import_no_second_person": N_(
        "Nobody else in HR or compliance of the whole organisation can approve it, or the file "
        "changes something about all of them. Please ask whoever runs Accord to import it at the "
        "command line."
    ),
    "directory_changed": N_(
        "The directory changed meanwhile, so nothing was imported. Please look at it once more."
    ),
    "changed_meanwhile": N_(
        "This changed while you were looking at it. Please open it again to see how it is now."
    ),
    "unknown_person": N_(
        "I don't know you yet, so I can't do anything for you here. "
        "Please ask HR to add you to the directory."
    ),
    "not_a_reference": N_("A goal's reference looks like G-12. `/goal` lists your goals."),
    "nobody_known": N_("I don't know this person. Please check the name, or ask HR."),
    "nobody_listed": N_(
        "I don't know this person. Please check the name or the e-mail address. Whoever is missing "
        "in the directory comes in with its next import."
    ),
    "erase_whom": N_(
        "Please say whose: write @ and the name behind `/accord erase`, or the e-mail address of "
        "somebody who has left."
    ),
    "name_not_picked": N_(
        "I can't tell whom you mean. Please pick the name from the list that Slack shows after @."
    ),
    "role_needed": N_("Only people with the role “%(role)s” can do this. Please ask one of them."),
    "only_owner_proposes": N_("Only the owner of a goal can propose it again. Please ask them."),
    "only_owner_reserves": N_(
        "Only the goal's owner accepts with a reservation. You can suggest a change instead."
    ),
    "no_reservation": N_("There is no reservation of yours here any more."),
    "only_owner_updates": N_(
        "Only the owner of a goal reports how it goes. Please ask them to update it."
    ),
    "no_such_move": N_("Its status has changed meanwhile, so this can't be done any more."),
    "only_sides_move": N_(
        "Only its owner and whoever agrees with them change the status of a goal. Please talk to "
        "its owner."
    ),
    "pause_over_already": N_("This day is not ahead. Please pick a later one."),
    "pause_too_long": N_(
        "A pause takes %(days)s days at most. Please pick an earlier day, or close the goal."
    ),
    "successor_not_shared": N_("Please pick a goal that you can see."),
    "successor_is_itself": N_("A goal cannot take its own place. Please pick another one."),
    "successor_not_open": N_("This goal does not count. Please pick one that is active."),
    "not_active": N_(
        "This goal isn't active, so there is nothing to report on it: a proposal counts once both "
        "sides have agreed, and what has ended stays as it is."
    ),
    "not_a_draft": N_("This goal isn't a draft any more."),
    "not_yours_to_decide": N_(
        "This is for the owner and whoever was asked to decide. Please talk to one of them."
    ),
    "undo_too_late": N_(
        "This can't be undone any more: it was answered, or the time for it has passed. "
        "You can suggest a change instead."
    ),
    "only_owner_shares": N_("Only the owner of a goal shares it. Please ask them."),
    "draft_not_shared": N_(
        "This is a draft, which only you see. Propose it first, then it can be shared."
    ),
    "shared_with_everyone": N_(
        "Everyone in the organisation can read this goal already, so there is nothing to share."
    ),
    "shared_with_nobody_known": N_(
        "I don't know one of these people. Please choose from those in the directory, or ask HR."
    ),
    "shared_with_oneself": N_("You can read it in any case. Please choose others."),
    "shared_with_guest": N_(
        "%(name)s is a guest and sees their own goals only. Please leave them out."
    ),
    "shared_with_too_many": N_(
        "A goal can be shared with %(most)s people. Please take it back from somebody first."
    ),
    "not_shared_any_more": N_("This was taken back already."),
    "not_neutral": N_(
        "They can't be asked: pick somebody who is here, who leads neither of you, and who isn't "
        "asked to decide this."
    ),
    "only_a_facilitator": N_("You can ask a facilitator here, or leave it empty."),
    "help_answered": N_("You have answered this already."),
    "no_negotiation": N_("There is nothing under discussion here right now."),
    "facilitator_asked": N_(
        "%(name)s has your request already. Please write to them directly if there is more to say."
    ),
    "no_facilitator": N_(
        "There is no facilitator who stands outside this. Please ask your HR partner."
    ),
    # Check-ins.
    "far_from_target": N_(
        "%(value)s is far from the target of %(target)s. Send it again if that is right."
    ),
    "nothing_reported": N_("Please fill in something, or press Nothing changed in the message."),
    "unit_not_the_goals": N_(
        "This goal is measured in “%(unit)s”, not in “%(typed)s”. Please write the number alone."
    ),
    "unit_unknown": N_("This goal has no unit of measure. Please write the number without one."),
    "checked_in_already": N_("You have checked in already. To add something: `/checkin G-12`."),
    "check_in_taken_back": N_("You have taken this back already; it doesn't count."),
    "check_in_undo_too_late": N_(
        "This can't be taken back any more: it was answered, or more than ten minutes have passed. "
        "You can report a new value instead: `/checkin`."
    ),
    "reply_taken_back": N_("You have taken this back already."),
    "reply_undo_too_late": N_(
        "This can't be taken back any more: it was read, or more than ten minutes have passed."
    ),
    "snooze_bounds": N_(
        "A check-in can be put off by 1 to %(most)s days. For example: `/checkin snooze 3d`."
    ),
    "snooze_too_far": N_("It can be put off until %(last)s at most."),
    "snooze_needs_day": N_("Please pick the date."),
    "snooze_day_over": N_("Please pick a day after today."),
    "snooze_over": N_("This isn't put off any more. `/checkin` shows what is due."),
    "nothing_to_snooze": N_("Nothing is due, so there is nothing to put off."),
    "support_reader_changed": N_(
        "%(name)s has become your manager since you opened this and would read it. Please look "
        "again, then save."
    ),
    "nobody_reads_support": N_(
        "Nobody leads you right now who could read blockers and support. "
        "Please leave them empty, or ask HR."
    ),
    "busy": N_("I was too busy to save that. Please press again."),
    "no_room": N_(
        "I have no room left to save that, so nothing was changed. Please press again in a few "
        "minutes; if it stays so, tell an administrator."
    ),
    "slack_unavailable": N_("Slack didn't answer in time. Please press again."),
    "slack_slow": N_(
        "Many people are using this right now, and Slack lets me open no more for a moment. "
        "Please press again in %(seconds)s seconds."
    ),
    # Feedback and rounds of it.
    "round_closes_in_past": N_(
        "This is in the past: rounds close at 17:00 in your time zone. Please pick a later day."
    ),
    "round_closes_too_late": N_("This is more than a year away. Please pick an earlier day."),
    "facilitator_needed": N_("Only facilitators can do this. Please ask one of them: %(names)s."),
    "round_needs_channel": N_(
        "A round needs a channel. Please type `/feedback round` in the channel that you want to "
        "ask."
    ),
    "bot_not_in_channel": N_(
        "I'm not a member of this channel, so I can't ask here. Please type `/invite @Accord`, "
        "then try again."
    ),
    "round_channel_archived": N_("This channel is archived. Please choose another."),
    "round_open_already": N_(
        "A round is open here already: %(topic)s. It has to be closed before another is opened."
    ),
    "round_too_few": N_(
        "Anonymous answers need at least %(few)s people here who could give one; there are "
        "%(eligible)s. Please leave this empty."
    ),
    "round_bot_gone": N_(
        "I'm not a member of this round's channel any more, so I can't take answers. Please tell "
        "its facilitator."
    ),
    "round_closed_now": N_("This round is closed already."),
    "round_asked_already": N_("The question stands in its channel already."),
    "round_adrift": N_(
        "%(name)s can't collect answers any more; another facilitator is asked to. Please reply in "
        "the thread, or try again later."
    ),
    "round_not_adrift": N_("%(name)s collects the answers to this round, so it needs nobody else."),
    "round_gone": N_(
        "I can't show you this round: it doesn't exist, or it isn't yours to see. To answer one, "
        "please join its channel, then press again."
    ),
    "round_closed": N_("This round is closed, so no more answers count. Thank you for the offer."),
    "round_closed_by": N_("%(name)s has closed this round already: %(topic)s."),
    "round_closed_by_you": N_("You have closed this round already: %(topic)s."),
    "round_closed_by_date": N_("This round has closed already, on its date: %(topic)s."),
    "round_not_closed": N_("This round isn't closed yet. The answers come at closing."),
    "round_not_member": N_(
        "You aren't a member of this channel. Please join it first, so that you see the answers."
    ),
    "round_own": N_("You collect the answers to this round, so you can't answer it yourself."),
    "round_not_anonymous": N_("This round takes no anonymous answers."),
    "round_answered_anonymously": N_(
        "You have answered anonymously already; nobody can change it any more, you included."
    ),
    "round_never_asked": N_(
        "The question never reached its channel, so there is no thread for a summary."
    ),
    "summary_bot_gone": N_(
        "I'm not a member of the round's channel any more, so I can't post there. Please invite "
        "me again, then send this once more; or copy your text and post it yourself."
    ),
    "summary_channel_archived": N_(
        "The round's channel is archived, so I can't post there. Please copy your text and post "
        "it where it is read."
    ),
    "evidence_own_goals_only": N_("Please choose one of your own open goals."),
    "summary_posted": N_("The summary is posted already."),
    "feedback_person_left": N_("%(name)s is no longer here, so there is nobody to give it to."),
    "feedback_request_gone": N_("I don't know this request."),
    "feedback_request_over": N_("This has been answered, or taken back, already."),
    "feedback_to_self": N_("Please choose somebody other than yourself."),
    "feedback_no_manager": N_("%(name)s has no manager here. Please choose who else reads it."),
    "feedback_no_hr": N_(
        "There is nobody in HR who may read this about %(name)s. Please choose who else reads it."
    ),
    "feedback_not_there": N_(
        "I can't show you this feedback. Either it doesn't exist any more or it isn't shared with "
        "you; my answer is the same in both cases."
    ),
    "feedback_undo_too_late": N_(
        "This can't be undone any more: it was read, or the time for it has passed."
    ),
    "feedback_author_unknown": N_(
        "I don't know who wrote this message, so I can't tell them. Messages by apps and by people "
        "outside the directory can't be kept as feedback."
    ),
    "message_gone": N_("This message isn't there any more, so there is no link to keep."),
    "message_not_visible": N_(
        "I can't see this message. In a channel, type `/invite @Accord` and try again; messages "
        "between people alone can't be kept."
    ),
    # Cycles and announcements.
    "hr_needed": N_("Only HR can do this. Please ask %(names)s."),
    "cycle_ends_before_start": N_("This must be after the first day. Please pick a later day."),
    "cycle_too_long": N_("A cycle takes three years at most. Please pick an earlier day."),
    "cycle_over": N_("This is in the past. Please pick a later day."),
    "cycle_too_far": N_("This is more than three years away. Please pick an earlier day."),
    "cycle_needs_unit": N_("For a unit's own rhythm, please choose the unit."),
    "cycle_name_taken": N_("There is a cycle “%(name)s” already. Please choose another name."),
    "cycle_beyond_role": N_(
        "Your role covers %(places)s. Please choose “A unit's own rhythm” and a unit in it."
    ),
    "cycle_unchanged": N_("Nothing is different. Please change something first."),
    "cycle_withdrawn": N_("“%(name)s” was withdrawn, so there is nothing more to do with it."),
    "cycle_not_yours": N_(
        "Your role covers %(places)s, and this cycle reaches further. Please ask HR for the whole "
        "of it."
    ),
    "phase_was_announced": N_(
        "The phase from %(starts)s to %(ends)s has an announcement, sent or begun. Please keep its "
        "line; you can change its days."
    ),
    "phase_line": N_(
        "Line %(line)s: please write it like this: Set goals: 2027-01-01 to 2027-01-31."
    ),
    "phase_unknown": N_("Line %(line)s: please begin it with “Set goals” or “Check in”."),
    "phase_no_such_day": N_("Line %(line)s: there is no such day as %(text)s."),
    "phases_too_many": N_("Please plan at most %(most)s phases."),
    "phase_upside_down": N_("Line %(line)s: the last day is before the first."),
    "phase_outside": N_("Line %(line)s lies outside of the cycle. Please change its days."),
    "no_cycle_to_announce": N_(
        "There is no phase to announce. Please set up a cycle first: `/cycle new`."
    ),
    "phase_over": N_("This phase ended on %(day)s. Please choose another."),
    "audience_needs_unit": N_("Please choose the unit."),
    "audience_needs_region": N_("Please choose the region."),
    "audience_beyond_role": N_("Your role covers %(places)s. Please choose an audience in it."),
    "audience_empty": N_("Nobody who can be reached is in it. Please choose another audience."),
    "audience_all_left_out": N_(
        "Everybody in it is left out (%(left_out)s). Please choose another audience, or leave out "
        "fewer, behind “More detail”."
    ),
    "announcement_needs_time": N_("Please pick a date and a time."),
    "announcement_in_past": N_("This is in the past. Please pick a later time."),
    "announcement_too_late": N_("This is more than a year away. Please pick an earlier time."),
    "announcement_sent_already": N_(
        "This announcement was sent already. How it goes: `/cycle status`."
    ),
    "announcement_over": N_("Everybody has it already, so there is nothing left to stop."),
    "announcement_stopped": N_("The rest was stopped already."),
    "announcement_not_stopped": N_("The rest isn't stopped: whoever is still to get it, gets it."),
    "phase_over_to_resume": N_("This phase ended on %(day)s, so there is nobody left to tell."),
    "announcement_only_a_test": N_(
        "This was a test, so nothing is noted. Whoever gets the announcement can say this."
    ),
    "correction_changes_nothing": N_("Nothing is different. Please change the text first."),
    "correction_needs_text": N_(
        "Some people have this text. Please write what they should read instead."
    ),
    "nothing_announced": N_(
        "There is no announcement yet that you may follow. `/cycle announce` makes one."
    ),
    # Changes of active goals.
    "change_changes_nothing": N_("Nothing differs from what was agreed. What should change?"),
    "change_is_formal": N_(
        "This moves the target by more than %(percent)s %% of its way, or a date by more than "
        "%(days)s days, so it is a formal renegotiation. Please choose that, or leave it empty."
    ),
    "change_needs_ground": N_(
        "A target or a date moves only where something around the goal has: please choose what."
    ),
    "change_needs_evidence": N_(
        "A target or a date moves only on evidence. Please write what shows it."
    ),
    "change_needs_link": N_(
        "A change of this size needs evidence that others can look up. Please give a link that "
        "begins with https://."
    ),
    "change_effective_ahead": N_(
        "It counts from when it is agreed, or from an earlier day. Please pick one, or leave it "
        "empty."
    ),
    "change_before_goal": N_(
        "The goal was agreed on %(day)s. Please pick that day or a later one."
    ),
    "change_not_active": N_(
        "Only an active goal is changed by agreement. One that is under discussion is countered; "
        "one that is paused or has ended is taken up again first: *Change status*."
    ),
    "change_asked_already": N_(
        "%(name)s has asked for a change of this goal already. Please look at it first, with "
        "`/goal change %(number)s`. What you wrote is still here."
    ),
    "only_sides_change": N_(
        "Only its owner and their manager ask for a change of this goal. Please ask one of them."
    ),
    "change_not_yours": N_("Somebody else is asked about this change, and answers it."),
    "change_settled": N_("This change is settled already. Nothing more to do."),
    "change_agreed_already": N_(
        "Both sides have agreed to %(number)s; now it waits to be approved. `/goal change "
        "%(number)s` shows by whom."
    ),
    "change_waits_for_other": N_(
        "%(number)s waits for the other side's answer. `/goal change %(number)s` shows it."
    ),
    "change_has_other_terms": N_(
        "%(name)s has suggested something else meanwhile. `/goal change %(number)s` shows it; "
        "nothing that you wrote here is lost."
    ),
    "history_ahead": N_("That day is still to come. Please give today or an earlier one."),
    "history_before": N_("This goal was proposed on %(day)s. Please give that day or a later one."),
    "history_no_date": N_("Please give the day as year, month and day: 2027-03-03."),
    "only_asker_withdraws": N_("%(name)s asked for this change, and can withdraw it."),
    # What an operator meets.
    "directory_refused": N_("The file has problems (%(count)s); nothing was imported."),
    "email_unknown": N_("Nobody in the directory has the e-mail %(email)s."),
    "no_days": N_("The end must be after the beginning."),
    "leave_overlaps": N_("%(name)s is away already on some of these days."),
    "deputy_is_self": N_("%(name)s can't be their own deputy."),
    "delegation_overlaps": N_("%(deputy)s stands in for %(name)s already on some of these days."),
    "acting_is_self": N_("%(name)s can't act for themself."),
    "acting_overlaps": N_("%(name)s has an acting manager already on some of these days."),
    "nobody_reports": N_("Nobody reports to %(name)s on these days."),
    "form_state": N_("This dialog is from an earlier version. Please close it and open it again."),
}


def error_words(code: str, params: Mapping[str, object], reader: Reader) -> str:
    """Plain words for a code, for a place at a field. An unknown code gets a kind sentence."""
    return reader.write(_template(code, params), **params).replace("`", "")


def error_said(error: AccordError, reader: Reader) -> Safe:
    """The same in mrkdwn, for a reply."""
    return reader.say(_template(error.code, error.params), **error.params)


def _template(code: str, params: Mapping[str, object]) -> str:
    words = WORDS.get(code, UNKNOWN)
    return words if _fits(words, params) else UNKNOWN


def _fits(words: str, params: Mapping[str, object]) -> bool:
    """A refusal without the parameters that its words need must still be told to the person."""
    try:
        words % params
    except (KeyError, TypeError, ValueError):
        return False
    return True
