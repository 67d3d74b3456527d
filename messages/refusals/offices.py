"""One-time codes, what takes two people, roles, access reviews and corrections."""

from __future__ import annotations

from collections.abc import Mapping

from messages.i18n import N_

OFFICE_WORDS: Mapping[str, str] = {
    # One-time codes.
    "code_digits": N_("A code has six digits. Please type the one that your app shows now."),
    "code_wrong": N_(
        "This isn't the code that your app shows now. Please try again. Wrong codes until it "
        "closes for 15 minutes: %(left)s."
    ),
    "code_used": N_(
        "This code was used already. Please wait until your app shows the next one, half a minute "
        "at most."
    ),
    "codes_locked": N_(
        "There were five wrong codes. Please try again in %(minutes)s min, from the start."
    ),
    "codes_not_set_up": N_(
        "You need one-time codes for this. Please set them up first: `/accord security`."
    ),
    "codes_set_up_already": N_("Your codes are set up already."),
    "codes_offered_anew": N_(
        "This key isn't good any more, since the dialog was opened again. Please use the newest "
        "one: `/accord security`."
    ),
    "first_code_wrong": N_(
        "This isn't the code of this key. Please check that your phone's clock is right, and type "
        "the code that your app shows now."
    ),
    "confirmation_over": N_(
        "This is no longer open to confirm: more than five minutes have passed, or it was used. "
        "Please start again."
    ),
    # Two people.
    "approval_unknown": N_(
        "This version of Accord doesn't know what was asked for here, so it can't be answered. "
        "Please tell whoever runs Accord."
    ),
    "approval_over": N_("This has been answered already, or its time is over."),
    "approval_asked_already": N_("This waits for a second person's approval already."),
    "approval_own": N_("You asked for this yourself. A second person must approve it."),
    "approval_not_yours": N_("Only who asked for it can read or withdraw it here."),
    "approval_not_for_you": N_(
        "You can't approve this. Somebody in HR or compliance does, who neither asked for it, nor "
        "gains by it, nor stands in for either."
    ),
    # Roles.
    "roles_needed": N_("Only an administrator can do this. Please ask %(names)s."),
    "roles_needed_of_hr": N_(
        "There is no administrator now, so HR gives roles and ends them. Please ask %(names)s."
    ),
    "roles_nobody": N_(
        "Nobody can do this now: there is no administrator, and nobody in HR. Please tell whoever "
        "runs Accord."
    ),
    "role_region": N_("Please write a country or a part of one, such as DE or DE-BY."),
    "role_one_place": N_("Please choose a unit or a region, not both."),
    "role_ends_in_past": N_("This day has passed. Please pick a later one."),
    "role_for_oneself": N_("Nobody gives a role to themselves. Please ask another administrator."),
    "role_person_cannot_act": N_("%(name)s can't use Accord now. Please choose somebody else."),
    "role_for_guest": N_("%(name)s is a guest in Slack, and guests hold no roles."),
    "role_beyond_yours": N_("Your own role covers %(places)s. Please stay within it."),
    "role_held_already": N_("%(name)s holds this role there already, for as long or longer."),
    "role_no_second_person": N_(
        "Two people are needed, and nobody else in HR or compliance can approve this. Please have "
        "somebody else named for HR or compliance first."
    ),
    "rescue_not_needed": N_(
        "Two people can give roles in Slack, so this is not needed. Please have an administrator "
        "type `/accord roles` there."
    ),
    "rescue_not_needed_now": N_(
        "Two people can give roles again, so nobody confirms this alone. Please use *Give a role*."
    ),
    "rescue_role": N_(
        "Only a role that it takes to give roles can be asked for so: administrator, hr or "
        "compliance."
    ),
    "rescue_nobody": N_(
        "Nobody is left who could confirm it: that takes somebody other than %(name)s who is "
        "administrator or in HR, compliance or legal, for the whole organisation."
    ),
    "rescue_not_for_you": N_(
        "You can't confirm this. Somebody else does who is administrator or in HR, compliance or "
        "legal, for the whole organisation."
    ),
    "role_waits_no_more": N_("This role no longer waits to be confirmed."),
    "role_ended_already": N_("This role has ended already."),
    "role_last_of_two": N_(
        "Without it, no two people could give roles for the whole organisation any more. Please "
        "have somebody else named for it first."
    ),
    # Access reviews.
    "reviews_need_role": N_(
        "Only people with one of these roles for the whole organisation can do this: %(roles)s. "
        "Please ask one of them."
    ),
    "review_open_already": N_("A review is open already: `/accord access-review`."),
    "review_over": N_("This review is over, so nothing can be answered in it any more."),
    "access_over": N_("This has ended already."),
    "record_of_compliance": N_(
        "This record is for compliance and, under a legal hold, for legal. `/accord audit` alone "
        "says which records there are for you."
    ),
    "record_beyond_yours": N_(
        "There is nothing here that your role covers. `/accord audit` alone says which records "
        "there are for you."
    ),
    "nothing_corrected": N_(
        "Nothing has changed since this was asked. Please correct it first, or say that nothing "
        "had to change."
    ),
    "nothing_to_correct": N_("Nothing is different from what stands there."),
    "correct_by_countering": N_(
        "This goal is under discussion: the two sides can still change it themselves, with Counter."
    ),
    "correction_nobody": N_(
        "Nobody in HR can answer this. Please ask an administrator who should."
    ),
    "correction_enough": N_(
        "You have %(most)s open cases, which is the most there can be. Please wait until one is "
        "answered."
    ),
    "correction_answered": N_("%(name)s has answered this already."),
}
