// Elements made in one line, and moments, lengths of time and shares as people read them.

import { chosen } from "./texts.js";

/** An element with these properties and children; `dataset` and what begins with "aria-" or is `role` are set too. */
export function made(tag, given = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name === "dataset") Object.assign(element.dataset, value);
    else if (name === "role" || name === "scope" || name.startsWith("aria-")) element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children);
  return element;
}

/** Seconds as a clock shows them; "–" when there are none to show. */
export function lasting(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 60) % 60, whole % 60].map((part) => String(part).padStart(2, "0"));
  const hours = Math.floor(whole / 3600);
  return hours > 0 ? `${hours}:${parts.join(":")}` : `${Number(parts[0])}:${parts[1]}`;
}

/** A share of one in percent; "–" when there is none. */
export function share(value) {
  return value === null || value === undefined ? "–" : `${(value * 100).toFixed(1)}%`;
}

/** A count; fractions do not occur. */
export function count(value) {
  return value === null || value === undefined ? "–" : value.toLocaleString(locale());
}

/** Several in one line, as the language writes them. */
export function joined(parts) {
  return parts.join(chosen() === "ja" ? "、" : ", ");
}

/** The time of day of a moment, by this machine's clock; `whole`: with its date, `exact`: with its seconds. */
export function moment(value, { whole = false, exact = false } = {}) {
  const day = { month: "numeric", day: "numeric" };
  const time = { hour: "numeric", minute: "2-digit", hourCycle: "h23", ...(exact ? { second: "2-digit" } : {}) };
  return new Date(value).toLocaleString(locale(), { ...(whole ? day : {}), ...time });
}

function locale() {
  return chosen() === "ja" ? "ja-JP" : "en-GB";
}
