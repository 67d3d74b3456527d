// The list of messages, with days, threads, files, and what one can do with a message.

import { act, fileAddress } from "/static/api.js";
import { attempt, pressing } from "/static/acts.js";
import { renderBlocks } from "/static/blocks.js";
import { avatar, h, icon } from "/static/dom.js";
import { mrkdwn } from "/static/mrkdwn.js";
import { isApp, personName, store } from "/static/store.js";
import { clockTime, dayKey, dayName, format } from "/static/times.js";
import { toast } from "/static/toasts.js";

const seconds = (ts) => Number(ts);
const GROUPING = 300; // seconds within which a writer's messages stand together

function attachment(file) {
  const address = fileAddress(file);
  if (file.mimetype.startsWith("image/")) {
    return h("a.picture", { href: address, target: "_blank" }, h("img", { src: address, alt: file.title, loading: "lazy" }));
  }
  return h("a.attachment", { href: address, target: "_blank" }, icon("file"),
    h("span", {}, h("strong", {}, file.title), h("small", {}, `${file.pretty_type} · ${Math.ceil(file.size / 1024)} kB`)));
}

function menuEntries(message, openThread) {
  const own = message.user === store.me.id;
  const shortcuts = store.workspace.shortcuts.filter((each) => each.type === "message");
  const entries = shortcuts.map((each) => [each.name, store.workspace.app.name, () =>
    attempt(null, () => act("message_shortcut", { callback_id: each.callback_id, channel: message.channel, ts: message.ts }))]);
  if (!message.only_visible_to_you) {
    entries.unshift(["Reply in thread", "", () => openThread(message)]);
    entries.push(["Copy link", "", () => navigator.clipboard?.writeText(message.permalink)]);
  } else {
    entries.push(["Dismiss message", "", () => act("delete", { channel: message.channel, ts: message.ts })]);
  }
  if (own) {
    entries.push(["Edit message", "", () => edit(message)]);
    entries.push(["Delete message", "", () => attempt(null, () => act("delete", { channel: message.channel, ts: message.ts }))]);
  }
  return entries;
}

function edit(message) {
  const body = document.querySelector(`[data-ts="${message.ts}"] .body`);
  const text = h("textarea.text", { rows: 3, value: plainText(message.text), ariaLabel: "Edit message" });
  const save = () => attempt(text, () => act("edit", { channel: message.channel, ts: message.ts, text: text.value }));
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); save(); }
    if (event.key === "Escape") { event.stopPropagation(); body.replaceChildren(...content(message)); }
  });
  body.replaceChildren(text, h("small.hint", {}, "Enter saves, Esc keeps what was there"));
  text.focus();
}

const plainText = (text) => text
  .replace(/<@(\w+)>/g, (_, id) => `@${personName(id)}`)
  .replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

function tools(message, openThread) {
  const list = h("div.menu", { role: "menu", hidden: true });
  const opener = h("button.icon-button", { type: "button", ariaLabel: "More actions", "aria-haspopup": "menu", "aria-expanded": "false" }, icon("more"));
  const close = () => { list.hidden = true; opener.setAttribute("aria-expanded", "false"); };
  opener.onclick = () => {
    list.hidden = !list.hidden;
    opener.setAttribute("aria-expanded", String(!list.hidden));
    if (list.hidden) return;
    list.classList.toggle("up", opener.getBoundingClientRect().bottom > window.innerHeight / 2);
    list.querySelector("button").focus();
  };
  list.append(...menuEntries(message, openThread).map(([name, note, work]) =>
    h("button", { type: "button", role: "menuitem", onclick: () => { close(); work(); } }, h("span", {}, name), note && h("small", {}, note))));
  list.addEventListener("keydown", (event) => {
    const entries = [...list.children];
    const at = entries.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); entries[(at + step + entries.length) % entries.length].focus(); }
    if (event.key === "Escape") { event.stopPropagation(); close(); opener.focus(); }
  });
  list.addEventListener("focusout", (event) => { if (!list.contains(event.relatedTarget) && event.relatedTarget !== opener) close(); });
  return h("div.tools", {},
    !message.only_visible_to_you && h("button.icon-button", { type: "button", ariaLabel: "Reply in thread", title: "Reply in thread", onclick: () => openThread(message) }, icon("reply")),
    opener, list);
}

