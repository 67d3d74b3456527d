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

/** Calls back with every change that concerns this person; reconnects by itself. */
export function listen(onChange, onConnection) {
  const source = new EventSource(own("live"));
  source.onmessage = (event) => onChange(JSON.parse(event.data));
  source.onopen = () => onConnection(true);
  source.onerror = () => onConnection(false);
  return source;
}
