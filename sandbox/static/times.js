// Times in the zone and the language of the person one is, by the clock that people live by.

import { store } from "/static/store.js";

// What the app sends is shown as Slack would show it to this person; the page itself speaks English.
const PAGE = "en-GB";
const locale = () => store.me?.locale || "en-US";
const zone = () => store.me?.tz || "UTC";

/** The present that people live in, in Unix seconds; ahead of the real one where it was moved. */
export const now = () => Date.now() / 1000 + store.ahead;

export function format(seconds, options, language = PAGE) {
  return new Intl.DateTimeFormat(language, { timeZone: zone(), ...options }).format(new Date(seconds * 1000));
}

export const clockTime = (seconds) => format(seconds, { hour: "numeric", minute: "2-digit" });
export const dayKey = (seconds) =>
  new Intl.DateTimeFormat("en-CA", { timeZone: zone(), dateStyle: "short" }).format(new Date(seconds * 1000));

function relativeDay(seconds, language = PAGE) {
  const days = Math.round((Date.parse(dayKey(seconds)) - Date.parse(dayKey(now()))) / 86400000);
  if (Math.abs(days) > 1) return null;
  const word = new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(days, "day");
  return word[0].toUpperCase() + word.slice(1);
}

export const dayName = (seconds) =>
  relativeDay(seconds) ?? format(seconds, { weekday: "long", day: "numeric", month: "long" });

/** "Today at 9:30", "Monday, 30 November at 9:30". */
export const dayAndTime = (seconds) =>
  `${relativeDay(seconds) ?? format(seconds, { weekday: "long", day: "numeric", month: "long" })} at ${clockTime(seconds)}`;

/** "Mon 30 Nov, 9:30", for where there is little room. */
export const shortMoment = (seconds) =>
  `${format(seconds, { weekday: "short", day: "numeric", month: "short" })}, ${clockTime(seconds)}`;

export const zoneName = () => zone().split("/").at(-1).replace(/_/g, " ");

const HALF_YEAR = 182 * 86400;

function longDate(seconds, options) {
  const near = Math.abs(seconds - now()) < HALF_YEAR;
  return format(seconds, near ? options : { ...options, year: "numeric" }, locale());
}

function ago(seconds) {
  const apart = seconds - now();
  const steps = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const [unit, size] = steps.find(([, each]) => Math.abs(apart) >= each) ?? steps.at(-1);
  return new Intl.RelativeTimeFormat(locale(), { numeric: "auto" }).format(Math.round(apart / size), unit);
}

const TOKENS = {
  date_num: (t) => dayKey(t),
  date: (t) => longDate(t, { month: "long", day: "numeric" }),
  date_short: (t) => longDate(t, { month: "short", day: "numeric" }),
  date_long: (t) => longDate(t, { weekday: "long", month: "long", day: "numeric" }),
  time: (t) => format(t, { hour: "numeric", minute: "2-digit" }, locale()),
  time_secs: (t) => format(t, { hour: "numeric", minute: "2-digit", second: "2-digit" }, locale()),
  ago,
};

/** Slack's date tokens: "{date_short_pretty} at {time}". */
export function dateToken(seconds, pattern) {
  return pattern.replace(/\{(\w+?)(_pretty)?\}/g, (whole, name, pretty) => {
    if (!TOKENS[name]) return whole;
    return (pretty && relativeDay(seconds, locale())) || TOKENS[name](seconds);
  });
}

function offsetAt(seconds) {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone(), hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit",
    hour: "2-digit", minute: "2-digit", second: "2-digit",
  }).formatToParts(new Date(seconds * 1000));
  const of = (type) => Number(parts.find((part) => part.type === type).value);
  const wall = Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
  return wall / 1000 - Math.floor(seconds);
}

/** Unix seconds as the value of a datetime-local input in the person's zone, and back. */
export const toLocalInput = (seconds) =>
  new Date((seconds + offsetAt(seconds)) * 1000).toISOString().slice(0, 16);

export function fromLocalInput(text) {
  const wall = Date.parse(`${text}:00Z`) / 1000;
  const guess = wall - offsetAt(wall);
  return wall - offsetAt(guess);
}
