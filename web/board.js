// The live board: queues, who waits, and agents; whoever waits, rings or talks can be asked about.

import { count, joined, lasting, made, moment, share } from "./elements.js";
import { Floor } from "./floor.js";
import { Rows, put, since, tick } from "./rows.js";
import { say } from "./texts.js";
import { Why } from "./why.js";

const DRAWN = 250; // ms between two drawings: a busy floor brings hundreds of facts a second
const LISTED = 1000; // ms between two questions who waits in a queue
const MOST = 100; // how many waiting callers are shown; the others are counted
const NAMED = 5; // how many phones that ring for a caller are named in his row; the others are counted
const FRONT = 2_000_000; // the priority from which on a call was put in front by somebody
const ASKED = new Set(["offered", "on_call"]); // the states of an agent in which he has a call that was given to him

/** The section of the board. `session` is asked then; `order` does what a person wants and says so when it fails. */
export class Board {
  constructor(at, session, order) {
    this.at = at;
    this.session = session;
    this.order = order;
    this.floor = new Floor();
    this.why = new Why(at("why"), session, order, this);
    this.live = false;
    this.drawing = null;
    this.listing = new Map(); // queue → whether it has changed since its list was asked for
    this.queues = new Rows(at("queues").tBodies[0], () => cells(10), (row, queue) => this.#queue(row, queue));
    this.callers = new Rows(
      at("callers").tBodies[0],
      (call) => this.#asks(8, () => this.#about(call)),
      (row, call) => this.#caller(row, call),
    );
    this.agents = new Rows(
      at("agents").tBodies[0],
      (agent) => this.#asks(7, () => this.#of(agent)),
      (row, agent) => this.#agent(row, agent),
    );
    at("everybody").addEventListener("change", () => this.draw());
    setInterval(() => tick(at("board")), 1000);
  }

  /** From the first time on it is followed until somebody leaves. */
  async open() {
    if (this.session().socket !== null) return;
    this.session().watch((message) => this.#take(message), () => {
      this.live = false;
      this.#draw();
    });
  }

  forget() {
    this.why.close();
    this.floor = new Floor();
    this.listing.clear();
    this.live = false;
    this.draw();
  }

  /** Everything anew, in the language of the page. */
  draw() {
    this.#draw();
    this.why.draw();
  }

  #draw() {
    clearTimeout(this.drawing);
    this.drawing = null;
    const { floor } = this;
    put(this.at("lost"), this.live ? (floor.open ? "" : say("held")) : say("lost"));
    this.at("board").dataset.live = String(this.live);
    put(this.at("uses"), this.#uses());
    this.queues.keep([...floor.queues.values()], ({ id }) => id);
    this.#drawCallers();
    this.#drawAgents();
  }

