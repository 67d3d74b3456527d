// Choosing by typing: people, channels, long lists, and lists that the app supplies.

import { fill, h, icon } from "/static/dom.js";

export function combobox({ id, ariaLabel, data, many, selected, search, least, placeholder, most, onchange }) {
  let items = [...selected];
  let offered = [];
  let active = -1;
  let asked = 0;

  const list = h("ul.options", { role: "listbox", id: `${id}|list`, hidden: true });
  const field = h("input", {
    id, data, role: "combobox", ariaLabel, autocomplete: "off", placeholder,
    "aria-expanded": "false", "aria-controls": `${id}|list`,
  });
  const box = h("div.combobox", {}, field, list);

  const shownText = () => (many || !items.length ? "" : items[0].text);

  function draw() {
    box.querySelectorAll(".chip").forEach((chip) => chip.remove());
    if (many) {
      field.before(...items.map((item) => h("span.chip", {}, item.text,
        h("button", { type: "button", ariaLabel: `Remove ${item.text}`, onclick: () => change(items.filter((each) => each !== item)) }, icon("close")))));
    }
    field.value = shownText();
    field.placeholder = many && items.length ? "" : placeholder;
  }

  function change(now) {
    items = now;
    draw();
    onchange(items);
  }

  function show(open) {
    list.hidden = !open;
    field.setAttribute("aria-expanded", String(open));
    if (open) requestAnimationFrame(() => list.scrollIntoView({ block: "nearest" }));
    if (!open) { active = -1; field.removeAttribute("aria-activedescendant"); }
  }

  function drawList(note) {
    fill(list, note && h("li.note", {}, note), offered.map((item, index) =>
      h("li", {
        role: "option", id: `${id}|option${index}`, class: index === active ? "active" : "",
        "aria-selected": String(items.some((each) => each.id === item.id)),
        onmousedown: (event) => { event.preventDefault(); choose(item); },
      }, h("span", {}, item.text), item.note && h("span.note", {}, item.note))));
    if (active >= 0) {
      field.setAttribute("aria-activedescendant", `${id}|option${active}`);
      list.children[active]?.scrollIntoView({ block: "nearest" });
    }
  }

  async function look() {
    const query = field.value === shownText() ? "" : field.value;
    const mine = ++asked;
    show(true);
    if (query.length < least) {
      offered = [];
      drawList(`Type ${least} or more characters`);
      return;
    }
    try {
      const found = await search(query);
      if (mine !== asked) return;
      offered = found.filter((item) => !many || !items.some((each) => each.id === item.id)).slice(0, 100);
      active = offered.length ? 0 : -1;
      drawList(offered.length ? null : "No results");
    } catch (error) {
      offered = [];
      drawList(error.message);
    }
  }

  function choose(item) {
    if (many && most && items.length >= most) return;
    show(false);
    change(many ? [...items, item] : [item]);
  }

  // Not on focus: a dialog that is drawn anew gives the focus back, and must not open a list.
  field.addEventListener("click", () => { field.select(); look(); });
  field.addEventListener("input", () => { clearTimeout(field.timer); field.timer = setTimeout(look, 120); });
  field.addEventListener("blur", () => {
    show(false);
    if (!many && items.length && !field.value) change([]);
    else field.value = shownText();
  });
  field.addEventListener("keydown", (event) => {
    const open = !list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) { look(); return; }
      active = (active + (event.key === "ArrowDown" ? 1 : -1) + offered.length) % (offered.length || 1);
      drawList();
    } else if (event.key === "Enter" && open && offered[active]) {
      event.preventDefault();
      choose(offered[active]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      show(false);
    } else if (event.key === "Backspace" && many && !field.value && items.length) {
      change(items.slice(0, -1));
    }
  });
  draw();
  return box;
}
