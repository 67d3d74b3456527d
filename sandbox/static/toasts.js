// Short notices in the corner: what a phone would have shown, and what went wrong.

import { avatar, h, icon } from "/static/dom.js";

const SHOWN_FOR = 6000;

export function toast({ kind = "note", from, text, onclick }) {
  const close = h("button.icon-button", { type: "button", ariaLabel: "Dismiss", onclick: (event) => { event.stopPropagation(); box.remove(); } }, icon("close"));
  const box = h("div.toast", { class: kind, onclick: () => { box.remove(); onclick?.(); } },
    from ? avatar(from.name, from.kind) : icon(kind === "error" ? "warn" : "check"),
    h("div.toast-text", {}, from && h("strong", {}, from.name), h("span", {}, text)),
    close);
  const all = document.getElementById("toasts");
  all.append(box);
  while (all.children.length > 3) all.firstChild.remove();
  setTimeout(() => box.remove(), SHOWN_FOR);
}
