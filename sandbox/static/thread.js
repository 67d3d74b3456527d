// The thread beside the conversation, with its own composer.

import { act, read } from "/static/api.js";
import { composer } from "/static/composer.js";
import { fill, h, icon } from "/static/dom.js";
import { drawMessages, showMessage } from "/static/messages.js";
import { conversation, isChannel, store } from "/static/store.js";

export class Thread {
  /** `node` is the aside it lives in, `frame` grows a column for it. */
  constructor(node, frame) {
    this.node = node;
    this.frame = frame;
  }

  async open({ channel, ts, lit = null, focus = true }) {
    const thread = { channel, ts, messages: [] };
    store.thread = thread;
    this.readUpTo = null;
    this.node.hidden = false;
    this.frame.classList.add("with-thread");
    const here = conversation(channel);
    fill(this.node,
      h("header.head", {}, h("h1", {}, "Thread"), h("small.where", {}, isChannel(here) ? `#${here.name}` : here?.name), h("span.spacer", {}),
        h("button.icon-button", { type: "button", ariaLabel: "Close the thread", title: "Close (Esc)", onclick: () => this.close() }, icon("close"))),
      h("div.list", { id: "thread-list", tabIndex: 0, role: "log", ariaLabel: "Thread" }),
      here?.is_member && !here.is_archived && composer({ id: "thread-text", channel, thread_ts: ts, placeholder: "Reply…" }));
    await this.refresh();
    if (store.thread !== thread) return;
    if (lit) showMessage(this.list, lit);
    if (focus) document.getElementById("thread-text")?.focus();
  }

  get list() { return document.getElementById("thread-list"); }

  close() {
    store.thread = null;
    this.node.hidden = true;
    fill(this.node);
    this.frame.classList.remove("with-thread");
  }

  async refresh() {
    const thread = store.thread;
    if (!thread) return;
    const { messages } = await read("messages", { channel: thread.channel, thread_ts: thread.ts });
    if (store.thread !== thread) return;
    if (!messages.some((each) => each.ts === thread.ts)) { this.close(); return; } // its parent was deleted
    thread.messages = messages;
    this.readUpTo ??= this.firstReadUpTo(messages);
    drawMessages(this.list, messages, { lastRead: this.readUpTo, days: false });
    await this.markRead(messages);
  }

  /** Up to where this person had read when the thread was opened. */
  firstReadUpTo([parent, ...replies]) {
    if (!parent.unread_replies) return "";
    const foreign = replies.filter((each) => each.user !== store.me.id && !each.only_visible_to_you);
    const firstNew = foreign.at(-parent.unread_replies);
    const before = [parent, ...replies].filter((each) => each.ts < firstNew.ts);
    return before.at(-1).ts;
  }

  async markRead([parent, ...replies]) {
    const latest = replies.filter((each) => !each.only_visible_to_you).at(-1)?.ts;
    if (latest && parent.unread_replies && !document.hidden) {
      await act("mark_read", { channel: parent.channel, thread_ts: parent.ts, ts: latest });
    }
  }
}
