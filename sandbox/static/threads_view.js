// All threads that one takes part in, newest first.

import { read } from "/static/api.js";
import { fill, h, icon } from "/static/dom.js";
import { drawMessages } from "/static/messages.js";
import { conversation, isChannel } from "/static/store.js";

const LAST = 2; // replies shown below the first message

function card(thread, openThread) {
  const where = conversation(thread.channel);
  const [parent, ...replies] = thread.messages;
  const hidden = Math.max(0, replies.length - LAST);
  const list = h("div.thread-messages");
  drawMessages(list, [parent, ...replies.slice(-LAST)], { days: false });
  const open = () => openThread({ channel: thread.channel, ts: thread.ts });
  return h("section.thread-card", { class: thread.unread ? "unread" : "", "aria-label": `Thread in ${where?.name ?? "a conversation"}` },
    h("header", {}, isChannel(where) && icon(where.kind === "private" ? "lock" : "hash"), h("strong", {}, where?.name ?? ""),
      thread.unread > 0 && h("span.new-count", {}, `${thread.unread} new`)),
    list,
    h("button.button", { type: "button", onclick: open }, hidden ? `Show ${hidden} more and reply` : "Reply"));
}

export async function drawThreads(list, openThread) {
  const { threads } = await read("threads");
  if (!list.isConnected) return;
  const scrolled = list.scrollTop;
  if (!threads.length) {
    fill(list, h("div.empty", {}, icon("threads"), h("p", {}, "No threads yet."),
      h("p", {}, "Threads in which you write, or are mentioned, are collected here.")));
    return;
  }
  fill(list, threads.map((each) => card(each, openThread)));
  list.scrollTop = scrolled;
}
