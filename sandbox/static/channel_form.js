// Making a channel: a name, and whether it is private. The app is invited afterwards, or not.

import { act } from "/static/api.js";
import { fill, h, icon } from "/static/dom.js";
import { store } from "/static/store.js";

const REFUSALS = {
  name_taken: "There is a channel of this name already.",
  invalid_name_specials: "Lower-case letters, digits, - and _ only.",
};

/** Resolves to the id of the new channel; null if the person changed their mind. */
export function askForChannel() {
  const box = document.getElementById("question");
  return new Promise((resolve) => {
    const done = (channel) => { box.close(); resolve(channel); };
    const name = h("input.text", { id: "channel-name", type: "text", maxLength: 80, autocomplete: "off", placeholder: "tea-club" });
    const secret = h("input", { type: "checkbox" });
    const trouble = h("div.field-error", { role: "alert", hidden: true });
    const make = async (event) => {
      event.preventDefault();
      try {
        done((await act("create_channel", { name: name.value.trim(), is_private: secret.checked })).channel);
      } catch (error) {
        trouble.hidden = false;
        fill(trouble, icon("warn"), REFUSALS[error.message] ?? error.message);
        name.focus();
      }
    };
    box.oncancel = (event) => { event.preventDefault(); done(null); };
    fill(box,
      h("header.modal-head", {}, h("h2", { id: "question-title" }, "New channel")),
      h("form.modal-body", { id: "channel-form", onsubmit: make },
        h("label.label", { htmlFor: "channel-name" }, "Name"), name, trouble,
        h("label.choice", {}, secret, h("span", {}, "Private", h("span.description", {}, "Only those who are invited see it."))),
        h("p.hint", {}, `To have the app in it, type /invite @${store.workspace.app.name} there.`)),
      h("footer.modal-foot", {},
        h("button.button", { type: "button", onclick: () => done(null) }, "Cancel"),
        h("button.button.primary", { type: "submit", onclick: make }, "Create")));
    box.showModal();
    name.focus();
  });
}
