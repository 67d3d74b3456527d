// What a phone would have shown: the top-level text of each message that notifies.

import { read } from "/static/api.js";
import { avatar, fill, h, icon } from "/static/dom.js";
import { notificationText } from "/static/mrkdwn.js";
import { conversation, face, isChannel } from "/static/store.js";
import { dayAndTime } from "/static/times.js";
import { toast } from "/static/toasts.js";

const FILES = "sent a file";

/** The title of a notification, as phones have it: who, and where unless it is a direct message. */
function titleOf(note) {
  const where = conversation(note.channel);
  const name = face(note.from).name;
  return isChannel(where) ? `${name} in #${where.name}` : name;
}

const wordsOf = (note) => notificationText(note.text) || FILES;

export class Bell {
  constructor({ visit }) {
    this.visit = visit;
    this.box = document.getElementById("bell");
    this.box.addEventListener("click", (event) => { if (event.target === this.box) this.box.close(); });
  }

  async open() {
    const { notifications } = await read("notifications");
    fill(this.box,
      h("header.modal-head", {}, h("h2", { id: "bell-title" }, "Notifications"),
        h("button.icon-button", { type: "button", ariaLabel: "Close", onclick: () => this.box.close() }, icon("close"))),
      h("p.bell-note", {}, "What your phone would have shown. Channels ring only when they mention you."),
      notifications.length
        ? h("ul.rings", {}, notifications.map((note) => this.entry(note)))
        : h("div.empty", {}, icon("bell"), h("p", {}, "Your phone has been silent so far.")));
    this.box.showModal();
  }

  entry(note) {
    const { name, kind } = face(note.from);
    return h("li", {}, h("button.ring", { type: "button", class: note.unread ? "unread" : "", onclick: () => { this.box.close(); this.visit(note); } },
      avatar(name, kind),
      h("span", {}, h("span.ring-head", {}, h("strong", {}, titleOf(note)), h("small", {}, dayAndTime(note.shown_at))),
        h("span.ring-text", {}, wordsOf(note)))));
  }

  /** A new one, as it comes. */
  ring(change) {
    const note = { channel: change.channel, ts: change.ts, thread_ts: change.thread_ts !== change.ts ? change.thread_ts : null, from: change.from, text: change.text };
    toast({ from: { ...face(note.from), name: titleOf(note) }, text: wordsOf(note), onclick: () => this.visit(note) });
  }
}
