// What the composer offers while one types: commands and their words, people, channels.

import { isChannel, store } from "/static/store.js";

const MOST_PEOPLE = 8;

const commands = () => [...store.workspace.commands, ...store.workspace.own_commands];

function commandsFor(text) {
  if (!/^\/\S*$/.test(text)) return [];
  return commands()
    .filter((each) => each.command.startsWith(text.toLowerCase()))
    .map((each) => ({ insert: `${each.command} `, name: each.command, hint: each.usage_hint, note: each.description }));
}

/** The forms in a usage hint: "new | show G-12" offers "new" and "show ", with the rest as a hint. */
function wordsFor(text) {
  const match = /^(\/\S+) (\S*)$/.exec(text);
  const command = match && commands().find((each) => each.command === match[1]);
  if (!command?.usage_hint.includes("|")) return [];
  return command.usage_hint.split("|").map((each) => each.trim()).filter((form) => /^[a-z]/.test(form) && form.startsWith(match[2]))
    .map((form) => {
      const [word, ...rest] = form.split(" ");
      return { insert: `${match[1]} ${word}${rest.length ? " " : ""}`, name: `${match[1]} ${word}`, hint: rest.join(" "), quiet: true };
    });
}

function namedFor(text, sign, all) {
  const match = new RegExp(`(?:^|\\s)${sign}([^\\s${sign}]*)$`).exec(text);
  if (!match) return [];
  const before = text.slice(0, text.length - match[1].length);
  return all.filter(([name]) => name.toLowerCase().includes(match[1].toLowerCase()))
    .slice(0, MOST_PEOPLE)
    .map(([name, note]) => ({ insert: `${before}${name} `, name: `${sign}${name}`, note }));
}

/** [{insert, name, hint, note, quiet}]; a quiet one is not taken by Enter unless it was chosen. */
export function offersFor(text, inThread) {
  const people = [...store.people.values()].filter((each) => !each.deleted).map((each) => [each.display_name, each.title]);
  const channels = store.conversations.filter(isChannel).map((each) => [each.name, each.topic]);
  const named = [...namedFor(text, "@", people), ...namedFor(text, "#", channels)];
  return inThread || !text.startsWith("/") ? named : [...commandsFor(text), ...wordsFor(text), ...named];
}
