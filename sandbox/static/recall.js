// What one typed before, for the Up key; each person has their own.

import { store } from "/static/store.js";

const MOST = 50;
const typed = new Map(); // person -> texts, newest first

export function remember(text) {
  const mine = typed.get(store.me.id) ?? [];
  typed.set(store.me.id, [text, ...mine.filter((each) => each !== text)].slice(0, MOST));
}

/** Walks through what was typed: older() and newer() give a text, or null at the end. */
export function recall() {
  let at = -1;
  const mine = () => typed.get(store.me.id) ?? [];
  return {
    get active() { return at >= 0; },
    older: () => { at = Math.min(at + 1, mine().length - 1); return mine()[at] ?? null; },
    newer: () => { at = Math.max(at - 1, -1); return at < 0 ? "" : mine()[at]; },
    stop: () => { at = -1; },
  };
}
