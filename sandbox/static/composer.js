// Where one writes: commands with completion, mentions, files, global shortcuts.

import { act, upload } from "/static/api.js";
import { attempt } from "/static/acts.js";
import { fill, h, icon } from "/static/dom.js";
import { store } from "/static/store.js";
import { toast } from "/static/toasts.js";

function commandsFor(text) {
  if (!/^\/\S*$/.test(text)) return [];
  return store.workspace.commands
    .filter((each) => each.command.startsWith(text))
    .map((each) => ({ insert: `${each.command} `, name: each.command, hint: each.usage_hint, note: each.description }));
}

function peopleFor(text) {
  const match = /(?:^|\s)@(\S*)$/.exec(text);
  if (!match) return [];
  const query = match[1].toLowerCase();
  return [...store.people.values()]
    .filter((each) => !each.deleted && each.display_name.toLowerCase().includes(query))
    .slice(0, 8)
    .map((each) => ({ insert: `${text.slice(0, text.length - match[1].length)}${each.display_name} `, name: `@${each.display_name}`, note: each.title }));
}

/** A composer for a conversation, or with `thread_ts` for a thread in it. */
export function composer({ id, channel, thread_ts, placeholder }) {
  let files = [];
  let offered = [];
  let active = 0;
  const list = h("ul.completion", { id: `${id}-list`, role: "listbox", hidden: true });
  const chips = h("div.chips");
  const text = h("textarea", {
    id, rows: 1, placeholder, ariaLabel: placeholder, autocomplete: "off", role: "combobox",
    "aria-controls": `${id}-list`, "aria-expanded": "false",
  });
  const grow = () => { text.style.height = "auto"; text.style.height = `${Math.min(text.scrollHeight, 220)}px`; };

  function complete() {
    offered = thread_ts ? peopleFor(text.value) : [...commandsFor(text.value), ...peopleFor(text.value)];
    list.hidden = !offered.length;
    text.setAttribute("aria-expanded", String(!list.hidden));
    active = Math.min(active, Math.max(offered.length - 1, 0));
    fill(list, offered.map((item, index) => h("li", {
      role: "option", id: `${id}-option${index}`, class: index === active ? "active" : "", "aria-selected": String(index === active),
      onmousedown: (event) => { event.preventDefault(); take(item); },
    }, h("strong", {}, item.name), item.hint && h("code", {}, item.hint), h("span.note", {}, item.note))));
    if (offered.length) text.setAttribute("aria-activedescendant", `${id}-option${active}`);
    else text.removeAttribute("aria-activedescendant");
  }

  function take(item) {
    text.value = item.insert;
    offered = [];
    list.hidden = true;
    text.focus();
    grow();
    complete();
  }

  function drawChips() {
    fill(chips, files.map((file) => h("span.chip", {}, icon("file"), file.name,
      h("button", { type: "button", ariaLabel: `Remove ${file.name}`, onclick: () => { files = files.filter((each) => each !== file); drawChips(); } }, icon("close")))));
  }

  async function send() {
    const value = text.value;
    if (!value.trim() && !files.length) return;
    text.value = "";
    grow();
    complete();
    const done = value.startsWith("/") && !value.startsWith("//")
      ? await attempt(null, () => act("command", { channel, text: value, thread_ts }))
      : await attempt(null, () => act("say", { channel, thread_ts, text: value, files: files.map((each) => each.id) }));
    if (done === null) { text.value = value; grow(); return; }
    files = [];
    drawChips();
  }

  text.addEventListener("input", () => { grow(); complete(); });
  text.addEventListener("blur", () => { list.hidden = true; });
  text.addEventListener("keydown", (event) => {
    const choosing = !list.hidden && offered.length;
    if (choosing && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      active = (active + (event.key === "ArrowDown" ? 1 : -1) + offered.length) % offered.length;
      complete();
    } else if (choosing && (event.key === "Tab" || (event.key === "Enter" && offered[active].name !== text.value.trim()))) {
      event.preventDefault();
      take(offered[active]);
    } else if (choosing && event.key === "Escape") {
      event.stopPropagation();
      list.hidden = true;
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    }
  });

  const pick = h("input", { type: "file", multiple: true, hidden: true });
  pick.addEventListener("change", async () => {
    for (const file of pick.files) {
      try { files.push(await upload(file)); } catch (error) { toast({ kind: "error", text: error.message }); }
    }
    drawChips();
  });
  const global = store.workspace.shortcuts.filter((each) => each.type === "global");
  const shortcuts = h("select.lightning", { ariaLabel: "Shortcuts", title: "Shortcuts" }, h("option", { value: "" }, "⚡"),
    global.map((each) => h("option", { value: each.callback_id }, each.name)));
  shortcuts.addEventListener("change", () => {
    const callback_id = shortcuts.value;
    shortcuts.value = "";
    if (callback_id) attempt(shortcuts, () => act("shortcut", { callback_id }));
  });

  return h("form.composer", { onsubmit: (event) => { event.preventDefault(); send(); } },
    list, chips, text,
    h("div.composer-bar", {},
      !thread_ts && global.length && shortcuts,
      h("button.icon-button", { type: "button", ariaLabel: "Attach a file", title: "Attach a file", onclick: () => pick.click() }, icon("clip")), pick,
      h("span.spacer", {}),
      h("small.hint.keys", {}, "Enter sends · Shift+Enter for a new line"),
      h("button.send", { type: "submit", ariaLabel: "Send" }, icon("send"))));
}
