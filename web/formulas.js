// The formulas behind the figures, as the server prints them: in words, reckoned for a sum, and shown where one points.

import { made } from "./elements.js";
import { say } from "./texts.js";

const SAME = "the same"; // in a formula: its numerator again
const SIGNS = { "/": "÷", "-": "−", "+": "+", "=": "=", "(": "(", ")": ")" };

/** A formula, or an identity, in the words of the language; `value` is told each figure and adds what it likes. */
export function inWords(formula, value = () => "") {
  return parts(formula)
    .map((part) => SIGNS[part] ?? (part === SAME ? say("the_same") : say(`n_${part}`) + value(part)))
    .join(" ")
    .replaceAll("( ", "(")
    .replaceAll(" )", ")");
}

/** What a formula gives for these figures; null where it would divide by nothing. */
export function reckon(formula, figures) {
  const written = formula.replace(SAME, /^\((.+?)\)/.exec(formula)?.[1] ?? "");
  const left = parts(written);
  const value = sum(left, figures);
  return Number.isFinite(value) ? value : null;
}

function parts(formula) {
  return formula.match(/the same|[a-z_]+|[()+\-/=]/g) ?? [];
}

function sum(left, figures) {
  let value = quotient(left, figures);
  while (left[0] === "+" || left[0] === "-") {
    value = left.shift() === "+" ? value + quotient(left, figures) : value - quotient(left, figures);
  }
  return value;
}

function quotient(left, figures) {
  let value = factor(left, figures);
  while (left[0] === "/") {
    left.shift();
    value /= factor(left, figures);
  }
  return value;
}

function factor(left, figures) {
  const part = left.shift();
  if (part !== "(") return figures[part] ?? 0;
  const value = sum(left, figures);
  left.shift();
  return value;
}

/** Names that tell their formula to whoever points at them, taps them or comes to them by the keyboard. */
export class Tip {
  constructor(place) {
    this.place = place;
    this.shown = null;
    addEventListener("keydown", ({ key }) => key === "Escape" && this.#hide());
    addEventListener("pointerdown", ({ target }) => this.shown?.contains(target) || this.#hide());
    // Whoever comes by the keyboard scrolls a name into sight.
    addEventListener("scroll", () => this.#put(), { capture: true, passive: true });
  }

  /** A button called `name`, which tells `text`. */
  on(name, text) {
    const button = made("button", { type: "button", className: "figure", textContent: name });
    for (const event of ["focus", "click", "mouseenter"]) button.addEventListener(event, () => this.#show(button, text));
    button.addEventListener("blur", () => this.#hide());
    button.addEventListener("mouseleave", () => document.activeElement === button || this.#hide());
    return button;
  }

  #show(button, text) {
    this.#hide();
    this.shown = button;
    this.place.textContent = text;
    this.place.hidden = false;
    button.setAttribute("aria-describedby", this.place.id);
    this.#put();
  }

  #put() {
    if (this.shown === null) return;
    const at = this.shown.getBoundingClientRect();
    const room = document.documentElement.clientWidth - this.place.offsetWidth - 8;
    this.place.style.left = `${Math.max(8, Math.min(at.left, room))}px`;
    this.place.style.top = `${at.bottom + 4}px`;
  }

  #hide() {
    this.shown?.removeAttribute("aria-describedby");
    this.shown = null;
    this.place.hidden = true;
  }
}
