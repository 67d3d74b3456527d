// Where one writes: Enter sends, Up brings back, / completes, + opens the app's shortcuts.

import { act } from "/static/api.js";
import { attempt } from "/static/acts.js";
import { offersFor } from "/static/completion.js";
import { fill, h, icon } from "/static/dom.js";
import { pendingFiles } from "/static/files.js";
import { menu } from "/static/menu.js";
import { recall, remember } from "/static/recall.js";
import { store } from "/static/store.js";

const drafts = new Map(); // person, conversation, thread -> text that was not sent

function shortcutMenu() {
  const global = store.workspace.shortcuts.filter((each) => each.type === "global");
  if (!global.length) return null;
  const opener = h("button.icon-button", { type: "button", ariaLabel: "Shortcuts", title: "Shortcuts" }, icon("plus"));
  return menu(opener, () => global.map((each) => ({
    name: each.name, note: each.description || store.workspace.app.name, sign: icon("bolt"),
    work: () => attempt(opener, () => act("shortcut", { callback_id: each.callback_id })),
  })));
}

/** A composer for a conversation, or with `thread_ts` for a thread in it. */
export function composer({ id, channel, thread_ts, placeholder }) {
  const key = [store.me.id, channel, thread_ts].join("|");
  const files = pendingFiles();
  const past = recall();
  let offered = [];
  let active = -1;

  const list = h("ul.completion", { id: `${id}-list`, role: "listbox", ariaLabel: "Suggestions", hidden: true });
  const trouble = h("div.composer-trouble", { role: "alert", hidden: true });
  const text = h("textarea", {
    id, rows: 1, placeholder, ariaLabel: placeholder, autocomplete: "off", role: "combobox", value: drafts.get(key) ?? "",
    "aria-controls": `${id}-list`, "aria-expanded": "false", "aria-autocomplete": "list",
  });
  const send = h("button.send", { type: "submit", ariaLabel: "Send", title: "Send" }, icon("send"));
  const grow = () => { text.style.height = "auto"; text.style.height = `${Math.min(text.scrollHeight, 220)}px`; };
  const complain = (words) => {
    trouble.hidden = !words;
    fill(trouble, words && icon("warn"), words && words[0].toUpperCase() + words.slice(1));
  };

  function show(open) {
    list.hidden = !open;
    text.setAttribute("aria-expanded", String(open));
    if (open && active >= 0) text.setAttribute("aria-activedescendant", `${id}-option${active}`);
    else text.removeAttribute("aria-activedescendant");
  }

  function drawOffers() {
    fill(list, offered.map((item, index) => h("li", {
      role: "option", id: `${id}-option${index}`, class: index === active ? "active" : "", "aria-selected": String(index === active),
      onmousedown: (event) => { event.preventDefault(); take(item); },
    }, h("strong", {}, item.name), item.hint && h("code", {}, item.hint), h("span.note", {}, item.note))));
    list.children[active]?.scrollIntoView({ block: "nearest" });
    show(offered.length > 0);
  }

  function complete() {
    offered = offersFor(text.value, Boolean(thread_ts));
    active = offered.length && !offered[0].quiet ? 0 : -1;
    drawOffers();
  }

  function write(words) {
    text.value = words;
    drafts.set(key, words);
    grow();
  }

  function take(item) {
    write(item.insert);
    text.focus();
    complete();
  }

  async function submit() {
    const words = text.value;
    if ((!words.trim() && !files.any) || files.coming || send.ariaBusy === "true") return;
    const isCommand = words.startsWith("/") && !words.startsWith("//");
    const sent = files.ids;
    write("");
    show(false);
    complain(null);
    past.stop();
    send.ariaBusy = "true";
    try {
      const outcome = await (isCommand
        ? act("command", { channel, text: words, thread_ts })
        : act("say", { channel, thread_ts, text: words, files: sent }));
      remember(words);
      if (outcome.error) complain(outcome.error.replace(/^:warning: /, ""));
      if (!isCommand) files.clear();
    } catch (error) {
      complain(error.message);
      if (!text.value) write(words);
    } finally {
      send.ariaBusy = "false";
    }
  }

  function bring(words) {
    if (words === null) return;
    write(words);
    text.setSelectionRange(words.length, words.length);
  }

  function onKey(event) {
    const open = !list.hidden && offered.length;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && (past.active || !text.value)) {
      event.preventDefault();
      bring(step < 0 ? past.older() : past.newer());
      show(false);
    } else if (step && open) {
      event.preventDefault();
      active = active < 0 && step < 0 ? offered.length - 1 : (active + step + offered.length) % offered.length;
      drawOffers();
    } else if (open && event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      take(offered[Math.max(active, 0)]);
    } else if (open && event.key === "Enter" && active >= 0 && offered[active].name !== text.value.trim()) {
      event.preventDefault();
      take(offered[active]);
    } else if (open && event.key === "Escape") {
      event.stopPropagation();
      show(false);
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    }
  }

  text.addEventListener("keydown", onKey);
  text.addEventListener("input", () => { past.stop(); drafts.set(key, text.value); complain(null); grow(); complete(); });
  text.addEventListener("blur", () => show(false));
  text.addEventListener("paste", (event) => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    files.add(event.clipboardData.files);
  });

  const pick = h("input", { type: "file", multiple: true, hidden: true, tabIndex: -1, ariaLabel: "Files to attach" });
  pick.addEventListener("change", () => { files.add(pick.files); pick.value = ""; text.focus(); });
  const form = h("form.composer", { onsubmit: (event) => { event.preventDefault(); submit(); } },
    list, trouble, files.node, text,
    h("div.composer-bar", {},
      shortcutMenu(),
      h("button.icon-button", { type: "button", ariaLabel: "Attach a file", title: "Attach a file", onclick: () => pick.click() }, icon("clip")), pick,
      h("span.spacer", {}),
      h("small.hint.keys", {}, "Enter sends · Shift+Enter for a new line"),
      send));
  form.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("dropping"); });
  form.addEventListener("dragleave", () => form.classList.remove("dropping"));
  form.addEventListener("drop", (event) => { event.preventDefault(); form.classList.remove("dropping"); files.add(event.dataTransfer.files); });
  requestAnimationFrame(grow);
  return form;
}
