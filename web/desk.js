// An agent's side of the api: his orders, and the live row of his own.

import { Session } from "./session.js";

/** One logged-in agent. `onAgent` gets his row whenever it changes, `onEnded` is called when the token is no good. */
export class Desk extends Session {
  constructor(onAgent, onEnded) {
    super(onEnded);
    this.onAgent = onAgent;
  }

  signIn() {
    return this.ask("POST", `/agents/${this.agent}/sign-in`);
  }

  signOut() {
    return this.ask("POST", `/agents/${this.agent}/sign-out`);
  }

  say(state, reason = "") {
    return this.ask("PUT", `/agents/${this.agent}/state`, { state, reason });
  }

  /** "end" or "extend" the wrap-up. */
  wrapUp(how) {
    return this.ask("POST", `/agents/${this.agent}/wrap-up/${how}`);
  }

  /** The reasons for a pause that the tenant has beside those that everybody has: id and name. */
  async pauses() {
    return (await this.ask("GET", "/configuration/pauses")).items;
  }

  phone() {
    return this.ask("GET", `/agents/${this.agent}/phone`);
  }

  follow() {
    this.watch((message) => this.#take(message));
  }

  #take(message) {
    const shown = message.type === "snapshot" ? message.board : message.changes;
    const row = shown.agents.find((one) => one.id === this.agent);
    if (row !== undefined) this.onAgent(row);
    if (shown.removed_agents?.includes(this.agent)) this.onEnded();
  }
}
