// What a press or a choice does, on each surface; and saying so when it fails.

import { act } from "/static/api.js";
import { h, icon } from "/static/dom.js";
import { ask } from "/static/question.js";
import { toast } from "/static/toasts.js";

function warnAt(node, words) {
  node?.parentElement?.querySelector(".warned")?.remove();
  const sign = h("span.warned", { title: words, role: "img", ariaLabel: words }, icon("warn"));
  node?.after(sign);
  setTimeout(() => sign.remove(), 8000);
  toast({ kind: "error", text: words.replace(/^:warning: /, "") });
}

/** Runs one act with a busy sign at the control; failures show as Slack shows them. */
export async function attempt(node, work) {
  node?.setAttribute("aria-busy", "true");
  try {
    const outcome = await work();
    if (outcome?.error) warnAt(node, outcome.error);
    return outcome;
  } catch (error) {
    warnAt(node, error.message);
    return null;
  } finally {
    node?.removeAttribute("aria-busy");
  }
}

async function confirmed(element) {
  return !element.confirm || ask(element.confirm);
}

/** Presses and choices in a message or on the Home; `where` names it for the sandbox. */
export function pressing(where) {
  const send = async (block, element, value, node) => {
    if (!(await confirmed(element))) return;
    const body = { ...where, block_id: block.block_id, action_id: element.action_id, value, confirmed: true };
    await attempt(node, () => act("press", body));
  };
  return {
    press: send,
    choose: send,
    type: () => {},
    enter: (block, element, value) => send(block, element, value),
    suggest: async (block, element, query) =>
      (await act("suggestions", { view: "message", ...where, block_id: block.block_id, action_id: element.action_id, query })).options,
    upload: () => {},
  };
}
