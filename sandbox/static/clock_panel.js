// Moving the time that people live by: where each step leads, how far it is, and what went wrong.

import { advance, stopAdvancing, time } from "/static/api.js";
import { fill, h, icon } from "/static/dom.js";
import { store } from "/static/store.js";
import { clockTime, format, fromLocalInput, now, shortMoment, toLocalInput, zoneName } from "/static/times.js";
import { toast } from "/static/toasts.js";

const STEPS = [
  ["Next working morning", "next_working_morning"],
  ["1 day", "1d"],
  ["1 week", "1w"],
  ["End of the quarter", "end_of_quarter"],
];
const DAY = 86400;

const longDay = (seconds) => format(seconds, { weekday: "long", day: "numeric", month: "long", year: "numeric" });

export class ClockPanel {
  /** `moved` is called whenever the time is not what it was. */
  constructor(moved) {
    this.moved = moved;
    this.node = h("section.clock", { "aria-label": "The clock" });
    this.steps = {};
    this.asking = false;
    setInterval(() => this.tick(), 15_000);
  }

  /** Asks what time it is and where each step would lead this person. */
  async refresh() {
    const { at, steps, passing } = await time().catch(() => ({ at: null, steps: {}, passing: null }));
    if (at !== null) store.ahead = at - Date.now() / 1000;
    store.passing = passing;
    this.steps = steps;
    this.draw();
    this.moved();
  }

  /** What the workspace tells of a clock that somebody moves, here or in another window. */
  heard({ at, passing }) {
    if (at) store.ahead = at - Date.now() / 1000;
    store.passing = passing;
    if (!at) return;
    this.draw();
    this.moved();
  }

  tick() {
    const shown = this.node.querySelector(".now");
    if (shown) fill(shown, this.words());
    this.moved();
  }

  words() {
    return [h("strong", {}, longDay(now())), h("span", {}, `${clockTime(now())} in ${zoneName()}`)];
  }

  draw() {
    if (!store.workspace.clock_url) { this.node.hidden = true; return; }
    const chosen = this.node.querySelector("input")?.value;
    const open = this.node.querySelector("details")?.open ?? false;
    fill(this.node,
      h("h2", {}, icon("clock"), store.passing ? "Time is passing" : "It is"),
      h("div.now", {}, this.words()),
      store.passing ? this.progress() : [this.buttons(), this.other(chosen, open)]);
  }

  progress() {
    const { since, until } = store.passing;
    const part = Math.min(1, Math.max(0, (now() - since) / Math.max(1, until - since)));
    return h("div.passing", {},
      h("progress", { max: 1, value: part, ariaLabel: "How much of the time has passed" }),
      h("small", {}, `until ${shortMoment(until)}; everything due on the way happens and is sent`),
      h("button", { type: "button", onclick: () => stopAdvancing().catch(() => {}) }, "Stop here"));
  }

  buttons() {
    return h("div.clock-buttons", {}, STEPS.map(([name, step]) => h("button", {
      type: "button", disabled: this.asking, onclick: () => this.move({ advance: step }),
    }, h("span", {}, name), this.steps[step] && h("small", {}, shortMoment(this.steps[step])))));
  }

  other(chosen, open) {
    const least = toLocalInput(now() + 60);
    const field = h("input", { type: "datetime-local", ariaLabel: "Move the clock to", min: least, value: chosen || toLocalInput(now() + DAY) });
    return h("details", { open }, h("summary", {}, "Another day…"),
      h("form.other-day", { onsubmit: (event) => {
        event.preventDefault();
        if (field.value) this.move({ to: new Date(fromLocalInput(field.value) * 1000).toISOString() });
      } }, field, h("button", { type: "submit", disabled: this.asking }, "Go")));
  }

  async move(wish) {
    this.asking = true;
    const until = wish.to ? Date.parse(wish.to) / 1000 : this.steps[wish.advance];
    if (until > now()) store.passing = { since: now(), until };
    this.draw();
    try {
      const { failed } = await advance(wish);
      if (failed?.length) toast({ kind: "error", text: `Something failed on the way (${failed.join(", ")}); the log says why.` });
    } catch (error) {
      toast({ kind: "error", text: error.message });
    }
    this.asking = false;
    await this.refresh();
    if (!document.activeElement || document.activeElement === document.body) this.node.querySelector("button")?.focus();
  }
}
