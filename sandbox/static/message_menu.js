// What one can do with a message: reply, the app's shortcuts, copy its link, edit, delete.

import { act } from "/static/api.js";
import { attempt } from "/static/acts.js";
import { h, icon } from "/static/dom.js";
import { menu } from "/static/menu.js";
import { plainText } from "/static/mrkdwn.js";
import { ask } from "/static/question.js";
import { store } from "/static/store.js";
import { toast } from "/static/toasts.js";

const plain = (text) => ({ type: "plain_text", text });

async function copyLink(message) {
  try {
    await navigator.clipboard.writeText(message.permalink);
    toast({ text: "The link is copied." });
  } catch {
    toast({ text: message.permalink });
  }
}

async function remove(message) {
  const sure = await ask({ title: plain("Delete message"), text: plain("Are you sure? This cannot be undone."), confirm: plain("Delete"), style: "danger" });
  if (sure) await attempt(null, () => act("delete", { channel: message.channel, ts: message.ts }));
}

/** Turns the body of a message into a field with its text; `restore` draws the body again. */
function edit(message, body, restore) {
  const text = h("textarea.text", { rows: 3, value: plainText(message.text), ariaLabel: "Edit message" });
  const save = async () => {
    const words = text.value.trim();
    if (words && words !== plainText(message.text).trim()) {
      body.classList.add("saving"); // the row is drawn anew as soon as the change is heard of
      const saved = await attempt(text, () => act("edit", { channel: message.channel, ts: message.ts, text: words }));
      if (saved) return;
      body.classList.remove("saving");
      text.focus();
      return;
    }
    restore();
  };
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); save(); }
    if (event.key === "Escape") { event.stopPropagation(); restore(); }
  });
  body.replaceChildren(text, h("div.edit-bar", {},
    h("button.button", { type: "button", onclick: restore }, "Cancel"),
    h("button.button.primary", { type: "button", onclick: save }, "Save"),
    h("small", {}, "Enter saves, Esc keeps what was there")));
  text.focus();
}

function entries(message, acts) {
  const own = message.user === store.me.id && !message.bot_id;
  const place = { channel: message.channel, ts: message.ts };
  const shortcuts = store.workspace.shortcuts.filter((each) => each.type === "message");
  const made = shortcuts.map((each) => ({
    name: each.name, note: store.workspace.app.name, sign: icon("bolt"),
    work: () => attempt(acts.opener, () => act("message_shortcut", { callback_id: each.callback_id, ...place })),
  }));
  if (message.only_visible_to_you) {
    made.push({ name: "Dismiss message", sign: icon("close"), work: () => act("delete", place) });
    return made;
  }
  if (acts.openThread) made.unshift({ name: "Reply in thread", sign: icon("reply"), work: () => acts.openThread(message) });
  made.push({ name: "Copy link", sign: icon("link"), work: () => copyLink(message) });
  if (own) {
    made.push({ name: "Edit message", sign: icon("edit"), work: () => edit(message, acts.body, acts.restore) });
    made.push({ name: "Delete message…", sign: icon("bin"), danger: true, work: () => remove(message) });
  }
  return made;
}

/** The tools at a message's corner. `acts`: body and restore for editing; openThread, if one may. */
export function tools(message, acts) {
  const opener = h("button.icon-button", { type: "button", ariaLabel: "More actions", title: "More actions" }, icon("more"));
  return h("div.tools", {},
    acts.openThread && !message.only_visible_to_you && h("button.icon-button", { type: "button", ariaLabel: "Reply in thread", title: "Reply in thread", onclick: () => acts.openThread(message) }, icon("reply")),
    ...menu(opener, () => entries(message, { ...acts, opener })));
}
