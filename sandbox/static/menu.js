// A menu that opens from a button; in the top layer, so that nothing cuts it off.

import { fill, h } from "/static/dom.js";

const GAP = 4; // pixels between the button and its menu, and the least to the window's edge

function place(list, opener) {
  const at = opener.getBoundingClientRect();
  const { offsetWidth: wide, offsetHeight: high } = list;
  const below = at.bottom + GAP + high < innerHeight;
  const left = at.left + wide < innerWidth ? at.left : at.right - wide;
  list.style.left = `${Math.max(GAP, left)}px`;
  list.style.top = `${below ? at.bottom + GAP : Math.max(GAP, at.top - GAP - high)}px`;
}

const entryNode = (entry, close) =>
  h("button", {
    type: "button", role: "menuitem", class: entry.danger ? "danger" : "", tabIndex: -1,
    onclick: () => { close(); entry.work(); },
  }, entry.sign, h("span", {}, entry.name), entry.note && h("small", {}, entry.note));

/** Makes `opener` open a menu; `entries()` gives [{name, note, sign, danger, work}] when it does. */
export function menu(opener, entries, { label, head } = {}) {
  const list = h("div.menu", { popover: "auto", role: "menu", ariaLabel: label ?? opener.ariaLabel });
  const close = () => { list.hidePopover(); opener.focus(); };
  opener.setAttribute("aria-haspopup", "menu");
  opener.setAttribute("aria-expanded", "false");
  opener.addEventListener("click", () => {
    fill(list, head?.(), entries().map((entry) => entryNode(entry, close)));
    list.showPopover();
    place(list, opener);
    list.querySelector("[role=menuitem]")?.focus();
  });
  list.addEventListener("toggle", (event) => opener.setAttribute("aria-expanded", String(event.newState === "open")));
  list.addEventListener("keydown", (event) => {
    const all = [...list.querySelectorAll("[role=menuitem]")];
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + all.length, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      all[to % all.length].focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  });
  return [opener, list];
}
