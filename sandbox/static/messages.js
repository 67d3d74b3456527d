// A list of messages with its days and its "New" line. Only rows that changed are drawn anew.

import { h } from "/static/dom.js";
import { row } from "/static/message.js";
import { store } from "/static/store.js";
import { dayKey, dayName, now } from "/static/times.js";

const NEAR_THE_END = 80; // pixels

const isAtEnd = (list) => list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_THE_END;

/** Stays at the newest message while pictures above it are still growing. */
function stayAtEnd(list) {
  list.atEnd = true;
  list.addEventListener("scroll", () => { list.atEnd = isAtEnd(list); });
  list.addEventListener("load", () => { if (list.atEnd) list.scrollTop = list.scrollHeight; }, true);
}

function wantedRows(messages, { openThread, lastRead, days }) {
  const wanted = [];
  const today = dayKey(now());
  let day = null;
  let marked = false;
  messages.forEach((message, index) => {
    const own = dayKey(message.shown_at);
    if (days && own !== day) {
      day = own;
      wanted.push([`day${day}`, day + today, () => h("div.day", {}, h("span", {}, dayName(message.shown_at)))]);
    }
    if (!marked && lastRead && message.ts > lastRead && message.user !== store.me.id && !message.only_visible_to_you) {
      marked = true;
      wanted.push(["new", "new", () => h("div.new-mark", { role: "separator", ariaLabel: "New messages" }, h("span", {}, "New"))]);
    }
    const previous = wanted.at(-1)?.[0].startsWith("m") ? messages[index - 1] : null;
    const print = JSON.stringify([message, previous?.user, previous?.shown_at, previous?.only_visible_to_you, today]);
    wanted.push([`m${message.ts}`, print, () => row(message, previous, openThread)]);
  });
  return wanted;
}

function isBeingEdited(node) {
  return node.querySelector(".body:not(.saving) > textarea") !== null;
}

/** Shows these messages in `list`: `lastRead` is where "New" begins, `top` stands before them. */
export function drawMessages(list, messages, { openThread, lastRead = "", days = true, top = null } = {}) {
  const first = !list.dataset.drawn;
  const stick = first || isAtEnd(list);
  if (list.atEnd === undefined) stayAtEnd(list);
  const fromEnd = list.scrollHeight - list.scrollTop;
  const grewAbove = !first && list.dataset.oldest && messages[0] && messages[0].ts < list.dataset.oldest;
  const old = new Map([...list.children].map((node) => [node.dataset.key, node]));
  const nodes = wantedRows(messages, { openThread, lastRead, days }).map(([key, print, make]) => {
    const existing = old.get(key);
    if (existing && (existing.print === print || isBeingEdited(existing))) return existing;
    const node = make();
    node.dataset.key = key;
    node.print = print;
    return node;
  });
  const held = document.activeElement?.closest?.("[data-key]")?.dataset.key;
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  list.replaceChildren(...(top ? [top] : []), ...nodes);
  list.dataset.drawn = "1";
  list.dataset.oldest = messages[0]?.ts ?? "";
  if (focused) (list.contains(focused) ? focused : list.querySelector(`[data-key="${CSS.escape(held ?? "")}"]`))?.focus({ preventScroll: true });
  if (grewAbove) list.scrollTop = list.scrollHeight - fromEnd;
  else if (stick) list.scrollTop = list.scrollHeight;
}

/** Brings a message into view and lights it up for a moment; false if it is not in the list. */
export function showMessage(list, ts) {
  const node = list.querySelector(`[data-ts="${ts}"]`);
  if (!node) return false;
  node.scrollIntoView({ block: "center" });
  node.classList.add("lit");
  setTimeout(() => node.classList.remove("lit"), 2500);
  return true;
}
