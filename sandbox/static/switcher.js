// Ctrl/Cmd-K: be somebody else, go somewhere, or write to somebody.

import { avatar, fill, h, icon } from "/static/dom.js";
import { isChannel, store } from "/static/store.js";

const place = (person) => person.tz.split("/").at(-1).replace(/_/g, " ");

export class Switcher {
  /** `acts`: be, go, write, and `renew`, which reads the people anew. */
  constructor(acts) {
    this.acts = acts;
    this.box = document.getElementById("switcher");
    this.active = 0;
    this.box.addEventListener("click", (event) => { if (event.target === this.box) this.box.close(); });
  }

  async open() {
    if (this.box.open) return;
    this.active = 0;
    this.field = h("input", {
      type: "search", placeholder: "Be somebody, or go somewhere…", ariaLabel: "Search people and conversations",
      role: "combobox", "aria-controls": "switcher-list", "aria-expanded": "true", autocomplete: "off",
      oninput: () => { this.active = 0; this.draw(); },
      onkeydown: (event) => this.key(event),
    });
    this.list = h("ul", { id: "switcher-list", role: "listbox", ariaLabel: "People and conversations" });
    fill(this.box, this.field, this.list, h("footer", {}, "↑ ↓ to move · Enter to choose · Esc to close"));
    this.draw();
    this.box.showModal();
    this.field.focus();
    await this.acts.renew();
    if (this.box.open) this.draw();
  }

  people() {
    return [...store.people.values()].filter((each) => !each.is_bot && !each.deleted);
  }

  entries() {
    const query = this.field.value.trim().toLowerCase();
    const fits = (...words) => words.some((word) => word?.toLowerCase().includes(query));
    const people = this.people().filter((each) => fits(each.display_name, each.real_name, each.title, each.name, place(each)));
    const waiting = people.filter((each) => each.waiting).sort((a, b) => (a.newest < b.newest ? 1 : -1));
    const rest = people.filter((each) => !each.waiting);
    const be = (each) => ({
      name: each.display_name, note: [each.title, each.is_guest && "guest", each.is_stranger && "other organisation", place(each)].filter(Boolean).join(" · "),
      sign: avatar(each.display_name), waiting: each.waiting, kind: each.id === store.me.id ? "You" : "Be",
      act: () => this.acts.be(each.id),
    });
    const places = store.conversations.filter((each) => each.name && fits(each.name)).map((each) => ({
      name: each.name, note: each.topic, kind: "Go to", waiting: each.pressing,
      sign: isChannel(each) ? icon(each.kind === "private" ? "lock" : "hash") : avatar(each.name, each.kind === "app" ? "app" : "person"),
      act: () => this.acts.go({ kind: "channel", id: each.id }),
    }));
    const write = query ? people.filter((each) => each.id !== store.me.id).map((each) => ({
      name: each.display_name, note: "direct message", sign: icon("reply"), kind: "Write to", act: () => this.acts.write(each.id),
    })) : [];
    return [
      ...waiting.map((each) => ({ ...be(each), group: "Something waits for" })),
      ...rest.map((each) => ({ ...be(each), group: waiting.length ? "Everybody else" : "Everybody" })),
      ...places.map((each) => ({ ...each, group: "Conversations" })),
      ...write.map((each) => ({ ...each, group: "Write to" })),
    ];
  }

  draw() {
    this.shown = this.entries();
    let group = null;
    const rows = [];
    this.shown.forEach((entry, index) => {
      if (entry.group !== group) rows.push(h("li.heading", { role: "presentation" }, entry.group));
      group = entry.group;
      rows.push(this.row(entry, index));
    });
    fill(this.list, rows.length ? rows : h("li.heading", { role: "presentation" }, "Nobody and nothing of this name"));
    if (this.shown.length) this.field.setAttribute("aria-activedescendant", `switcher-${this.active}`);
    else this.field.removeAttribute("aria-activedescendant");
    this.list.querySelector(".active")?.scrollIntoView({ block: "nearest" });
    if (this.active === 0) this.list.scrollTop = 0;
  }

  row(entry, index) {
    const active = index === this.active;
    return h("li", {
      role: "option", id: `switcher-${index}`, "aria-selected": String(active), class: active ? "active" : "", onclick: () => this.take(entry),
    }, entry.sign, h("span.name", {}, entry.name, h("small", {}, entry.note)),
    entry.waiting > 0 && h("span.count", { role: "img", ariaLabel: `${entry.waiting} unread` }, entry.waiting), h("small.kind", {}, entry.kind));
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      this.active = (this.active + step + this.shown.length) % (this.shown.length || 1);
      this.draw();
    } else if (event.key === "Enter" && this.shown[this.active]) {
      event.preventDefault();
      this.take(this.shown[this.active]);
    }
  }

  take(entry) {
    this.box.close();
    entry.act();
  }
}
