// Ctrl/Cmd-K: be somebody else, or go somewhere.

import { avatar, fill, h, icon } from "/static/dom.js";
import { store } from "/static/store.js";

export class Switcher {
  constructor({ be, go, write }) {
    this.acts = { be, go, write };
    this.box = document.getElementById("switcher");
    this.active = 0;
    this.box.addEventListener("click", (event) => { if (event.target === this.box) this.box.close(); });
  }

  open() {
    this.active = 0;
    this.field = h("input", {
      type: "search", placeholder: "Be somebody, or go somewhere…", ariaLabel: "Search people and conversations",
      role: "combobox", "aria-controls": "switcher-list", "aria-expanded": "true", autocomplete: "off",
      oninput: () => { this.active = 0; this.draw(); },
      onkeydown: (event) => this.key(event),
    });
    this.list = h("ul", { id: "switcher-list", role: "listbox" });
    fill(this.box, this.field, this.list, h("footer", {}, "↑ ↓ to move · Enter to choose · Esc to close"));
    this.draw();
    this.box.showModal();
    this.field.focus();
  }

  entries() {
    const query = this.field.value.trim().toLowerCase();
    const fits = (...words) => words.some((word) => word?.toLowerCase().includes(query));
    const people = [...store.people.values()].filter((each) => !each.is_bot && !each.deleted);
    return [
      ...people.filter((each) => fits(each.display_name, each.real_name, each.title, each.name)).map((each) => ({
        name: each.display_name, note: [each.title, each.tz.split("/").at(-1).replace(/_/g, " ")].filter(Boolean).join(" · "),
        sign: avatar(each.display_name), here: each.id === store.me.id, kind: "Be",
        act: () => this.acts.be(each.id),
      })),
      ...store.conversations.filter((each) => each.name && fits(each.name)).map((each) => ({
        name: each.name, note: each.topic, sign: ["public", "private"].includes(each.kind) ? icon("hash") : avatar(each.name, each.kind === "app" ? "app" : "person"),
        kind: "Go to", act: () => this.acts.go({ kind: "channel", id: each.id }),
      })),
      ...(query ? people.filter((each) => each.id !== store.me.id && fits(each.display_name)).map((each) => ({
        name: each.display_name, note: "direct message", sign: icon("reply"), kind: "Write to", act: () => this.acts.write(each.id),
      })) : []),
    ];
  }

  draw() {
    this.shown = this.entries();
    fill(this.list, this.shown.map((entry, index) => h("li", {
      role: "option", id: `switcher-${index}`, "aria-selected": String(index === this.active), class: index === this.active ? "active" : "",
      onclick: () => this.take(entry),
    }, entry.sign, h("span.name", {}, entry.name, h("small", {}, entry.note)), h("small.kind", {}, entry.here ? "You" : entry.kind))));
    this.field.setAttribute("aria-activedescendant", `switcher-${this.active}`);
    this.list.children[this.active]?.scrollIntoView({ block: "nearest" });
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
