// Slack's mrkdwn and rich text as DOM. What people wrote never becomes HTML.

import { h } from "/static/dom.js";
import { conversation, personName, store } from "/static/store.js";
import { ownPath, visit } from "/static/places.js";
import { dateToken } from "/static/times.js";

const EMOJI = {
  warning: "⚠️", white_check_mark: "✅", heavy_check_mark: "✔️", tada: "🎉", wave: "👋", bulb: "💡",
  calendar: "📅", bell: "🔔", lock: "🔒", eyes: "👀", dart: "🎯", thumbsup: "👍", "+1": "👍", rocket: "🚀",
  point_right: "👉", hourglass: "⌛", star: "⭐", memo: "📝", speech_balloon: "💬", x: "❌",
};
const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const unescape = (text) => text.replace(/&(amp|lt|gt);/g, (entity) => ENTITIES[entity]);
const emoji = (text) => text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] ?? whole);

const link = (url, label) => {
  const path = ownPath(url);
  if (path) return h("a", { href: path, onclick: (event) => { event.preventDefault(); visit(path); } }, label);
  return h("a", { href: /^(https?|mailto|slack):/.test(url) ? url : "#", target: "_blank", rel: "noopener noreferrer" }, label);
};

const mention = (id) =>
  h("span.mention", { class: id === store.me?.id ? "to-me" : "" }, `@${personName(id)}`);

const channelName = (id, label) =>
  label || conversation(id)?.name || "private channel";

function token(inside) {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? "" : unescape(inside.slice(bar + 1));
  if (target.startsWith("@")) return mention(target.slice(1));
  if (target.startsWith("#")) return h("span.mention", {}, `#${channelName(target.slice(1), label)}`);
  if (target.startsWith("!date^")) {
    const [, unix, pattern, url] = target.split("^");
    const shown = h("time", { title: label }, dateToken(Number(unix), pattern));
    return url ? link(url, shown) : shown;
  }
  if (target.startsWith("!")) return h("span.mention.broadcast", {}, `@${label || target.slice(1).split("^")[0]}`);
  return link(unescape(target), label || unescape(target));
}

const BARE_URL = /https?:\/\/[^\s<>|]+[^\s<>|.,;:!?)"']/;
const before = "(?<![\\w*_~`])", after = "(?![\\w*_~`])";
const marked = (mark) => new RegExp(`${before}${mark}(?=\\S)([^\\n]+?)(?<=\\S)${mark}${after}`);
const RULES = [
  { pattern: /`([^`\n]+)`/, make: (m) => h("code", {}, unescape(m[1])) },
  { pattern: /<([^<>\n]+)>/, make: (m) => token(m[1]) },
  { pattern: marked("\\*"), make: (m, o) => h("strong", {}, inline(m[1], o)) },
  { pattern: marked("_"), make: (m, o) => h("em", {}, inline(m[1], o)) },
  { pattern: marked("~"), make: (m, o) => h("s", {}, inline(m[1], o)) },
];
const BARE = { pattern: BARE_URL, make: (m) => link(unescape(m[0]), unescape(m[0])) };

function inline(text, options) {
  const rules = options.verbatim ? RULES : [...RULES, BARE];
  let first = null;
  for (const rule of rules) {
    const match = rule.pattern.exec(text);
    if (match && (!first || match.index < first.match.index)) first = { rule, match };
  }
  if (!first) return [emoji(unescape(text))];
  const { rule, match } = first;
  return [
    emoji(unescape(text.slice(0, match.index))),
    rule.make(match, options),
    ...inline(text.slice(match.index + match[0].length), options),
  ];
}

function lines(text, options) {
  const made = [];
  let quoted = [];
  const flush = () => {
    if (quoted.length) made.push(h("blockquote", {}, lines(quoted.join("\n"), options)));
    quoted = [];
  };
  for (const line of text.split("\n")) {
    const quote = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (quote) { quoted.push(quote[1]); continue; }
    flush();
    if (made.length && made.at(-1).tagName !== "BLOCKQUOTE") made.push(h("br"));
    made.push(h("span", {}, inline(line, options)));
  }
  flush();
  return made;
}

export function mrkdwn(text, options = {}) {
  return text.split(/```/).map((part, index) =>
    index % 2 ? h("pre", {}, unescape(part.replace(/^\n/, ""))) : part && lines(part, options));
}

function plainToken(inside) {
  const [target, label] = [inside.split("|")[0], inside.split("|").slice(1).join("|")];
  if (target.startsWith("@")) return `@${personName(target.slice(1))}`;
  if (target.startsWith("#")) return `#${channelName(target.slice(1), label)}`;
  if (target.startsWith("!date^")) {
    const [, unix, pattern] = target.split("^");
    return dateToken(Number(unix), pattern);
  }
  if (target.startsWith("!")) return `@${label || target.slice(1).split("^")[0]}`;
  return label || target;
}

/** A message's text as plain characters: what one edits. */
export const plainText = (text) => unescape(text.replace(/<([^<>\n]+)>/g, (_, inside) => plainToken(inside)));

/** The same without its markup: what a notification shows. */
export function notificationText(text) {
  return text.split("\n").map((line) => h("div", {}, inline(line, {})).textContent).join("\n");
}

/** A text object: plain_text or mrkdwn. */
export function textObject(object) {
  if (!object) return null;
  if (object.type === "mrkdwn") return mrkdwn(object.text, { verbatim: object.verbatim });
  return object.emoji === false ? object.text : emoji(object.text);
}

function styled(node, style = {}) {
  const wraps = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" };
  return Object.entries(wraps).reduce((inner, [key, tag]) => (style[key] ? h(tag, {}, inner) : inner), node);
}

function richInline(element) {
  const made = {
    text: () => element.text.split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line])),
    link: () => link(element.url, element.text || element.url),
    user: () => mention(element.user_id),
    channel: () => h("span.mention", {}, `#${channelName(element.channel_id)}`),
    broadcast: () => h("span.mention.broadcast", {}, `@${element.range}`),
    emoji: () => EMOJI[element.name] ?? `:${element.name}:`,
    date: () => h("time", { title: element.fallback }, dateToken(element.timestamp, element.format)),
    color: () => element.value,
    usergroup: () => h("span.mention", {}, "@group"),
  }[element.type]();
  return styled(h("span", {}, made), element.style);
}

export function richText(block) {
  return block.elements.map((element) => {
    if (element.type === "rich_text_list") {
      const items = element.elements.map((item) => h("li", {}, item.elements.map(richInline)));
      const list = h(element.style === "ordered" ? "ol" : "ul", { start: (element.offset || 0) + 1 }, items);
      list.style.setProperty("--indent", element.indent || 0);
      return list;
    }
    const inner = element.elements.map(richInline);
    if (element.type === "rich_text_quote") return h("blockquote", {}, inner);
    if (element.type === "rich_text_preformatted") return h("pre", {}, inner);
    return h("div.rich", {}, inner);
  });
}
