// Blocks as DOM. `context` knows what a press or a choice means where the blocks stand.

import { fileAddress } from "/static/api.js";
import { h, icon } from "/static/dom.js";
import { control } from "/static/elements.js";
import { richText, textObject } from "/static/mrkdwn.js";

const picture = (block) =>
  block.image_url
    ? h("img", { src: block.image_url, alt: block.alt_text, loading: "lazy" })
    : h("img", { src: fileAddress(block.slack_file), alt: block.alt_text, loading: "lazy" });

function section(block, context) {
  const fields = block.fields?.map((field) => h("div.field", {}, textObject(field)));
  return h("div.block.section", {},
    h("div.section-text", {}, block.text && h("div", {}, textObject(block.text)), fields && h("div.fields", {}, fields)),
    block.accessory && h("div.accessory", {},
      block.accessory.type === "image" ? picture(block.accessory) : control(block, block.accessory, context)));
}

function input(block, context) {
  const key = `${block.block_id}|${block.element.action_id}`;
  const error = context.errors?.[block.block_id];
  const grouped = ["radio_buttons", "checkboxes"].includes(block.element.type);
  const label = h(grouped ? "legend.label" : "label.label",
    { htmlFor: key, id: `${key}|label` },
    textObject(block.label), block.optional && h("span.optional", {}, " (optional)"));
  return h(grouped ? "fieldset.block.input" : "div.block.input", { class: error ? "wrong" : "", data: { block: block.block_id } },
    label,
    control(block, block.element, context),
    error && h("div.field-error", { id: `${key}|error`, role: "alert" }, icon("warn"), error),
    block.hint && h("div.hint", { id: `${key}|hint` }, textObject(block.hint)));
}

function table(block) {
  const align = (index) => block.column_settings?.[index]?.align || "left";
  const cell = (content, index, tag) =>
    h(tag, { style: `text-align:${align(index)}` }, content.type === "raw_text" ? content.text : richText(content));
  const [head, ...rows] = block.rows;
  return h("div.block.table", { tabIndex: 0 }, h("table", {},
    h("thead", {}, h("tr", {}, head.map((each, index) => cell(each, index, "th")))),
    h("tbody", {}, rows.map((row) => h("tr", {}, row.map((each, index) => cell(each, index, "td")))))));
}

const MAKERS = {
  section,
  input,
  table,
  header: (block) => h("h3.block.header", {}, textObject(block.text)),
  divider: () => h("hr.block"),
  context: (block) => h("div.block.context", {}, block.elements.map((each) =>
    each.type === "image" ? picture(each) : h("span", {}, textObject(each)))),
  actions: (block, context) => h("div.block.actions", {}, block.elements.map((each) => control(block, each, context))),
  image: (block) => h("figure.block.image", {}, block.title && h("figcaption", {}, textObject(block.title)), picture(block)),
  rich_text: (block) => h("div.block.rich-text", {}, richText(block)),
  markdown: (block) => h("div.block.markdown", {}, block.text),
};

export const renderBlocks = (blocks, context) => blocks.map((block) => MAKERS[block.type]?.(block, context));
