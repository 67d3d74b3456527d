// The middle: a conversation, the app's Home, or all threads.

import { act, read } from "/static/api.js";
import { pressing } from "/static/acts.js";
import { renderBlocks } from "/static/blocks.js";
import { composer } from "/static/composer.js";
import { avatar, fill, h, icon } from "/static/dom.js";
import { menu } from "/static/menu.js";
import { drawMessages, showMessage } from "/static/messages.js";
import { appConversation, current, isApp, isChannel, personName, store } from "/static/store.js";
import { drawThreads } from "/static/threads_view.js";

const PAGE = 100; // messages at first, and as many more with each *Show earlier*

export class MainView {
  /** `acts`: go, openThread, toggleMenu, renew (reads the sidebar anew), be. */
  constructor(node, acts) {
    this.node = node;
    this.acts = acts;
    this.limit = PAGE;
    this.readUpTo = "";
  }

  get list() { return this.node.querySelector("#list"); }

  /** Draws the place anew, as one comes to it. */
  enter() {
    this.limit = PAGE;
    this.readUpTo = current()?.last_read ?? "";
    store.messages = [];
    const { kind } = store.place;
    this.printed = this.print();
    const label = kind === "channel" ? { role: "log", ariaLabel: "Messages" } : {};
    fill(this.node, this.header(),
      h(kind === "home" ? "div.home" : "div.list", { id: "list", tabIndex: kind === "channel" ? 0 : undefined, ...label }),
      kind === "channel" && this.foot());
  }

  async refresh() {
    const { place } = store;
    if (place.kind === "threads") { await drawThreads(this.list, this.acts.openThread); return; }
    if (place.kind === "home") {
      store.home = await read("home");
      if (store.place === place) this.drawHome();
      return;
    }
    const { messages, earlier } = await read("messages", { channel: place.id, limit: this.limit });
    if (store.place !== place) return;
    Object.assign(store, { messages, earlier });
    this.drawMessages();
    const latest = messages.filter((each) => !each.only_visible_to_you).at(-1)?.ts;
    if (latest && current()?.unread && !document.hidden) await act("mark_read", { channel: place.id, ts: latest });
  }

  /** What the header says, as far as it can change while one is here. */
  print() {
    const here = current();
    return JSON.stringify([here?.name, here?.topic, here?.members, here?.is_archived]);
  }

  /** The sidebar was read anew: who is here may have changed. */
  renewHeader() {
    if (!store.place || this.printed === this.print()) return;
    this.printed = this.print();
    this.node.querySelector("header")?.replaceWith(this.header());
  }

  /** Shows a message of this conversation, however long ago it was. */
  async show(ts) {
    while (!showMessage(this.list, ts) && store.earlier) await this.showEarlier();
  }

  async showEarlier() {
    this.limit += PAGE;
    await this.refresh();
  }

  drawMessages() {
    const { list } = this;
    if (!list) return;
    if (!store.messages.length) {
      delete list.dataset.drawn;
      fill(list, h("div.empty", {}, icon("reply"), h("p", {}, "Nothing here yet."), h("p", {}, "Say something, or type / to see what you can ask for.")));
      return;
    }
    const top = store.earlier > 0 && h("button.button.earlier", { type: "button", onclick: () => this.showEarlier() }, `Show earlier messages (${store.earlier})`);
    drawMessages(list, store.messages, {
      openThread: (message) => this.acts.openThread({ channel: message.channel, ts: message.thread_ts ?? message.ts }),
      lastRead: this.readUpTo, top,
    });
  }

  drawHome() {
    const { list } = this;
    const { view } = store.home;
    if (!list) return;
    if (!view) {
      fill(list, h("div.empty", { role: "status" }, icon("home"), h("p", {}, "The app has not drawn its Home yet.")));
      return;
    }
    const context = { values: view.state.values, ...pressing({ view: "home" }) };
    const scrolled = list.scrollTop;
    fill(list, h("div.home-inner", {}, renderBlocks(view.blocks, context)));
    list.scrollTop = scrolled;
  }

  header() {
    const menuButton = h("button.icon-button.menu-button", { type: "button", ariaLabel: "Show the sidebar", onclick: this.acts.toggleMenu }, icon("menu"));
    const app = appConversation();
    if (store.place.kind === "home" || (app && store.place.id === app.id)) return this.appHeader(menuButton, app);
    if (store.place.kind === "threads") return h("header.head", {}, menuButton, icon("threads"), h("h1", {}, "Threads"));
    const here = current();
    return h("header.head", {}, menuButton, isChannel(here) && icon(here.kind === "private" ? "lock" : "hash"),
      h("h1", {}, here?.name ?? ""), here?.topic && h("span.topic", {}, here.topic), h("span.spacer", {}),
      isChannel(here) && this.members(here));
  }

  appHeader(menuButton, app) {
    const { app: shown } = store.workspace;
    const tab = (name, on, work) => h("button.tab", { type: "button", role: "tab", "aria-selected": String(on), onclick: work }, name);
    return h("header.head", {}, menuButton, avatar(shown.name, "app"), h("h1", {}, shown.name),
      h("div.tabs", { role: "tablist" },
        shown.home && tab("Home", store.place.kind === "home", () => this.acts.go({ kind: "home" })),
        tab("Messages", store.place.kind !== "home", () => this.acts.openApp(app))));
  }

  members(here) {
    const opener = h("button.members", { type: "button", title: "Who is here" }, `${here.members.length} ${here.members.length === 1 ? "member" : "members"}`);
    return menu(opener, () => here.members.filter((id) => store.people.has(id)).map((id) => ({
      name: personName(id), note: isApp(id) ? "App" : store.people.get(id).title, sign: avatar(personName(id), isApp(id) ? "app" : "person"),
      work: () => { if (!isApp(id) && id !== store.me.id) this.acts.be(id); },
    })), { label: "Members", head: () => h("div.menu-note", {}, "Choose somebody to be them") });
  }

  foot() {
    const here = current();
    if (here?.is_archived) return h("div.join", {}, "This channel is archived.");
    if (here && !here.is_member) {
      return h("div.join", {}, h("button.button.primary", { type: "button", onclick: () => this.join(here) }, `Join #${here.name}`));
    }
    const placeholder = here?.kind === "app" ? `Message ${store.workspace.app.name}, or type / for a command` : `Message ${here?.name ?? ""}`;
    return composer({ id: "composer-text", channel: store.place.id, placeholder });
  }

  async join(here) {
    await act("join", { channel: here.id });
    await this.acts.renew();
    this.enter();
    await this.refresh();
    document.getElementById("composer-text")?.focus();
  }
}
