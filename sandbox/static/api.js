// Talking to the sandbox.

import { store } from "/static/store.js";

/** What the workspace refuses, or that it does not answer, in words for the person. */
export class Refusal extends Error {}

async function ask(method, path, body) {
  const options = { method };
  if (body !== undefined) {
    options.headers = { "Content-Type": "application/json" };
    options.body = JSON.stringify(body);
  }
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Refusal("The workspace does not answer. Is it still running?");
  }
  const content = await answer.json().catch(() => ({ error: "the workspace did not answer" }));
  if (!answer.ok) throw new Refusal(content.error || answer.statusText);
  return content;
}

const own = (path) => `/sandbox/as/${encodeURIComponent(store.me.id)}/${path}`;
const query = (params) => (Object.keys(params).length ? `?${new URLSearchParams(params)}` : "");

export const workspace = () => ask("GET", "/sandbox/workspace");
export const people = async () => (await ask("GET", "/sandbox/people")).people;
export const time = () => ask("GET", `/sandbox/time${query({ person: store.me.id })}`);
export const advance = (wish) => ask("POST", "/sandbox/advance", { ...wish, person: store.me.id });
export const stopAdvancing = () => ask("POST", "/sandbox/advance/stop", {});
export const read = (path, params = {}) => ask("GET", own(path) + query(params));
export const act = (path, body = {}) => ask("POST", own(path), body);
export const fileAddress = (file) => own(`file/${file.id ?? file.url?.split("/").at(-2)}`);

export async function upload(file) {
  const path = own(`upload?filename=${encodeURIComponent(file.name)}`);
  const answer = await fetch(path, { method: "POST", body: file }).catch(() => null);
  if (!answer?.ok) throw new Refusal(`${file.name} could not be uploaded.`);
  return answer.json();
}

const SLOTS = 4;
const LOOK_EVERY = 2500;

/** Whether this page may hold a connection open; `keep` is given what ends that. */
async function takeSlot(keep) {
  if (!navigator.locks) return true;
  for (let slot = 1; slot <= SLOTS; slot += 1) {
    const taken = await new Promise((resolve) => {
      navigator.locks.request(`live-${slot}`, { ifAvailable: true }, (lock) => {
        resolve(Boolean(lock));
        return lock ? new Promise((free) => { keep(free); }) : undefined;
      });
    });
    if (taken) return true;
  }
  return false;
}

/**
 * Calls back with every change that concerns this person; reconnects by itself.
 *
 * A browser keeps no more than six connections to one place, for all its pages together. So only the
 * first few hold one open; the others look every few seconds, until one of those is closed.
 */
export function listen(onChange, onConnection) {
  const live = own("live");
  let closed = false;
  let source = null;
  let giveBack = () => {};
  const stream = () => {
    source = new EventSource(live);
    source.onmessage = (event) => onChange(JSON.parse(event.data));
    source.onopen = () => onConnection(true);
    source.onerror = () => onConnection(false);
  };
  const attend = async () => {
    while (!closed) {
      if (await takeSlot((free) => { giveBack = free; })) {
        if (closed) giveBack();
        else stream();
        return;
      }
      onConnection(true);
      onChange({ what: "unseen" });
      await new Promise((resolve) => { setTimeout(resolve, LOOK_EVERY); });
    }
  };
  attend();
  return { close: () => { closed = true; source?.close(); giveBack(); } };
}
