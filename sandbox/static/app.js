// The page: loads, listens, and puts the parts on screen.

import { act, listen, people, read, workspace } from "/static/api.js";
import { pressing } from "/static/acts.js";
import { renderBlocks } from "/static/blocks.js";
import { composer } from "/static/composer.js";
import { Dialog } from "/static/dialog.js";
import { avatar, fill, h, icon, soon } from "/static/dom.js";
import { announce, drawMessages } from "/static/messages.js";
import { drawSidebar } from "/static/sidebar.js";
import { appConversation, current, store } from "/static/store.js";
import { Switcher } from "/static/switcher.js";

const nodes = Object.fromEntries(["frame", "sidebar", "main", "thread"].map((id) => [id, document.getElementById(id)]));
const dialog = new Dialog();
const switcher = new Switcher({ be, go, write });
let source = null;
let readUpTo = "";

// where one is

const address = () => `#/${store.me.id}/${store.place.kind === "home" ? "home" : store.place.id}`;

async function go(place) {
  const moved = store.place?.kind !== place.kind || store.place?.id !== place.id;
  store.place = place;
  if (moved) closeThread();
  nodes.frame.classList.remove("menu-open");
  if (location.hash !== address()) history.replaceState(null, "", `/${address()}`);
  readUpTo = current()?.last_read ?? "";
  drawMain();
  if (place.kind === "home") await act("open_home");
  await Promise.all([refreshPlace(), refreshConversations()]);
}

async function be(id) {
  source?.close();
  store.me = store.people.get(id);
  localStorage.setItem("person", id);
  store.place = null;
  store.messages = [];
  document.title = `${store.me.display_name} – ${store.workspace.team.name}`;
  await start();
}

async function write(id) {
  const { channel } = await act("open_direct", { users: [id] });
  await refreshConversations();
  await go({ kind: "channel", id: channel });
}

// reading anew

async function refreshConversations() {
  store.conversations = (await read("conversations")).conversations;
  drawSidebar(nodes.sidebar, { go, openSwitcher: () => switcher.open() });
}

async function refreshPlace() {
  const place = store.place;
  if (!place) return; // news that comes before the first place is chosen
  if (place.kind === "home") {
    store.home = await read("home");
    drawHome();
    return;
  }
  const { messages } = await read("messages", { channel: place.id });
  if (store.place !== place) return;
  store.messages = messages;
  drawList();
  const latest = messages.filter((each) => !each.only_visible_to_you).at(-1)?.ts;
  if (latest && current()?.unread && !document.hidden) await act("mark_read", { channel: place.id, ts: latest });
}

async function refreshThread() {
  if (!store.thread) return;
  const { channel, ts } = store.thread;
  store.thread.messages = (await read("messages", { channel, thread_ts: ts })).messages;
  drawThread();
}

const soonConversations = soon(refreshConversations);
const soonPlace = soon(refreshPlace);
const soonThread = soon(refreshThread);
const soonDialog = soon(() => dialog.refresh());

async function onChange(change) {
  if (change.what === "dialog") { soonDialog(); return; }
  if (change.what === "home") { if (store.place?.kind === "home") soonPlace(); return; }
  if (change.what === "person") store.people = new Map((await people()).map((each) => [each.id, each]));
  soonConversations();
  if (!change.channel) return;
  if (change.channel === store.place?.id) soonPlace();
  if (change.channel === store.thread?.channel) soonThread();
  const elsewhere = change.channel !== store.place?.id || document.hidden;
  if (["message", "ephemeral"].includes(change.what) && change.from !== store.me.id && elsewhere) {
    announce(change, () => go({ kind: "channel", id: change.channel }));
  }
}

// drawing

function header() {
  const menu = h("button.icon-button.menu-button", { type: "button", ariaLabel: "Show the sidebar", onclick: () => nodes.frame.classList.toggle("menu-open") }, icon("menu"));
  const app = appConversation();
  const inApp = store.place.kind === "home" || store.place.id === app?.id;
  if (inApp) {
    const tab = (name, place, on) => h("button.tab", { type: "button", role: "tab", "aria-selected": String(on), onclick: () => go(place) }, name);
    const messagesTab = app ? { kind: "channel", id: app.id } : null;
    return h("header.head", {}, menu, avatar(store.workspace.app.name, "app"), h("h1", {}, store.workspace.app.name),
      h("div.tabs", { role: "tablist" },
        store.workspace.app.home && tab("Home", { kind: "home" }, store.place.kind === "home"),
        h("button.tab", { type: "button", role: "tab", "aria-selected": String(store.place.kind !== "home"), onclick: async () => go(messagesTab ?? (await openApp())) }, "Messages")));
  }
  const here = current();
  const channel = ["public", "private"].includes(here?.kind);
  return h("header.head", {}, menu, channel && icon(here.kind === "private" ? "lock" : "hash"),
    h("h1", {}, here?.name ?? ""), here?.topic && h("span.topic", {}, here.topic), h("span.spacer", {}),
    channel && h("span.members", {}, `${here.members.length} members`));
}

