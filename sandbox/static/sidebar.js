// The workspace at a glance: who one is, where one can go, and whom something waits for.

import { avatar, fill, h, icon } from "/static/dom.js";
import { appConversation, isChannel, store } from "/static/store.js";
import { clockTime, now, zoneName } from "/static/times.js";

const MOST_OTHERS = 3;
const SIGNS = { public: () => icon("hash"), private: () => icon("lock") };

const badge = (count, what) => count > 0 && h("span.count", { role: "img", ariaLabel: `${count} ${what}` }, count);

function placeButton({ here, bold, sign, name, badges, go }) {
  return h("button.place", {
    type: "button", class: `${here ? "here" : ""} ${bold ? "unread" : ""}`, "aria-current": here ? "page" : undefined, onclick: go,
  }, sign, h("span.name", {}, name), badges);
}

function entry(conversation, acts) {
  return placeButton({
    here: store.place?.id === conversation.id, bold: conversation.unread > 0,
    sign: SIGNS[conversation.kind]?.() ?? avatar(conversation.name || "?", "person"), name: conversation.name || "Only you",
    badges: [
      conversation.is_ext_shared && h("span.badge.foreign", { title: "Shared with another organisation" }, "shared"),
      conversation.unread > 0 && !conversation.pressing && h("span.hidden-words", {}, "unread"),
      badge(conversation.pressing, "unread that concern you"),
    ],
    go: () => acts.go({ kind: "channel", id: conversation.id }),
  });
}

function appEntry(acts) {
  const { app } = store.workspace;
  const conversation = appConversation();
  const unread = conversation?.unread ?? 0;
  return placeButton({
    here: store.place?.kind === "home" || Boolean(conversation && store.place?.id === conversation.id), bold: unread > 0,
    sign: avatar(app.name, "app"), name: app.name, badges: [badge(unread, "unread")],
    go: () => acts.go(unread && conversation ? { kind: "channel", id: conversation.id } : { kind: "home" }),
  });
}

function threadsEntry(acts) {
  const unread = store.conversations.reduce((sum, each) => sum + each.unread_replies, 0);
  return placeButton({
    here: store.place?.kind === "threads", bold: unread > 0, sign: icon("threads"), name: "Threads",
    badges: [badge(unread, "unread replies")], go: () => acts.go({ kind: "threads" }),
  });
}

function group(title, entries, extra) {
  return entries.length || extra ? h("section.group", {}, h("h2", {}, title, h("span.spacer", {}), extra), entries) : null;
}

const small = (name, sign, work) => h("button.small", { type: "button", ariaLabel: name, title: name, onclick: work }, icon(sign));

/** People for whom something is unread: whoever has to act next is usually among them. */
function others(acts) {
  const waiting = [...store.people.values()].filter((each) => each.waiting && each.id !== store.me.id && !each.deleted)
    .sort((a, b) => (a.newest < b.newest ? 1 : -1));
  const shown = waiting.slice(0, MOST_OTHERS).map((each) => placeButton({
    sign: avatar(each.display_name), name: each.display_name, badges: [badge(each.waiting, "unread")],
    go: () => acts.be(each.id),
  }));
  const more = waiting.length - shown.length;
  if (more > 0) shown.push(placeButton({ sign: icon("more"), name: `${more} more`, go: acts.openSwitcher }));
  return h("div.others", {}, group("Something waits for", shown));
}

function me(acts) {
  const { me: person } = store;
  return h("button.me", { type: "button", onclick: acts.openSwitcher, "aria-haspopup": "dialog", title: "Be somebody else (Ctrl K)" },
    avatar(person.display_name),
    h("span.who", {}, h("small", {}, "You are"), h("strong", {}, person.display_name),
      h("small.role", {}, [person.title, person.is_guest && "Guest", person.is_stranger && "Other organisation"].filter(Boolean).join(" · ")),
      h("small", {}, `${clockTime(now())} · ${zoneName()}`)),
    icon("swap"));
}

function hints() {
  if (!store.workspace.hints.length) return null;
  const open = sessionStorage.getItem("hints") !== "closed";
  return h("details.group.hints", { open, ontoggle: (event) => sessionStorage.setItem("hints", event.target.open ? "open" : "closed") },
    h("summary", {}, "Try this"), h("ol", {}, store.workspace.hints.map((hint) => h("li", {}, hint))));
}

/** Everything that asks for this person's attention, as one number. */
export const waitingForMe = () =>
  store.conversations.reduce((sum, each) => sum + each.pressing + each.unread_replies, 0);

/** `acts`: go, be, openSwitcher, openBell, addChannel. `clock` is the clock's own node. */
export function drawSidebar(node, clock, acts) {
  const scrolled = node.querySelector(".places")?.scrollTop ?? 0;
  const held = node.contains(document.activeElement) && !clock.contains(document.activeElement) ? document.activeElement.textContent : null;
  const members = store.conversations.filter((each) => each.is_member && !each.is_archived);
  const channels = members.filter(isChannel).sort((a, b) => a.name.localeCompare(b.name));
  const direct = members.filter((each) => ["im", "mpim"].includes(each.kind) && (each.latest || each.id === store.place?.id));
  const more = store.conversations.filter((each) => !each.is_member && each.kind === "public" && !each.is_archived);
  const outsider = store.me.is_guest || store.me.is_stranger;
  const unread = waitingForMe();
  const places = h("div.places", {},
    group("Apps", store.me.is_stranger ? [] : [appEntry(acts)]), // an app answers its own workspace alone
    group("Conversations", [threadsEntry(acts), ...channels.map((each) => entry(each, acts))], !outsider && small("Add a channel", "plus", acts.addChannel)),
    group("Direct messages", direct.map((each) => entry(each, acts)), small("Write to somebody", "plus", acts.openSwitcher)),
    group("More channels", more.map((each) => entry(each, acts))),
    others(acts), hints());
  const head = h("header.workspace", {}, h("strong", {}, store.workspace.team.name),
    h("span.dot", { class: store.online ? "" : "off", role: "img", ariaLabel: store.online ? "Connected" : "Reconnecting", title: store.online ? "Connected" : "Reconnecting…" }),
    h("span.spacer", {}),
    h("button.bell", { type: "button", ariaLabel: unread ? `Notifications, ${unread} unread` : "Notifications", title: "What your phone shows", onclick: acts.openBell }, icon("bell"), badge(unread, "unread")));
  if (node.contains(clock)) node.replaceChildren(head, me(acts), places, clock); // the clock keeps its focus
  else fill(node, head, me(acts), places, clock);
  places.scrollTop = scrolled;
  if (held) [...node.querySelectorAll("button")].find((each) => each.textContent === held)?.focus({ preventScroll: true });
}
