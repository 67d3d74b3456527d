// The workspace at a glance: who one is, where one can go, and the clock.

import { advance } from "/static/api.js";
import { attempt } from "/static/acts.js";
import { avatar, fill, h, icon } from "/static/dom.js";
import { appConversation, store } from "/static/store.js";
import { clockTime } from "/static/times.js";
import { toast } from "/static/toasts.js";

const CLOCK = [
  ["Next working morning", { advance: "next_working_morning" }],
  ["+1 day", { advance: "1d" }],
  ["+1 week", { advance: "1w" }],
  ["End of quarter", { advance: "end_of_quarter" }],
];

const SIGNS = { public: () => icon("hash"), private: () => icon("lock") };

function entry(conversation, go) {
  const here = store.place?.id === conversation.id;
  const unread = conversation.unread;
  const sign = SIGNS[conversation.kind]?.() ?? avatar(conversation.name, "person");
  return h("button.place", {
    type: "button", class: `${here ? "here" : ""} ${unread ? "unread" : ""}`, "aria-current": here ? "page" : undefined,
    onclick: () => go({ kind: "channel", id: conversation.id }),
  }, sign, h("span.name", {}, conversation.name || "Direct message"),
  conversation.is_ext_shared && h("span.badge.foreign", { title: "Shared with another organisation" }, "shared"),
  unread > 0 && h("span.count", { ariaLabel: `${unread} unread` }, unread));
}

function appEntry(go) {
  const { app } = store.workspace;
  const conversation = appConversation();
  const here = store.place?.kind === "home" || (conversation && store.place?.id === conversation.id);
  const unread = conversation?.unread ?? 0;
  return h("button.place", {
    type: "button", class: `${here ? "here" : ""} ${unread ? "unread" : ""}`, "aria-current": here ? "page" : undefined,
    onclick: () => go(unread && conversation ? { kind: "channel", id: conversation.id } : { kind: "home" }),
  }, avatar(app.name, "app"), h("span.name", {}, app.name), unread > 0 && h("span.count", { ariaLabel: `${unread} unread` }, unread));
}

function group(title, entries) {
  return entries.length ? h("section.group", {}, h("h2", {}, title), entries) : null;
}

function clock() {
  if (!store.workspace.clock_url) return null;
  const moved = h("output.moved", {}, store.workspace.moved ?? "");
  return h("section.clock", { "aria-label": "Move the clock" },
    h("h2", {}, icon("clock"), "Move the clock"),
    h("div.clock-buttons", {}, CLOCK.map(([name, wish]) => h("button", {
      type: "button",
      onclick: (event) => attempt(event.currentTarget, async () => {
        const answer = await advance(wish);
        store.workspace.moved = answer.now ? `It is now ${answer.now}` : "Moved.";
        moved.textContent = store.workspace.moved;
        toast({ text: store.workspace.moved });
      }),
    }, name))), moved);
}

export function drawSidebar(node, { go, openSwitcher }) {
  const { me, conversations } = store;
  const scrolled = node.querySelector(".places")?.scrollTop ?? 0;
  const members = conversations.filter((each) => each.is_member && !each.is_archived);
  const channels = members.filter((each) => ["public", "private"].includes(each.kind)).sort((a, b) => a.name.localeCompare(b.name));
  const direct = members.filter((each) => ["im", "mpim"].includes(each.kind) && each.latest);
  const more = conversations.filter((each) => !each.is_member && each.kind === "public" && !each.is_archived);
  fill(node,
    h("header.workspace", {}, h("strong", {}, store.workspace.team.name),
      h("span.dot", { class: store.online ? "" : "off", title: store.online ? "Connected" : "Reconnecting…" })),
    h("button.me", { type: "button", onclick: openSwitcher, "aria-haspopup": "dialog", title: "Be somebody else (Ctrl K)" },
      avatar(me.display_name),
      h("span.who", {}, h("small", {}, "You are"), h("strong", {}, me.display_name),
        h("small.role", {}, [me.title, me.is_guest && "Guest", me.is_stranger && "Other organisation"].filter(Boolean).join(" · ")),
        h("small", {}, `${clockTime(Date.now() / 1000)} · ${me.tz.split("/").at(-1).replace(/_/g, " ")}`)),
      icon("swap")),
    h("div.places", {},
      group("Apps", [appEntry(go)]),
      group("Channels", channels.map((each) => entry(each, go))),
      group("Direct messages", direct.map((each) => entry(each, go))),
      group("More channels", more.map((each) => entry(each, go))),
      store.workspace.hints.length ? h("section.group.hints", {}, h("h2", {}, "Try this"), h("ol", {}, store.workspace.hints.map((hint) => h("li", {}, hint)))) : null),
    clock());
  node.querySelector(".places").scrollTop = scrolled;
}
