// The elements of Block Kit as native controls, wherever one fits.

import { h, icon } from "/static/dom.js";
import { combobox } from "/static/combobox.js";
import { menu } from "/static/menu.js";
import { textObject } from "/static/mrkdwn.js";
import { store } from "/static/store.js";
import { fromLocalInput, toLocalInput } from "/static/times.js";

const VALUE_KEY = {
  static_select: "selected_option", external_select: "selected_option", radio_buttons: "selected_option",
  checkboxes: "selected_options", multi_static_select: "selected_options", multi_external_select: "selected_options",
  users_select: "selected_user", multi_users_select: "selected_users",
  conversations_select: "selected_conversation", multi_conversations_select: "selected_conversations",
  channels_select: "selected_channel", multi_channels_select: "selected_channels",
  datepicker: "selected_date", timepicker: "selected_time", datetimepicker: "selected_date_time",
  rich_text_input: "rich_text_value", file_input: "files",
};
const INITIAL = {
  selected_option: "initial_option", selected_options: "initial_options", selected_user: "initial_user",
  selected_users: "initial_users", selected_date: "initial_date", selected_time: "initial_time",
  selected_date_time: "initial_date_time", value: "initial_value", selected_conversation: "initial_conversation",
  selected_channel: "initial_channel",
};

function stateOf(block, element, context) {
  const key = VALUE_KEY[element.type] ?? "value";
  const typed = context.typed?.(block.block_id, element.action_id);
  if (typed !== undefined) return typed;
  const state = context.values?.[block.block_id]?.[element.action_id];
  return state ? state[key] : element[INITIAL[key]] ?? null;
}

function naming(block, element) {
  const key = `${block.block_id}|${element.action_id}`;
  const label = block.type === "input" ? undefined : element.placeholder?.text ?? block.text?.text ?? "Choose";
  return { id: key, ariaLabel: label, data: { key } };
}

function describing(node, block, context) {
  if (block.type !== "input") return node;
  const key = `${block.block_id}|${block.element.action_id}`;
  const notes = [];
  if (context.errors?.[block.block_id]) {
    node.setAttribute("aria-invalid", "true");
    notes.push(`${key}|error`);
  }
  if (block.hint) notes.push(`${key}|hint`);
  if (notes.length) node.setAttribute("aria-describedby", notes.join(" "));
  if (!block.optional) node.setAttribute("aria-required", "true");
  return node;
}

function button(block, element, context) {
  const node = h("button.button", {
    type: "button", class: element.style || "", ariaLabel: element.accessibility_label,
    data: { key: `${block.block_id}|${element.action_id}` },
    onclick: () => {
      if (element.url) window.open(element.url, "_blank", "noopener");
      context.press(block, element, undefined, node);
    },
  }, textObject(element.text));
  return node;
}

function overflow(block, element, context) {
  const opener = h("button.button.overflow", { type: "button", ariaLabel: "More actions", data: { key: `${block.block_id}|${element.action_id}` } }, icon("more"));
  const choose = (option) => {
    if (option.url) window.open(option.url, "_blank", "noopener");
    context.press(block, element, option.value, opener);
  };
  return h("span.holder", {}, menu(opener, () => element.options.map((option) => ({
    name: option.text.text, note: option.description?.text, work: () => choose(option),
  }))));
}

const optionNode = (option, chosen) =>
  h("option", { value: option.value, selected: option.value === chosen }, option.text.text);

function staticSelect(block, element, context) {
  const chosen = stateOf(block, element, context)?.value;
  const node = h("select.select", naming(block, element),
    h("option", { value: "" }, element.placeholder?.text ?? "Choose an option"),
    element.options?.map((each) => optionNode(each, chosen)),
    element.option_groups?.map((group) =>
      h("optgroup", { label: group.label.text }, group.options.map((each) => optionNode(each, chosen)))));
  node.addEventListener("change", () => context.choose(block, element, node.value || null, node));
  return node;
}

function group(block, element, context) {
  const many = element.type === "checkboxes";
  const state = stateOf(block, element, context);
  const chosen = new Set((many ? state ?? [] : state ? [state] : []).map((each) => each.value));
  const name = `${block.block_id}|${element.action_id}`;
  const box = h("div.choices", { role: many ? "group" : "radiogroup", id: name, "aria-labelledby": `${name}|label` });
  for (const option of element.options) {
    const tick = h("input", { type: many ? "checkbox" : "radio", name, value: option.value, checked: chosen.has(option.value), data: { key: `${name}|${option.value}` } });
    tick.addEventListener("change", () => {
      const values = [...box.querySelectorAll("input:checked")].map((each) => each.value);
      context.choose(block, element, many ? values : values[0] ?? null, box);
    });
    box.append(h("label.choice", {}, tick, h("span", {}, textObject(option.text),
      option.description && h("span.description", {}, textObject(option.description)))));
  }
  return box;
}

const INPUT_TYPES = { number_input: "text", email_text_input: "email", url_text_input: "url" };

