// The report on queues or agents by 15, 30 or 60 minutes, each figure with its formula, and who gave up waiting.

import { count, lasting, made, moment, share } from "./elements.js";
import { Tip, inWords, reckon } from "./formulas.js";
import { say } from "./texts.js";

const SHARE = share;
const TIME = lasting;
const COUNT = count;
/** What the tables show: groups of figures, each with how it is written. A sum takes the longest of `longest_wait_seconds`. */
const FIGURES = {
  queues: {
    calls: {
      offered: COUNT, answered: COUNT, answered_in_time: COUNT, abandoned: COUNT, short_abandoned: COUNT,
      overflowed: COUNT, callbacks: COUNT, failed: COUNT, still_waiting: COUNT, turned_away: COUNT,
    },
    rates: { answer_rate: SHARE, abandonment_rate: SHARE },
    times: { asa_seconds: TIME, average_abandon_seconds: TIME, longest_wait_seconds: TIME },
    levels: {
      "SL-strict": SHARE, "SL-answered": SHARE, "SL-asterisk2": SHARE, "SL-connect": SHARE, "SL-genesys": SHARE,
      "SL-late-abandon": SHARE, "SL-vonage": SHARE,
    },
  },
  agents: {
    spent: {
      signed_in_seconds: TIME, ready_seconds: TIME, offered_seconds: TIME, connecting_seconds: TIME,
      talk_seconds: TIME, hold_seconds: TIME, wrap_up_seconds: TIME, paused_seconds: TIME, missed_seconds: TIME,
      unreachable_seconds: TIME,
    },
    offers: { rung: COUNT, accepted: COUNT, missed: COUNT, refused: COUNT, handled: COUNT },
    shares: { occupancy: SHARE, aht_seconds: TIME },
  },
};
const ID = { queues: "queue", agents: "agent" };
const WHOLE = 24 * 3600 * 1000; // ms above which the day is written beside the time

