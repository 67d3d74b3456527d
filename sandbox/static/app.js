// The page: loads, listens, and leads from place to place.

import { act, listen, people, read, Refusal, workspace } from "/static/api.js";
import { Bell } from "/static/bell.js";
import { askForChannel } from "/static/channel_form.js";
import { ClockPanel } from "/static/clock_panel.js";
import { Dialog } from "/static/dialog.js";
import { fill, h, soon } from "/static/dom.js";
import { MainView } from "/static/main_view.js";
import { addressOf, named, placeOf } from "/static/places.js";
import { drawSidebar, waitingForMe } from "/static/sidebar.js";
import { appConversation, conversation, store } from "/static/store.js";
import { Switcher } from "/static/switcher.js";
import { Thread } from "/static/thread.js";
import { toast } from "/static/toasts.js";

const nodes = Object.fromEntries(["frame", "sidebar", "main", "thread"].map((id) => [id, document.getElementById(id)]));
const closeMenu = () => nodes.frame.classList.remove("menu-open");
const openThread = (where) => thread.open(where);
const openSwitcher = () => { closeMenu(); switcher.open(); };

const dialog = new Dialog();
const clock = new ClockPanel(drawFrame);
const thread = new Thread(nodes.thread, nodes.frame);
const switcher = new Switcher({ be, go, write, renew: refreshPeople });
const bell = new Bell({ visit: (note) => visit({ kind: "channel", id: note.channel, ts: note.ts, thread_ts: note.thread_ts }) });
const main = new MainView(nodes.main, { go, be, openThread, openApp, renew: refreshConversations, toggleMenu: () => nodes.frame.classList.toggle("menu-open") });
let source = null;

// where one is

async function go(place) {
  const moved = store.place?.kind !== place.kind || store.place?.id !== place.id;
  store.place = place;
  if (moved) thread.close();
  closeMenu();
  if (location.pathname + location.hash !== addressOf(place)) history.replaceState(null, "", addressOf(place));
  main.enter();
  const app = appConversation();
  if (place.kind === "home" || (app && place.id === app.id)) {
    await act("open_home", { tab: place.kind === "home" ? "home" : "messages" });
  }
  await Promise.all([main.refresh(), refreshConversations()]);
}

/** Goes to a message, wherever it stands; opens its thread if it is a reply. */
async function visit({ kind, id, ts, thread_ts }) {
  if (!conversation(id)) return;
  if (dialog.isOpen) await dialog.close(true);
  if (store.place?.id !== id) await go({ kind, id });
  if (thread_ts) await thread.open({ channel: id, ts: thread_ts, lit: ts });
  else if (ts) await main.show(ts);
}

async function be(id) {
  source?.close();
  store.me = store.people.get(id);
  localStorage.setItem("person", id);
  store.place = null;
  thread.close();
  await start();
}

async function write(id) {
  const { channel } = await act("open_direct", { users: [id] });
  await refreshConversations();
  await go({ kind: "channel", id: channel });
  document.getElementById("composer-text")?.focus();
}

async function openApp(app) {
  if (app) { await go({ kind: "channel", id: app.id }); return; }
  await write(store.workspace.app.user_id);
}

async function addChannel() {
  const id = await askForChannel();
  if (!id) return;
  await refreshConversations();
  await go({ kind: "channel", id });
}

// reading anew

function drawFrame() {
  if (!store.me) return;
  drawSidebar(nodes.sidebar, clock.node, { go, be, openSwitcher, openBell: () => { closeMenu(); bell.open(); }, addChannel });
  const unread = waitingForMe();
  nodes.frame.classList.toggle("something-waits", unread > 0);
  document.title = `${unread ? `(${unread}) ` : ""}${store.me.display_name} – ${store.workspace.team.name}`;
}

async function refreshConversations() {
  const { id } = store.me;
  const { conversations } = await read("conversations");
  if (store.me.id !== id) return; // one has become somebody else meanwhile
  store.conversations = conversations;
  drawFrame();
  main.renewHeader();
}

async function refreshPeople() {
  store.people = new Map((await people()).map((each) => [each.id, each]));
  store.me = store.people.get(store.me.id) ?? store.me;
}