async function openApp() {
  const { channel } = await act("open_direct", { users: [store.workspace.app.user_id] });
  await refreshConversations();
  return { kind: "channel", id: channel };
}

function drawMain() {
  if (store.place.kind === "home") {
    fill(nodes.main, header(), h("div.home", { id: "list" }));
    return;
  }
  const here = current();
  const placeholder = here?.kind === "app" ? `Message ${store.workspace.app.name}, or type / for a command` : `Message ${here?.name ?? ""}`;
  const joined = here?.is_member && !here.is_archived;
  fill(nodes.main, header(),
    h("div.list", { id: "list", tabIndex: 0, role: "log", ariaLabel: "Messages" }),
    joined ? composer({ id: "composer-text", channel: store.place.id, placeholder })
      : h("div.join", {}, here?.is_archived ? "This channel is archived." : h("button.button.primary", { type: "button", onclick: async () => { await act("join", { channel: here.id }); await refreshConversations(); drawMain(); await refreshPlace(); } }, `Join #${here?.name}`)));
}

function drawList() {
  const list = nodes.main.querySelector("#list");
  if (!list) return;
  if (!store.messages.length) {
    delete list.dataset.drawn;
    fill(list, h("div.empty", {}, icon("reply"), h("p", {}, "Nothing here yet."), h("p", {}, "Say something, or type / to see what you can ask for.")));
    return;
  }
  drawMessages(list, store.messages, { openThread, lastRead: readUpTo });
}

function drawHome() {
  const list = nodes.main.querySelector("#list");
  const { view } = store.home;
  if (!list) return;
  if (!view) {
    fill(list, h("div.empty", {}, icon("home"), h("p", {}, "The app has not drawn its Home yet.")));
    return;
  }
  const context = { values: view.state.values, ...pressing({ view: "home" }) };
  const scrolled = list.scrollTop;
  fill(list, h("div.home-inner", {}, renderBlocks(view.blocks, context)));
  list.scrollTop = scrolled;
}

async function openThread(message) {
  store.thread = { channel: message.channel, ts: message.thread_ts ?? message.ts, messages: [] };
  nodes.thread.hidden = false;
  nodes.frame.classList.add("with-thread");
  fill(nodes.thread,
    h("header.head", {}, h("h1", {}, "Thread"), h("span.spacer", {}), h("button.icon-button", { type: "button", ariaLabel: "Close the thread", onclick: closeThread }, icon("close"))),
    h("div.list", { id: "thread-list", tabIndex: 0, role: "log", ariaLabel: "Thread" }),
    composer({ id: "thread-text", channel: store.thread.channel, thread_ts: store.thread.ts, placeholder: "Reply…" }));
  await refreshThread();
  document.getElementById("thread-text").focus();
}

function closeThread() {
  store.thread = null;
  nodes.thread.hidden = true;
  nodes.frame.classList.remove("with-thread");
}

function drawThread() {
  const list = document.getElementById("thread-list");
  if (list) drawMessages(list, store.thread.messages, { openThread: () => {}, inThread: true });
}

// starting

function wantedPlace() {
  const [, , id] = location.hash.split("/");
  if (id === "home") return { kind: "home" };
  if (store.conversations.some((each) => each.id === id)) return { kind: "channel", id };
  const archive = /^\/archives\/(\w+)/.exec(location.pathname)?.[1];
  if (store.conversations.some((each) => each.id === archive)) return { kind: "channel", id: archive };
  const app = appConversation();
  return app ? { kind: "channel", id: app.id } : { kind: "home" };
}

async function start() {
  await refreshConversations();
  source = listen(onChange, (online) => {
    const came = online && !store.online;
    store.online = online;
    drawSidebar(nodes.sidebar, { go, openSwitcher: () => switcher.open() });
    if (came) { soonConversations(); soonPlace(); soonThread(); soonDialog(); }
  });
  await go(wantedPlace());
  await dialog.refresh();
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    if (!document.getElementById("switcher").open) switcher.open();
  } else if (event.key === "Escape" && store.thread && !document.querySelector("dialog[open]")) {
    closeThread();
  }
});
document.addEventListener("visibilitychange", () => { if (!document.hidden && store.place) soonPlace(); });
window.addEventListener("hashchange", () => {
  const [, user] = location.hash.split("/");
  if (user && user !== store.me.id && store.people.has(user)) be(user);
  else go(wantedPlace());
});

store.workspace = await workspace();
store.people = new Map((await people()).map((each) => [each.id, each]));
const [, asked] = location.hash.split("/");
const able = [...store.people.values()].filter((each) => !each.is_bot && !each.deleted);
const first = store.people.get(asked) ?? store.people.get(localStorage.getItem("person")) ?? able[0];
if (first) await be(first.id);
else fill(nodes.main, h("div.empty", {}, h("p", {}, "Nobody works here yet.")));
