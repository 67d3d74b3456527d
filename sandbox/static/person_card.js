// Whoever is named at a message: who they are, writing to them, being them.

import { avatar, h, icon } from "/static/dom.js";
import { menu } from "/static/menu.js";
import { isApp, store } from "/static/store.js";
import { format, now } from "/static/times.js";

const told = (what, id) => document.dispatchEvent(new CustomEvent(what, { detail: id }));

function head(person) {
  const hour = format(now(), { hour: "numeric", minute: "2-digit", timeZone: person.tz });
  return h("div.card", { role: "presentation" }, avatar(person.display_name),
    h("span", {}, h("strong", {}, person.display_name), h("small", {}, person.title || "No title"),
      h("small", {}, `${hour} · ${person.tz.split("/").at(-1).replace(/_/g, " ")}`)));
}

/** A name that opens a card; an app's name is only a name. */
export function personName(id) {
  const person = store.people.get(id);
  if (!person || isApp(id) || person.is_bot) return h("strong", {}, person?.display_name ?? "Somebody");
  const opener = h("button.author", { type: "button" }, person.display_name);
  const self = id === store.me.id;
  return menu(opener, () => [
    !self && { name: `Write to ${person.display_name}`, sign: icon("reply"), work: () => told("write", id) },
    !self && !person.deleted && { name: `Be ${person.display_name}`, sign: icon("swap"), work: () => told("be", id) },
  ].filter(Boolean), { label: person.display_name, head: () => head(person) });
}