function content(message) {
  const context = {
    values: message.state,
    ...pressing({ channel: message.channel, ts: message.ts }),
  };
  return [
    message.blocks?.length ? renderBlocks(message.blocks, context) : message.text && h("div.block.plain", {}, mrkdwn(message.text)),
    message.blocks?.length && message.files?.length && message.text ? h("div.block.plain", {}, mrkdwn(message.text)) : null,
    message.files?.map(attachment),
    message.edited && !message.bot_id && h("small.edited", {}, "(edited)"),
  ].flat(2).filter(Boolean);
}

function row(message, previous, openThread, inThread) {
  const from = personName(message.user);
  const app = isApp(message.user);
  const joined = previous && previous.user === message.user && !message.only_visible_to_you && !previous.only_visible_to_you
    && seconds(message.ts) - seconds(previous.ts) < GROUPING && dayKey(seconds(message.ts)) === dayKey(seconds(previous.ts));
  const person = store.people.get(message.user);
  const time = clockTime(seconds(message.ts));
  const full = format(seconds(message.ts), { dateStyle: "full", timeStyle: "short" });
  const replies = !inThread && message.reply_count;
  const node = h("article.message", {
    class: [joined && "joined", message.only_visible_to_you && "ephemeral", message.subtype === "tombstone" && "tombstone"].filter(Boolean).join(" "),
    data: { ts: message.ts }, "aria-label": `${from}, ${time}`,
  },
  message.only_visible_to_you && h("div.only-you", {}, icon("eye"), "Only visible to you"),
  joined ? h("time.aside", { title: full }, time.replace(/\s?[AP]M$/i, "")) : avatar(from, app ? "app" : "person"),
  h("div.stack", {},
    !joined && h("div.by", {}, h("strong", {}, from),
      app && h("span.badge", {}, "App"),
      person?.is_stranger && h("span.badge.foreign", {}, "Other organisation"),
      person?.is_guest && h("span.badge.foreign", {}, "Guest"),
      h("time", { title: full }, time)),
    h("div.body", {}, content(message)),
    replies && h("button.replies", { type: "button", onclick: () => openThread(message) },
      h("span.faces", {}, message.reply_users.slice(0, 4).map((id) => avatar(personName(id), isApp(id) ? "app" : "person"))),
      `${replies} ${replies === 1 ? "reply" : "replies"}`,
      h("small", {}, `Last at ${clockTime(seconds(message.latest_reply))}`))),
  message.subtype !== "tombstone" && tools(message, openThread));
  return node;
}

/** Updates `list` to show these messages, touching only the rows that changed. */
export function drawMessages(list, messages, { openThread, inThread = false, lastRead = "" }) {
  const stick = list.scrollHeight - list.scrollTop - list.clientHeight < 80 || !list.dataset.drawn;
  const old = new Map([...list.children].map((node) => [node.dataset.key, node]));
  const wanted = [];
  let day = null;
  let marked = false;
  messages.forEach((message, index) => {
    const today = dayKey(seconds(message.ts));
    if (today !== day && !inThread) {
      day = today;
      wanted.push([`day${day}`, today + dayName(seconds(message.ts)), () => h("div.day", {}, h("span", {}, dayName(seconds(message.ts))))]);
    }
    if (!marked && lastRead && message.ts > lastRead && message.user !== store.me.id && !message.only_visible_to_you) {
      marked = true;
      wanted.push(["new", "new", () => h("div.new-mark", {}, h("span", {}, "New"))]);
    }
    const previous = wanted.at(-1)?.[0].startsWith("m") ? messages[index - 1] : null;
    const print = JSON.stringify([message, previous?.user, previous?.only_visible_to_you, message.only_visible_to_you]);
    wanted.push([`m${message.ts}`, print, () => row(message, previous, openThread, inThread)]);
  });
  const nodes = wanted.map(([key, print, make]) => {
    const existing = old.get(key);
    if (existing?.print === print) return existing;
    const node = make();
    node.dataset.key = key;
    node.print = print;
    return node;
  });
  const focused = document.activeElement?.dataset?.key && list.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  list.replaceChildren(...nodes);
  if (focused) list.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  list.dataset.drawn = "1";
  if (stick) list.scrollTop = list.scrollHeight;
}

export function announce(change, go) {
  const name = personName(change.from);
  toast({ from: { name, kind: isApp(change.from) ? "app" : "person" }, text: change.text ? mrkdwn(change.text) : "sent something", onclick: go });
}
