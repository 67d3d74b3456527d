// A confirm dialog of Block Kit, asked before a press counts.

import { fill, h } from "/static/dom.js";
import { textObject } from "/static/mrkdwn.js";

/** Resolves to whether the person said yes. */
export function ask({ title, text, confirm, deny, style }) {
  const box = document.getElementById("question");
  return new Promise((resolve) => {
    const answer = (yes) => { box.close(); resolve(yes); };
    box.oncancel = (event) => { event.preventDefault(); answer(false); };
    fill(box,
      h("header.modal-head", {}, h("h2", { id: "question-title" }, textObject(title))),
      h("div.modal-body", {}, textObject(text)),
      h("footer.modal-foot", {},
        h("button.button", { type: "button", onclick: () => answer(false) }, deny ? textObject(deny) : "Cancel"),
        h("button.button", { type: "button", class: style === "danger" ? "danger" : "primary", onclick: () => answer(true) },
          confirm ? textObject(confirm) : "Yes")));
    box.showModal();
    box.querySelector(".modal-foot .button:last-child").focus();
  });
}