  #drawCallers() {
    const { queues, waiting } = this.floor;
    const of = (queue) => (waiting.get(queue) ?? []).map((call) => ({ queue, ...call }));
    const shown = [...queues.keys()].flatMap(of).slice(0, MOST);
    const more = [...queues.values()].reduce((all, queue) => all + queue.waiting, -shown.length);
    this.callers.keep(shown, ({ call }) => call);
    put(this.at("others"), more > 0 ? `${say("more_wait")} ${count(more)}` : shown.length > 0 ? "" : say("nobody_waits"));
  }

  #drawAgents() {
    const all = [...this.floor.agents.values()];
    const here = all.filter(({ state }) => state !== "signed_out");
    this.agents.keep(this.at("everybody").checked ? all : here, ({ id }) => id);
    put(this.at("away"), `${say("signed_in")} ${count(here.length)} / ${count(all.length)}`);
  }

  #take(message) {
    this.live = true;
    for (const queue of this.floor.take(message)) void this.#list(queue);
    this.why.news();
    this.drawing ??= setTimeout(() => this.#draw(), DRAWN);
  }

  /** Who waits in a queue is asked for when something has changed there, once at a time, every `LISTED` at most. */
  async #list(queue) {
    if (this.listing.has(queue)) {
      this.listing.set(queue, true);
      return;
    }
    const session = this.session();
    const empty = this.floor.queues.get(queue)?.waiting === 0;
    if (empty && (this.floor.waiting.get(queue) ?? []).length === 0) return;
    this.listing.set(queue, false);
    const listed = await session.ask("GET", `/queues/${queue}/waiting`).catch(() => null);
    if (session !== this.session()) return;
    if (listed !== null && this.floor.queues.has(queue)) this.floor.waiting.set(queue, listed.items);
    this.drawing ??= setTimeout(() => this.#draw(), 0);
    setTimeout(() => {
      const again = this.listing.get(queue);
      this.listing.delete(queue);
      if (again && session === this.session()) void this.#list(queue);
    }, LISTED);
  }

  /** Cells of which the third asks: what it is about stands before it, on narrow screens too. */
  #asks(many, ask) {
    const button = made("button", { type: "button" });
    button.addEventListener("click", () => void this.order(ask));
    const all = cells(many);
    all[2].append(button);
    return all;
  }

  async #about({ call }) {
    const waiting = [...this.floor.waiting.values()].flat().find((one) => one.call === call);
    const offered = waiting?.offered_to ?? [];
    await (offered.length === 1 ? this.why.offered(call, offered[0]) : this.why.waiting(call));
  }

  /** The call of the agent, who may have another one by now than when his row was made. */
  async #of({ id }) {
    const call = this.floor.agents.get(id)?.call ?? null;
    if (call !== null) await this.why.offered(call, id);
  }

  #uses() {
    const { floor } = this;
    const parts = Object.entries(floor.uses).filter(([, use]) => use !== undefined);
    const used = parts.map(([name, { used, limit }]) => `${say(name)} ${count(used)}/${limit === null ? "∞" : count(limit)}`);
    const when = floor.asOf === null ? [] : [`${say("as_of")} ${moment(floor.asOf, { exact: true })}`, `seq ${floor.seq}`];
    return [...used, ...when].join(" · ");
  }

  #queue([name, waiting, longest, ready, callbacks, offered, answered, abandoned, asa, level], queue) {
    put(name, queue.name);
    put(waiting, count(queue.waiting));
    waiting.dataset.some = String(queue.waiting > 0);
    since(longest, queue.longest_wait_since);
    put(ready, count(queue.ready));
    put(callbacks, count(queue.callbacks_waiting));
    put(offered, count(queue.today.offered));
    put(answered, count(queue.today.answered));
    put(abandoned, count(queue.today.abandoned));
    put(asa, lasting(queue.today.asa_seconds));
    const { formula, within_seconds: within, target } = queue.service;
    const below = queue.today.service_level !== null && queue.today.service_level < target;
    const terms = `${formula} ${within} s, ${say("target")} ${share(target)}`;
    put(level, `${below ? "▼ " : ""}${share(queue.today.service_level)} (${terms})`);
  }

  #caller([queue, waited, ask, rings, position, caller, number, priority], call) {
    put(queue, this.floor.queue(call.queue));
    put(position, count(call.position));
    put(caller, call.caller || say("withheld"));
    put(number, call.number);
    put(priority, call.priority >= FRONT ? say("in_front") : String(call.priority));
    since(waited, call.since);
    put(rings, this.#rings(call.offered_to));
    put(ask.firstChild, say(["ask_nobody", "why_agent"][call.offered_to.length] ?? "ask_agents"));
  }

  #rings(agents) {
    const named = joined(agents.slice(0, NAMED).map((id) => this.floor.agent(id)));
    const more = agents.length - NAMED;
    return agents.length === 0 ? "–" : more > 0 ? `${named} +${count(more)}` : named;
  }

  #agent([name, state, ask, time, queue, reason, answered], agent) {
    put(name, agent.name);
    if (state.firstChild === null) state.append(made("span", { className: "state" }));
    put(state.firstChild, say(agent.state));
    state.firstChild.dataset.state = agent.state;
    put(reason, agent.reason && agent.reason !== agent.state ? agent.reason_name || say(agent.reason) : "");
    since(time, agent.since);
    put(queue, this.floor.queue(agent.queue));
    put(answered, count(agent.today.answered));
    put(ask.firstChild, say("why_agent"));
    ask.firstChild.hidden = agent.call === null || !ASKED.has(agent.state);
  }
}

function cells(many) {
  return [made("th", { scope: "row" }), ...Array.from({ length: many - 1 }, () => made("td"))];
}
