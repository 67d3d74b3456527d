"""users.*, bots.info, auth.test"""

from __future__ import annotations

from sandbox.api_args import Args
from sandbox.api_conversations import cursor_at, page_start
from sandbox.errors import SlackError
from sandbox.hub import Sandbox
from sandbox.json_types import Json
from sandbox.people import Person, user_object
from sandbox.rendering import bot_profile


def shown_user(sandbox: Sandbox, person: Person, *, locale: bool = False) -> Json:
    """The user object, with the e-mail address if the app may see it."""
    scopes = sandbox.manifest.scopes
    return user_object(
        person,
        sandbox.config,
        sandbox.clock.now(),
        locale=locale,
        email=scopes is None or "users:read.email" in scopes,
    )


def auth_test(sandbox: Sandbox, _args: Args) -> Json:
    config = sandbox.config
    identity: Json = {
        "url": f"https://{config.team_domain}.slack.com/",
        "team": config.team_name,
        "user": sandbox.workspace.person(config.bot_user_id).profile.name,
        "team_id": config.team_id,
        "user_id": config.bot_user_id,
        "bot_id": config.bot_id,
        "is_enterprise_install": False,
    }
    if config.enterprise_id:
        identity["enterprise_id"] = config.enterprise_id
    return identity


def info(sandbox: Sandbox, args: Args) -> Json:
    person = sandbox.workspace.person(args.required("user"))
    return {"user": shown_user(sandbox, person, locale=args.flag("include_locale"))}


def list_users(sandbox: Sandbox, args: Args) -> Json:
    limit = args.number("limit", 1000, 1000)
    start = page_start(args)
    people = list(sandbox.workspace.people.values())
    locale = args.flag("include_locale")
    page = [shown_user(sandbox, each, locale=locale) for each in people[start : start + limit]]
    following = cursor_at(str(start + limit)) if start + limit < len(people) else ""
    return {
        "members": page,
        "cache_ts": int(sandbox.clock.now()),
        "response_metadata": {"next_cursor": following},
    }


def lookup_by_email(sandbox: Sandbox, args: Args) -> Json:
    wanted = args.required("email").lower()
    for person in sandbox.workspace.people.values():
        theirs = person.team_id == sandbox.config.team_id and not person.profile.deleted
        if theirs and person.profile.email.lower() == wanted:
            return {"user": shown_user(sandbox, person)}
    raise SlackError("users_not_found")


def bots_info(sandbox: Sandbox, args: Args) -> Json:
    if args.text("bot") != sandbox.config.bot_id:
        raise SlackError("bot_not_found")
    return {"bot": bot_profile(sandbox.config)}