const soonConversations = soon(refreshConversations);
const soonPeople = soon(async () => { await refreshPeople(); drawFrame(); }, 400);
const soonPlace = soon(() => store.place && main.refresh());
const soonThread = soon(() => thread.refresh());
const soonDialog = soon(() => dialog.refresh());

const ON_CHANGE = {
  dialog: soonDialog,
  home: () => { if (store.place?.kind === "home") soonPlace(); },
  elsewhere: soonPeople,
  unseen: () => { refreshEverything(); soonPeople(); },
  person: soonPeople,
  clock: (change) => {
    clock.heard(change);
    if (change.at === null) { clock.refresh(); soonPlace(); soonThread(); }
  },
};

function onChange(change) {
  ON_CHANGE[change.what]?.(change);
  if (!change.channel) return;
  soonConversations();
  if (change.what === "message") soonPeople();
  if (change.channel === store.place?.id || store.place?.kind === "threads") soonPlace();
  if (change.channel === store.thread?.channel) soonThread();
  if (change.notifies && !isLookedAt(change)) bell.ring(change);
}

/** Whether the message of a change comes into view by itself. */
function isLookedAt(change) {
  if (document.hidden) return false;
  const reply = change.thread_ts && change.thread_ts !== change.ts;
  return reply ? store.thread?.ts === change.thread_ts : store.place?.id === change.channel;
}

function refreshEverything() {
  soonConversations();
  soonPlace();
  soonThread();
  soonDialog();
  clock.refresh();
}

// starting

function wantedPlace() {
  const { id } = named();
  if (id === "home" || id === "threads") return { kind: id };
  if (conversation(id)) return { kind: "channel", id };
  const shared = store.me.is_stranger && store.conversations.find((each) => each.is_member);
  const usual = shared || appConversation();
  return usual ? { kind: "channel", id: usual.id } : { kind: "home" };
}

async function start() {
  const linked = placeOf(location.pathname + location.search);
  await refreshConversations();
  source = listen(onChange, (online) => {
    const came = online && !store.online;
    store.online = online;
    drawFrame();
    if (came) refreshEverything();
  });
  if (linked && conversation(linked.id)) await visit(linked);
  else await go(wantedPlace());
  await Promise.all([dialog.refresh(), clock.refresh()]);
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    if (!document.querySelector("dialog[open]")) openSwitcher();
  } else if (event.key === "Escape" && !document.querySelector("dialog[open], .menu:popover-open")) {
    if (nodes.frame.classList.contains("menu-open")) closeMenu();
    else if (store.thread) thread.close();
  }
});
// What nobody caught: said once, unless the page is being left and its requests end in the air.
let leaving = false;
let saidLast = "";
window.addEventListener("pagehide", () => { leaving = true; });
window.addEventListener("beforeunload", () => { leaving = true; });
window.addEventListener("unhandledrejection", (event) => {
  if (!(event.reason instanceof Refusal)) return; // a fault of the page: the console shows it
  event.preventDefault();
  if (leaving || event.reason.message === saidLast) return;
  saidLast = event.reason.message;
  setTimeout(() => { saidLast = ""; }, 7000);
  toast({ kind: "error", text: event.reason.message });
});
nodes.main.addEventListener("click", (event) => { if (!event.target.closest(".menu-button")) closeMenu(); });
document.addEventListener("visit", (event) => visit(placeOf(event.detail)));
document.addEventListener("be", (event) => be(event.detail));
document.addEventListener("write", (event) => write(event.detail));
document.addEventListener("visibilitychange", () => { if (!document.hidden) { soonPlace(); soonThread(); } });
window.addEventListener("hashchange", () => {
  const { person } = named();
  if (person && person !== store.me.id && store.people.has(person)) be(person);
  else go(wantedPlace());
});

store.workspace = await workspace();
store.ahead = store.workspace.ahead;
store.people = new Map((await people()).map((each) => [each.id, each]));
const able = [...store.people.values()].filter((each) => !each.is_bot && !each.deleted);
const first = store.people.get(named().person) ?? store.people.get(localStorage.getItem("person")) ?? able[0];
if (first) {
  store.me = first;
  localStorage.setItem("person", first.id);
  await start();
} else {
  fill(nodes.main, h("div.empty", {}, h("p", {}, "Nobody works here yet.")));
}
