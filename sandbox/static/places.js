// Addresses: which place of the workspace a link or the address bar means.

import { store } from "/static/store.js";

const MESSAGE = /^\/archives\/(\w+)(?:\/p(\d+)(\d{6}))?/;

/** The path of a permalink into this workspace; null for any other address. */
export function ownPath(url) {
  let there;
  try { there = new URL(url, location.href); } catch { return null; }
  const here = there.port === location.port && (there.hostname === location.hostname || /^(127\.|localhost$)/.test(there.hostname));
  return here && MESSAGE.test(there.pathname) ? there.pathname + there.search : null;
}

/** Asks the page to go to a permalink's message. */
export const visit = (path) => document.dispatchEvent(new CustomEvent("visit", { detail: path }));

/** {kind, id, ts, thread_ts} of a permalink's path; null if it is none. */
export function placeOf(path) {
  const there = new URL(path, location.href);
  const match = MESSAGE.exec(there.pathname);
  if (!match) return null;
  const [, id, before, after] = match;
  return { kind: "channel", id, ts: before && `${before}.${after}`, thread_ts: there.searchParams.get("thread_ts") };
}

/** Whom and what the part behind # names. */
export function named() {
  const [, person, id] = location.hash.split("/");
  return { person, id };
}

export const addressOf = (place) => `/#/${store.me.id}/${place.kind === "channel" ? place.id : place.kind}`;
