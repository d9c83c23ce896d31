// Why nobody rings for a caller, and why an agent was rung: asked of the api, and said in the language of the page.

import { count, joined, made, moment } from "./elements.js";
import { Refused } from "./session.js";
import { chosen, say } from "./texts.js";

const TABLE = ".scroll";
const REACHED = ["button", "summary", TABLE]; // what the keyboard comes to
const AGAIN = 1000; // ms between two questions about a caller who waits, while the floor changes

/** The dialog. `names` knows what agents and queues are called; `order` does what a person wants. */
export class Why {
  constructor(dialog, session, order, names) {
    this.dialog = dialog;
    this.session = session;
    this.order = order;
    this.names = names;
    this.said = dialog.querySelector(".said");
    this.waits = null; // the caller whose wait is explained, and asked about again when something has happened
    this.offer = null; // the path of the decision that is explained
    this.told = null;
    this.trouble = "";
    this.title = "why_nobody";
    this.asked = null; // what is waited for
    this.pending = null;
    dialog.querySelector(".close").addEventListener("click", () => this.close());
    dialog.addEventListener("close", () => this.#over());
    this.pressed = false; // what is being pressed is not replaced meanwhile
    dialog.addEventListener("pointerdown", () => (this.pressed = true));
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => this.#released());
  }

  /** Why is nobody ringing for this caller, or why do several? */
  async waiting(call) {
    this.#begin("why_nobody");
    this.waits = call;
    await this.#wait();
  }

  /** Why does this call ring at this agent, or why did it? */
  async offered(call, agent) {
    this.#begin("why_agent");
    await this.#ask(async (ask) => {
      const { offers } = await ask(`/calls/${call}`);
      const offer = offers.findLast((one) => one.agent === agent);
      if (offer === undefined) throw new Refused(0, { sentence: "own_call" });
      const path = `/calls/${call}/offers/${offer.offer}/why`;
      return { path, told: await ask(path) };
    });
  }

  close() {
    if (this.dialog.open) this.dialog.close();
  }

  /** Something has happened on the floor: what is said of a caller who waits is asked anew. */
  news() {
    if (this.waits === null || this.pending !== null) return;
    this.pending = setTimeout(() => {
      this.pending = null;
      if (this.waits !== null) void this.#wait();
    }, AGAIN);
  }

  draw() {
    if (this.dialog.open) this.#draw();
  }

  #released() {
    if (!this.pressed) return;
    this.pressed = false;
    setTimeout(() => this.draw());
  }

  #begin(title) {
    this.#over();
    this.title = title;
    this.said.replaceChildren();
  }

  #over() {
    clearTimeout(this.pending);
    this.pending = this.waits = this.offer = this.told = this.asked = null;
    this.trouble = "";
  }

  async #wait() {
    const call = this.waits;
    const told = await this.session().ask("GET", `/calls/${call}/why`).catch((error) => error);
    if (call !== this.waits) return;
    if (told instanceof Error) {
      // Whoever has hung up is not explained any more.
      this.waits = this.told = null;
      this.#refused(told);
    } else {
      this.told = told;
      this.title = told.offers.length > 0 ? "why_rings" : "why_nobody";
    }
    this.#show();
  }

  /** A no is said in the dialog, which lies over everything else; the end of a call is one too. */
  #refused(error) {
    if (!(error instanceof Refused)) this.trouble = "no_answer";
    else this.trouble = error.status === 404 ? "call_over" : (error.sentence ?? "no_answer");
  }

  #show() {
    this.#draw();
    if (!this.dialog.open) this.dialog.showModal();
    else if (!this.dialog.contains(document.activeElement)) this.dialog.querySelector("h2").focus();
  }

  #draw() {
    if (this.pressed) return;
    this.dialog.querySelector("h2").textContent = say(this.title);
    const open = this.said.querySelector("details")?.open ?? false;
    const left = this.#left();
    if (this.trouble) this.said.replaceChildren(made("p", { textContent: this.#said(this.trouble) }));
    else if (this.told !== null) this.said.replaceChildren(...(this.waits === null ? this.#ofOffer() : this.#ofWait(open)));
    this.#again(left);
  }

  /** Where whoever reads it is: what has the focus, and how far each table is moved. */
  #left() {
    const reached = (kind) => [...this.said.querySelectorAll(kind)];
    const kind = REACHED.find((one) => document.activeElement?.matches(one));
    const place = kind === undefined ? -1 : reached(kind).indexOf(document.activeElement);
    return { kind, place, tops: reached(TABLE).map(({ scrollTop }) => scrollTop) };
  }

  #again({ kind, place, tops }) {
    this.said.querySelectorAll(TABLE).forEach((one, at) => (one.scrollTop = tops[at] ?? 0));
    if (place >= 0) this.said.querySelectorAll(kind)[place]?.focus({ preventScroll: true });
  }

  #said(sentence) {
    return typeof sentence === "string" ? say(sentence) : sentence[chosen()];
  }

  #ofWait(open) {
    const { told } = this;
    const parts = told.sentences.map((one) => made("p", { textContent: this.#said(one) }));
    parts.push(...told.offers.map((offer) => this.#asks(told.call, offer)));
    parts.push(...this.#kept(told.kept));
    if (told.agents.length > 0) {
      const summary = made("summary", { textContent: `${say("everybody_by_name")} (${count(told.agents.length)})` });
      parts.push(made("details", { open }, summary, this.#agents(told.agents)));
    }
    parts.push(this.#source([`${say("config")} ${told.config}`, `seq ${told.seq}`]));
    return parts;
  }

  #asks(call, { agent }) {
    const ask = made("button", { type: "button", textContent: `${say("why_agent")} ${this.names.floor.agent(agent)}` });
    ask.addEventListener("click", () => void this.order(() => this.offered(call, agent)));
    return ask;
  }

  #ofOffer() {
    const { told } = this;
    const { winner, versions, turn } = told;
    const parts = told.sentences.map((one) => made("p", { textContent: this.#said(one) }));
    const pairs = {
      winner: winner.name,
      decided: `${say(`key_${told.key}`)} (${told.key})`,
      decided_call: `${say(`turn_${turn.key}`)} (${turn.key})`,
      ...(told.call.queue === null ? {} : { place: `${this.names.floor.queue(told.call.queue)} ${count(turn.position)}` }),
    };
    parts.push(made("dl", {}, ...Object.entries(pairs).flatMap(([name, text]) => this.#pair(name, text))));
    parts.push(made("h3", { textContent: say("candidates") }), this.#candidates([winner, ...told.runners_up]));
    const hidden = told.could_be_rung - 1 - told.runners_up.length;
    if (hidden > 0) parts.push(made("p", { textContent: `${say("more_candidates")} ${count(hidden)}` }));
    parts.push(...this.#kept(told.kept));
    const kept = told.kept.reduce((all, { agents }) => all + agents, 0);
    const sums = [["could", told.could_be_rung], ["could_not", kept], ["elsewhere", told.elsewhere]];
    parts.push(made("p", { textContent: sums.map(([name, agents]) => `${say(name)} ${count(agents)}`).join(" · ") }));
    if (told.kept_agents !== null) {
      parts.push(made("h3", { textContent: say("everybody_by_name") }), this.#agents(told.kept_agents));
    } else {
      const ask = made("button", { type: "button", textContent: say("full_list") });
      ask.addEventListener("click", () => void this.order(() => this.#full()));
      parts.push(ask);
    }
    const { in_force, of_call, of_queue } = versions;
    const config = [["config_in_force", in_force], ["config_of_call", of_call], ["config_of_queue", of_queue]];
    const when = `${say("made_at")} ${moment(told.made, { whole: true, exact: true })}`;
    parts.push(this.#source([...config.map(([name, version]) => `${say(name)} ${version}`), `seq ${told.seq}`, when]));
    return parts;
  }

  async #full() {
    const path = this.offer;
    await this.#ask(async (ask) => ({ path, told: await ask(`${path}?full=true`) }));
    // The button that had the focus is gone.
    this.said.querySelector(".scroll:last-of-type")?.focus();
  }

  /** Show what `work` finds out about an offer, unless something else has been asked for meanwhile. */
  async #ask(work) {
    const mine = (this.asked = {});
    const found = await work((path) => this.session().ask("GET", path)).catch((error) => error);
    if (mine !== this.asked) return;
    if (found instanceof Error) this.#refused(found);
    else [this.offer, this.told] = [found.path, found.told];
    this.#show();
  }

  #pair(name, text) {
    return [made("dt", { textContent: say(name) }), made("dd", { textContent: text })];
  }

  #candidates(candidates) {
    const counted = candidates.some((one) => one.counted !== null);
    const heads = ["order", "agent", "idle", ...(counted ? ["counted"] : []), "version"];
    return this.#table("candidates", heads, candidates.map((one, place) => [
      count(place + 1),
      one.name,
      seconds(one.idle_seconds),
      ...(counted ? [one.counted === null ? "–" : one.counted.toFixed(1).replace(".0", "")] : []),
      String(one.version),
    ]));
  }

  #kept(kept) {
    if (kept.length === 0) return [];
    const rows = kept.map(({ agents, sentence }) => [count(agents), this.#said(sentence)]);
    return [made("h3", { textContent: say("kept") }), this.#table("kept", ["agents_kept", "reason"], rows)];
  }

  #agents(agents) {
    const rows = agents.map(({ name, reasons, version }) => [
      name,
      joined(reasons.map((reason) => this.#said(reason.sentence) + this.#until(reason))),
      String(version),
    ]);
    return this.#table("everybody_by_name", ["agent", "reason", "version"], rows);
  }

  #until({ since, until }) {
    if (until !== null) return ` (–${moment(until, { exact: true })})`;
    return since === null ? "" : ` (${moment(since, { exact: true })}–)`;
  }

  #table(title, heads, rows) {
    const head = heads.map((name) => made("th", { scope: "col", textContent: say(`col_${name}`) }));
    const body = rows.map((row) => made("tr", {}, ...row.map((text) => made("td", { textContent: text }))));
    const table = made("table", { className: "plain", "aria-label": say(title) });
    table.append(made("thead", {}, made("tr", {}, ...head)), made("tbody", {}, ...body));
    return made("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": say(title) }, table);
  }

  #source(parts) {
    return made("p", { className: "source", textContent: parts.join(" · ") });
  }
}

function seconds(value) {
  return `${value.toFixed(1)}\u00a0s`;
}