function plainOf(rich) {
  return (rich?.elements ?? []).map((part) => part.elements.map((each) => each.text ?? "").join("")).join("\n");
}

function textInput(block, element, context) {
  const rich = element.type === "rich_text_input";
  const tall = rich || element.multiline;
  const state = stateOf(block, element, context);
  const node = h(tall ? "textarea.text" : "input.text", {
    ...naming(block, element),
    ...(tall ? { rows: 4 } : { type: INPUT_TYPES[element.type] ?? "text", inputMode: element.type === "number_input" ? "decimal" : undefined }),
    value: (rich && typeof state === "object" ? plainOf(state) : state) ?? "",
    placeholder: element.placeholder?.text ?? "",
    autocomplete: "off",
  });
  if (element.max_length) node.maxLength = element.max_length;
  const given = () => {
    if (!rich) return node.value;
    if (!node.value) return null;
    return { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text: node.value }] }] };
  };
  node.addEventListener("input", () => context.type(block, element, given()));
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || (tall && !event.metaKey && !event.ctrlKey)) return;
    event.preventDefault();
    context.enter?.(block, element, given());
  });
  if (!context.dialog) node.addEventListener("change", () => context.choose(block, element, given(), node));
  return node;
}

function picker(type, read, write) {
  return (block, element, context) => {
    const state = stateOf(block, element, context);
    const node = h("input.text.picker", { ...naming(block, element), type, value: state ? read(state) : "" });
    node.addEventListener("change", () => context.choose(block, element, node.value ? write(node.value) : null, node));
    return node;
  };
}

function file(block, element, context) {
  const files = stateOf(block, element, context) ?? [];
  const pick = h("input", {
    ...naming(block, element), type: "file", multiple: (element.max_files ?? 10) > 1,
    accept: (element.filetypes ?? []).map((each) => `.${each}`).join(","),
  });
  const box = h("div.files", {}, pick, files.map((each) => h("span.chip", {}, icon("file"), each.name,
    h("button", { type: "button", ariaLabel: `Remove ${each.name}`, onclick: () => context.choose(block, element, files.filter((other) => other !== each).map((other) => other.id), box) }, icon("close")))));
  pick.addEventListener("change", () => context.upload(block, element, [...pick.files], box));
  return box;
}

const personItem = (id) => {
  const person = store.people.get(id);
  return { id, text: person?.display_name ?? id, note: person?.title };
};
const channelItem = (id) => ({ id, text: `#${store.conversations.find((each) => each.id === id)?.name ?? id}` });
const optionItem = (option) => ({ id: option.value, text: option.text.text, note: option.description?.text, option });
const matching = (items, query) => items.filter((each) => each.text.toLowerCase().includes(query.toLowerCase()));

function sourceOf(block, element, context) {
  if (element.type.includes("users_select")) {
    const all = [...store.people.values()].filter((each) => !each.deleted && !each.is_bot).map((each) => personItem(each.id));
    return { item: personItem, search: async (query) => matching(all, query) };
  }
  if (element.type.includes("external_select")) {
    return {
      item: optionItem, least: element.min_query_length ?? 3,
      search: async (query) => (await context.suggest(block, element, query)).map(optionItem),
    };
  }
  if (element.type.includes("static_select")) {
    const all = [...(element.options ?? []), ...(element.option_groups ?? []).flatMap((each) => each.options)].map(optionItem);
    return { item: optionItem, search: async (query) => matching(all, query) };
  }
  const all = store.conversations.filter((each) => each.name && each.kind !== "app").map((each) => channelItem(each.id));
  return { item: channelItem, search: async (query) => matching(all, query) };
}

function searching(block, element, context) {
  const many = element.type.startsWith("multi_");
  const state = stateOf(block, element, context);
  const { item, search, least = 0 } = sourceOf(block, element, context);
  const selected = (many ? state ?? [] : state ? [state] : []).map(item);
  return combobox({
    ...naming(block, element), many, selected, search, least,
    placeholder: element.placeholder?.text ?? (element.type.includes("users") ? "Choose a person" : "Type to search"),
    most: element.max_selected_items,
    onchange: (items) => {
      const values = items.map((each) => each.option ?? each.id);
      context.choose(block, element, many ? values : values[0] ?? null);
    },
  });
}

const MAKERS = {
  button, overflow, static_select: staticSelect, radio_buttons: group, checkboxes: group,
  plain_text_input: textInput, number_input: textInput, email_text_input: textInput,
  url_text_input: textInput, rich_text_input: textInput, file_input: file,
  datepicker: picker("date", (value) => value, (value) => value),
  timepicker: picker("time", (value) => value, (value) => value),
  datetimepicker: picker("datetime-local", toLocalInput, fromLocalInput),
};

export function control(block, element, context) {
  const node = (MAKERS[element.type] ?? searching)(block, element, context);
  if (element.focus_on_load) node.dataset.focus = "1";
  return describing(node, block, context);
}
