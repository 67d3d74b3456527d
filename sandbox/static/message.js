// One message as a row: who, when, what it says, its files, its thread.

import { pressing } from "/static/acts.js";
import { renderBlocks } from "/static/blocks.js";
import { avatar, h, icon } from "/static/dom.js";
import { attachment } from "/static/files.js";
import { tools } from "/static/message_menu.js";
import { mrkdwn } from "/static/mrkdwn.js";
import { personName as nameButton } from "/static/person_card.js";
import { face, isApp, personName, store } from "/static/store.js";
import { clockTime, dayAndTime, dayKey, format, now } from "/static/times.js";

const GROUPING = 300; // seconds within which a writer's messages stand together
const edited = () => h("small.edited", {}, " (edited)");

function content(message) {
  const context = { values: message.state, ...pressing({ channel: message.channel, ts: message.ts }) };
  const said = message.text && h("div.block.plain", {}, mrkdwn(message.text), message.edited && !message.bot_id && edited());
  return [
    message.blocks?.length ? renderBlocks(message.blocks, context) : said,
    message.files?.map(attachment),
  ].flat(2).filter(Boolean);
}

/** Whether a message stands under the one before it without repeating who wrote it. */
function isJoined(message, previous) {
  return previous && previous.user === message.user && !previous.subtype && !message.subtype
    && !message.only_visible_to_you && !previous.only_visible_to_you
    && message.shown_at - previous.shown_at < GROUPING && message.shown_at >= previous.shown_at
    && dayKey(message.shown_at) === dayKey(previous.shown_at);
}

function lastReply(seconds) {
  return dayKey(seconds) === dayKey(now()) ? `Last reply at ${clockTime(seconds)}` : `Last reply ${dayAndTime(seconds)}`;
}

function replies(message, openThread) {
  const { reply_count: count, unread_replies: unread } = message;
  return h("button.replies", { type: "button", class: unread ? "unread" : "", onclick: () => openThread(message) },
    h("span.faces", {}, message.reply_users.slice(0, 4).map((id) => avatar(face(id).name, face(id).kind))),
    h("span", {}, `${count} ${count === 1 ? "reply" : "replies"}`),
    unread > 0 && h("span.new-count", {}, `${unread} new`),
    h("small", {}, lastReply(message.latest_reply_shown_at)));
}

function by(message, time, full) {
  const person = store.people.get(message.user);
  return h("div.by", {}, nameButton(message.user),
    isApp(message.user) && h("span.badge", {}, "App"),
    person?.is_stranger && h("span.badge.foreign", {}, "Other organisation"),
    person?.is_guest && h("span.badge.foreign", {}, "Guest"),
    h("time", { title: full }, time));
}

/** `previous` is what stands right above; `openThread` is left out where one is in the thread. */
export function row(message, previous, openThread) {
  const from = face(message.user);
  const joined = isJoined(message, previous);
  const time = clockTime(message.shown_at);
  const full = format(message.shown_at, { dateStyle: "full", timeStyle: "short" });
  const body = h("div.body", {}, content(message));
  const restore = () => body.replaceChildren(...content(message));
  const quiet = ["tombstone", "channel_join"].includes(message.subtype);
  return h("article.message", {
    class: [joined && "joined", message.only_visible_to_you && "ephemeral", quiet && "quiet"].filter(Boolean).join(" "),
    data: { ts: message.ts }, "aria-label": `${personName(message.user)}, ${time}`,
  },
  message.only_visible_to_you && h("div.only-you", {}, icon("eye"), "Only visible to you"),
  joined ? h("time.aside", { title: full }, time.replace(/\s?[AP]M$/i, "")) : avatar(from.name, from.kind),
  h("div.stack", {},
    !joined && by(message, time, full),
    body,
    openThread && message.reply_count && replies(message, openThread)),
  !quiet && tools(message, { body, restore, openThread }));
}