/** The section of the reports. `session` is asked then; `order` does what a person wants and says so when it fails. */
export class Report {
  constructor(at, session, order) {
    this.at = at;
    this.session = session;
    this.order = order;
    this.tip = new Tip(at("tip"));
    this.about = "queues";
    this.asked = null; // the last query, that behind `told` when nothing is waited for
    this.told = null;
    this.names = {};
    this.typed = false; // whether somebody has said from when to when; otherwise it is the day so far, also later
    at("wanted").addEventListener("submit", (event) => {
      event.preventDefault();
      void order(() => this.#ask());
    });
    at("wanted").addEventListener("change", ({ target }) => {
      if (target.name === "only") this.draw();
      else if (target.name === "from" || target.name === "to") this.typed = true;
      else if (target.name === "about" || target.name === "minutes") void order(() => this.#ask());
    });
    at("today").addEventListener("click", () => void order(() => this.#today()));
    at("more").addEventListener("click", () => void order(() => this.#more()));
    at("save").addEventListener("submit", (event) => {
      event.preventDefault();
      void order(() => this.#save());
    });
  }

  /** The day so far, unless there is a report already. */
  async open() {
    if (this.told === null) await this.#today();
  }

  async #today() {
    this.typed = false;
    await this.#ask();
  }

  /** Nothing of whoever was here before stays. */
  forget() {
    this.told = null;
    this.names = {};
    this.typed = false;
    this.at("wanted").reset();
    this.draw();
  }

  draw() {
    const lists = this.about === "abandoned";
    const rows = this.#rows();
    const { elements } = this.at("wanted");
    elements.minutes.parentElement.hidden = elements.only.parentElement.hidden = lists;
    for (const id of ["save", "formulas", "identity"]) this.at(id).hidden = lists || this.told === null;
    this.at("more").hidden = !lists || !this.told?.next_cursor;
    this.at("sheet").hidden = this.told === null;
    this.at("told").textContent = this.told === null ? "" : this.#caption(rows);
    if (this.told === null) return;
    const table = lists ? this.#list() : this.#table(rows);
    this.at("sheet").replaceChildren(rows.length > 0 ? table : made("p", { textContent: say("nothing") }));
    if (!lists) this.#explain(rows);
  }

  async #ask() {
    const { elements } = this.at("wanted");
    const about = elements.about.value;
    const asked = (this.asked = this.#query());
    const told = await this.session().ask("GET", `/reports/${about}?${asked}`);
    if (asked !== this.asked) return; // something else has been asked for meanwhile
    if (about !== this.about) this.at("sheet").scrollTo(0, 0);
    this.about = about;
    this.told = told;
    if (about !== "abandoned") {
      elements.from.value = typed(told.begins);
      elements.to.value = typed(told.ends);
      this.#offer();
    } else if (Object.keys(this.names).length === 0) {
      const queues = (await this.session().ask("GET", "/queues")).items;
      this.names = Object.fromEntries(queues.map(({ id, name }) => [id, name]));
    }
    this.draw();
  }

  #query() {
    const { elements } = this.at("wanted");
    const asked = new URLSearchParams({ minutes: elements.minutes.value });
    for (const side of ["from", "to"]) {
      if (this.typed && elements[side].value) asked.set(side, new Date(elements[side].value).toISOString());
    }
    return asked;
  }

  async #more() {
    const next = new URLSearchParams({ cursor: this.told.next_cursor });
    const page = await this.session().ask("GET", `/reports/abandoned?${this.asked}&${next}`);
    this.told = { ...page, items: [...this.told.items, ...page.items] };
    this.draw();
  }

  async #save() {
    const encoding = this.at("save").elements.encoding.value;
    const asked = new URLSearchParams({ from: this.told.begins, to: this.told.ends, minutes: this.told.minutes });
    const file = await this.session().file(`/reports/${this.about}?${asked}&format=csv&encoding=${encoding}`);
    const url = URL.createObjectURL(file);
    made("a", { href: url, download: `${this.about}-${this.told.begins.slice(0, 10)}-${this.told.minutes}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }

  /** Whom the table may be narrowed to: everybody of the report. */
  #offer() {
    const { only } = this.at("wanted").elements;
    const chosen = only.value;
    const named = new Map(this.told.items.map((row) => [row[ID[this.about]], row.name]));
    only.replaceChildren(new Option(say("all"), ""), ...[...named].map(([id, name]) => new Option(name, id)));
    only.value = named.has(chosen) ? chosen : "";
  }

  #rows() {
    const { only } = this.at("wanted").elements;
    if (only.options.length > 0) only.options[0].textContent = say("all");
    const items = this.told?.items ?? [];
    return this.about === "abandoned" || only.value === "" ? items : items.filter((row) => row[ID[this.about]] === only.value);
  }

  #caption(rows) {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (this.about === "abandoned") {
      const span = this.asked.has("from") ? between(this.asked.get("from"), this.asked.get("to")) : say("today");
      return `${say("abandoned_count")} ${count(rows.length)}${this.told.next_cursor ? "+" : ""} · ${span} (${zone})`;
    }
    const { begins, ends, as_of, seq, definitions } = this.told;
    const span = between(begins, ends);
    const made_from = `${say("as_of")} ${moment(as_of, { exact: true })} · seq ${seq} · ${say("definitions")} ${definitions}`;
    return `${span} (${zone}) · ${say(`attributed_${this.about}`)} · ${made_from}`;
  }

  #table(rows) {
    const groups = Object.entries(FIGURES[this.about]);
    const columns = groups.flatMap(([, figures]) => Object.entries(figures));
    const long = Date.parse(this.told.ends) - Date.parse(this.told.begins) > WHOLE;
    const head = made("thead", {},
      made("tr", {},
        made("th", { rowSpan: 2, scope: "col", textContent: `${say("period")} / ${say(`one_of_${this.about}`)}` }),
        ...groups.map(([name, figures]) => made("th", {
          colSpan: Object.keys(figures).length, scope: "colgroup", textContent: say(`group_${name}`),
        })),
      ),
      made("tr", {}, ...columns.map(([name]) => made("th", { scope: "col" }, this.#name(name)))),
    );
    const body = made("tbody", {}, ...rows.map((row) => this.#row(row, columns, long)));
    return made("table", {}, head, body, made("tfoot", {}, this.#sum(rows, columns)));
  }

  /** The name of a figure; where a formula is behind it, it tells that too. */
  #name(name) {
    const formula = this.told.formulas[name];
    const called = figure(name);
    return formula === undefined ? called : this.tip.on(called, `${called} = ${inWords(formula)}`);
  }

  #row(row, columns, long) {
    const until = new Date(Date.parse(row.begins) + this.told.minutes * 60_000);
    const when = `${moment(row.begins, { whole: long })}–${moment(until)}`;
    const head = made("th", { scope: "row" }, made("span", { textContent: when }), made("b", { textContent: row.name }));
    if (row.accounted === false) head.append(made("strong", { textContent: `! ${say("not_accounted")}` }));
    const figures = figuresOf(row);
    return made("tr", {}, head, ...columns.map(([name, written]) => made("td", { textContent: written(figures[name]) })));
  }

  #sum(rows, columns) {
    const figures = this.#sums(rows);
    const head = made("th", { scope: "row", textContent: say("sum") });
    const of = (name) => (name in this.told.formulas ? reckon(this.told.formulas[name], figures) : (figures[name] ?? 0));
    return made("tr", {}, head, ...columns.map(([name, written]) => made("td", { textContent: written(of(name)) })));
  }

  #sums(rows) {
    const sums = {};
    for (const row of rows) {
      for (const [name, value] of Object.entries({ signed_in_seconds: row.signed_in_seconds, ...row.seconds, ...row.counts })) {
        const longest = name === "longest_wait_seconds";
        sums[name] = longest ? Math.max(sums[name] ?? 0, value) : (sums[name] ?? 0) + value;
      }
    }
    return sums;
  }

  #explain(rows) {
    const names = Object.values(FIGURES[this.about]).flatMap((figures) => Object.keys(figures));
    const known = names.filter((name) => name in this.told.formulas);
    this.at("formulas").querySelector("dl").replaceChildren(
      ...known.flatMap((name) => [
        made("dt", { textContent: figure(name) }),
        made("dd", { textContent: inWords(this.told.formulas[name]) }),
      ]),
    );
    this.at("identity").hidden = this.told.identity === undefined || rows.length === 0;
    if (this.at("identity").hidden) return;
    const sums = this.#sums(rows);
    const wrong = rows.filter((row) => !row.accounted).length;
    const verdict = wrong === 0 ? `✓ ${say("holds")}` : `✗ ${count(wrong)} ${say("holds_not")}`;
    this.at("identity").textContent = `${inWords(this.told.identity, (part) => ` ${count(sums[part])}`)}  ${verdict}`;
  }

  #list() {
    const columns = ["since", "queue", "caller", "number", "waited", "gave_up"];
    const rows = this.told.items.map((call) => made("tr", {},
      made("th", { scope: "row", textContent: moment(call.queued ?? call.arrived, { whole: true, exact: true }) }),
      ...[
        this.names[call.queue] ?? call.queue,
        call.caller || say("withheld"),
        call.number,
        lasting(call.wait_seconds),
        moment(call.ended, { exact: true }),
      ].map((text) => made("td", { textContent: text })),
    ));
    const head = columns.map((name) => made("th", { scope: "col", textContent: say(`gone_${name}`) }));
    return made("table", { className: "plain" }, made("thead", {}, made("tr", {}, ...head)), made("tbody", {}, ...rows));
  }
}

function figure(name) {
  return name.startsWith("SL-") ? name : say(`n_${name}`);
}

function figuresOf(row) {
  const { counts, seconds, service_levels: levels, ...plain } = row;
  return { ...plain, ...counts, ...seconds, ...levels };
}

function between(begin, end) {
  return `${moment(begin, { whole: true })} – ${end === null ? "" : moment(end, { whole: true })}`;
}

/** A moment as an input of the page holds it, by this machine's clock. */
function typed(value) {
  const at = new Date(value);
  return new Date(at - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
