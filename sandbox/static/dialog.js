// The dialog on top of a person's stack. What is typed stays here until something is sent.

import { act, read, upload } from "/static/api.js";
import { attempt } from "/static/acts.js";
import { renderBlocks } from "/static/blocks.js";
import { fill, h, icon } from "/static/dom.js";
import { textObject } from "/static/mrkdwn.js";
import { ask } from "/static/question.js";
import { store } from "/static/store.js";
import { toast } from "/static/toasts.js";

const MOST_BYTES = 10_000_000; // of a file in a file_input
const CHARACTER_PAUSE = 350; // ms of not typing after which on_character_entered is told

export class Dialog {
  constructor() {
    this.box = document.getElementById("modal");
    this.typed = new Map();   // "block|action" -> text not yet sent
    this.shown = null;
    this.before = null;
    this.busy = false;
    this.box.addEventListener("cancel", (event) => { event.preventDefault(); this.close(false); });
  }

  get isOpen() { return this.box.open; }

  async refresh() {
    const { id } = store.me;
    const content = await read("dialog");
    if (store.me.id === id) this.show(content);
  }

  show(content) {
    const view = content.view;
    if (!view) {
      this.typed.clear();
      this.shown = null;
      if (this.box.open) { this.box.close(); this.giveFocusBack(); }
      return;
    }
    if (this.shown?.view.id !== view.id) this.typed.clear();
    const print = JSON.stringify([view.hash, view.state, content.errors, content.banner, content.depth]);
    const fresh = !this.shown || this.shown.view.id !== view.id;
    if (!fresh && this.print === print) return;
    this.print = print;
    this.shown = content;
    this.draw(fresh);
  }

  /** To where it was before the dialog; what was pressed there may have been drawn anew since. */
  giveFocusBack() {
    const key = this.before?.dataset?.key;
    const again = key && document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    const before = this.before?.isConnected && this.before !== document.body ? this.before : again;
    (before || document.getElementById(store.thread ? "thread-text" : "composer-text"))?.focus();
  }

  draw(fresh) {
    const { view, errors, banner, depth } = this.shown;
    const held = this.held();
    const scrolled = this.box.querySelector(".modal-body")?.scrollTop ?? 0;
    const context = {
      dialog: true, errors, values: view.state.values,
      typed: (block, action) => this.typed.get(`${block}|${action}`),
      type: (block, element, value) => this.type(block, element, value),
      enter: (block, element, value) => this.enter(block, element, value),
      choose: (block, element, value, node) => this.choose(block, element, value, node),
      press: (block, element, value, node) => this.press(block, element, value, node),
      suggest: async (block, element, query) =>
        (await act("suggestions", { view: "dialog", block_id: block.block_id, action_id: element.action_id, query })).options,
      upload: (block, element, files, node) => this.upload(block, element, files, node),
    };
    fill(this.box,
      h("header.modal-head", {},
        h("h2", { id: "modal-title" }, textObject(view.title)),
        depth > 1 && h("span.depth", {}, `${depth} of 3`),
        h("button.icon-button", { type: "button", ariaLabel: "Close all", onclick: () => this.close(true) }, icon("close"))),
      banner && h("div.banner", { role: "alert" }, icon("warn"), banner),
      h("form.modal-body", { id: "modal-form", noValidate: true, onsubmit: (event) => { event.preventDefault(); this.submit(); } },
        renderBlocks(view.blocks, context)),
      h("footer.modal-foot", {},
        h("button.button", { type: "button", onclick: () => this.close(false) }, view.close ? textObject(view.close) : depth > 1 ? "Back" : "Cancel"),
        view.submit && h("button.button.primary", { type: "submit", id: "modal-submit", "aria-busy": this.busy ? "true" : undefined, onclick: () => this.submit() }, textObject(view.submit))));
    if (!this.box.open) { this.before = document.activeElement; this.box.showModal(); }
    if (!fresh) this.box.querySelector(".modal-body").scrollTop = scrolled;
    this.focus(fresh, held);
  }

  held() {
    const node = document.activeElement;
    if (!this.box.contains(node) || !node.dataset.key) return null;
    const selection = typeof node.selectionStart === "number" ? [node.selectionStart, node.selectionEnd] : null;
    return { key: node.dataset.key, selection, text: node.value };
  }

