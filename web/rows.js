// The rows of a live table, kept by key: what stays keeps its elements, and with them the focus.

import { lasting, made } from "./elements.js";

/** A table body whose rows are made by `make(item)`, an array of cells, and written by `write(cells, item)`. */
export class Rows {
  constructor(body, make, write) {
    this.body = body;
    this.make = make;
    this.write = write;
    this.rows = new Map();
  }

  /** Show these and no others, in this order; `key(item)` says which is which. */
  keep(items, key) {
    const wanted = new Map(items.map((item) => [key(item), item]));
    for (const [id, { row }] of this.rows) {
      if (wanted.has(id)) continue;
      row.remove();
      this.rows.delete(id);
    }
    let place = 0;
    for (const [id, item] of wanted) {
      if (!this.rows.has(id)) this.rows.set(id, this.#made(item));
      const { row, cells } = this.rows.get(id);
      this.write(cells, item);
      if (this.body.children[place] !== row) this.body.insertBefore(row, this.body.children[place] ?? null);
      place += 1;
    }
  }

  #made(item) {
    const cells = this.make(item);
    return { cells, row: made("tr", {}, ...cells) };
  }
}

/** Write a text where it is another one. */
export function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Show how long it is since a moment, from now on; nothing when there is none. */
export function since(element, moment) {
  element.dataset.since = moment ?? "";
  put(element, moment === null ? "–" : ago(moment));
}

/** All that `since` has been told of goes on. */
export function tick(place) {
  for (const element of place.querySelectorAll("[data-since]")) {
    if (element.dataset.since !== "") put(element, ago(element.dataset.since));
  }
}

function ago(moment) {
  return lasting((Date.now() - Date.parse(moment)) / 1000);
}
