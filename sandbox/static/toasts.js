// Short notices in the corner: what a phone would have shown, and what went wrong.

import { avatar, h, icon } from "/static/dom.js";

const SHOWN_FOR = 7000;

/** `from` {name, kind} makes it a notification; `onclick` is what a tap on it does. */
export function toast({ kind = "note", from, text, onclick }) {
  const close = h("button.icon-button", { type: "button", ariaLabel: "Dismiss", onclick: (event) => { event.stopPropagation(); dismiss(); } }, icon("close"));
  const box = h("div.toast", { class: kind, onclick: () => { dismiss(); onclick?.(); } },
    from ? avatar(from.name, from.kind) : icon(kind === "error" ? "warn" : "check"),
    h("div.toast-text", {}, from && h("strong", {}, from.name), h("span", {}, text)),
    close);
  const all = document.getElementById("toasts");
  const dismiss = () => {
    box.remove();
    if (!all.children.length && all.matches(":popover-open")) all.hidePopover();
  };
  document.getElementById("said").textContent = [from?.name, text].filter(Boolean).join(": "); // for screen readers
  all.append(box);
  while (all.children.length > 3) all.firstChild.remove();
  if (all.matches(":popover-open")) all.hidePopover();
  all.showPopover(); // anew, so that it stands above a dialog that was opened since
  setTimeout(dismiss, SHOWN_FOR);
}