  focus(fresh, held) {
    const wrong = this.box.querySelector(".wrong [aria-invalid], .wrong input, .wrong textarea, .wrong select");
    if (wrong && Object.keys(this.shown.errors).length && this.justSubmitted) {
      this.justSubmitted = false;
      wrong.focus();
      wrong.closest(".block").scrollIntoView({ block: "nearest" });
      return;
    }
    if (!fresh && held) {
      const node = this.box.querySelector(`[data-key="${CSS.escape(held.key)}"]`);
      node?.focus();
      if (node && held.selection && node.setSelectionRange) {
        try { node.setSelectionRange(...held.selection); } catch { /* a kind of input without a selection */ }
      }
      return;
    }
    const first = this.box.querySelector("[data-focus], .modal-body input:not([type=file]), .modal-body textarea, .modal-body select, .modal-body button, #modal-submit");
    if (fresh) first?.focus();
  }

  type(block, element, value) {
    this.typed.set(`${block.block_id}|${element.action_id}`, value);
    const told = block.dispatch_action && element.dispatch_action_config?.trigger_actions_on?.includes("on_character_entered");
    if (!told) return;
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.flush(), CHARACTER_PAUSE);
  }

  async state(block_id, action_id, value, more = {}) {
    const outcome = await act("dialog/state", { block_id, action_id, value, ...more });
    if (outcome.error) toast({ kind: "error", text: outcome.error.replace(/^:warning: /, "") });
    return outcome.dialog;
  }

  /** Hands over everything typed, before anything else is sent. */
  async flush(except) {
    for (const [key, value] of [...this.typed]) {
      if (key === except) continue;
      const [block_id, action_id] = key.split("|");
      await this.state(block_id, action_id, value);
      if (this.typed.get(key) === value) this.typed.delete(key);
    }
  }

  async enter(block, element, value) {
    const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
    if (!block.dispatch_action || !triggers.includes("on_enter_pressed")) { this.submit(); return; }
    const key = `${block.block_id}|${element.action_id}`;
    await this.flush(key);
    this.typed.delete(key);
    this.show(await this.state(block.block_id, element.action_id, value, { enter: true }));
  }

  async choose(block, element, value, node) {
    if (element.confirm && block.type !== "input" && !(await ask(element.confirm))) { this.draw(false); return; }
    await attempt(node, async () => {
      await this.flush();
      this.show(await this.state(block.block_id, element.action_id, value));
    });
  }

  async press(block, element, value, node) {
    if (element.confirm && !(await ask(element.confirm))) return;
    await this.flush();
    const body = { view: "dialog", block_id: block.block_id, action_id: element.action_id, value, confirmed: true };
    const outcome = await attempt(node, () => act("press", body));
    if (outcome) this.show(outcome.dialog);
  }

  async upload(block, element, files, node) {
    const most = element.max_files ?? 10;
    const large = files.find((file) => file.size > MOST_BYTES);
    if (large) { toast({ kind: "error", text: `${large.name} is larger than 10 MB.` }); return; }
    if (files.length > most) { toast({ kind: "error", text: `No more than ${most} ${most === 1 ? "file" : "files"} here.` }); return; }
    await attempt(node, async () => {
      const made = await Promise.all(files.map((file) => upload(file)));
      await this.flush();
      this.show(await this.state(block.block_id, element.action_id, made.map((each) => each.id)));
    });
  }

  async submit() {
    if (this.busy || !this.shown?.view.submit) return;
    this.busy = true;
    this.justSubmitted = true;
    const button = this.box.querySelector("#modal-submit");
    button?.setAttribute("aria-busy", "true");
    try {
      await this.flush();
      const outcome = await act("dialog/submit");
      this.busy = false;
      this.show(outcome.dialog);
    } catch (error) {
      toast({ kind: "error", text: error.message });
    } finally {
      this.busy = false;
      button?.removeAttribute("aria-busy");
    }
  }

  async close(everything) {
    const outcome = await act("dialog/close", { everything }).catch(() => null);
    this.show(outcome?.dialog ?? { view: null });
  }
}
