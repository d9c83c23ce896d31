// The person's side of the api: logging in, orders, and the live row of his own agent.

const API = "/api/v1";
const AGAIN = 1000; // ms until a live view that was cut is opened again

/** A no of the server, with its sentence in both languages. */
export class Refused extends Error {
  constructor(status, problem) {
    super(problem?.code ?? String(status));
    this.status = status;
    this.sentence = problem?.sentence ?? null;
  }
}

/** One logged-in person. `onAgent` gets his row whenever it changes, `onEnded` is called when the token is no good. */
export class Desk {
  constructor(onAgent, onEnded) {
    this.onAgent = onAgent;
    this.onEnded = onEnded;
    this.agent = null;
    this.token = null;
    this.socket = null;
    this.seq = null;
  }

  async logIn(tenant, login, password) {
    const entered = await this.ask("POST", "/login", { tenant, login, password });
    this.token = entered.token;
    this.agent = entered.agent;
  }

  /** What the api answers; throws Refused when it says no, TypeError when it is away. */
  async ask(method, path, body) {
    const headers = { Accept: "application/json" };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (this.token !== null) headers.Authorization = `Bearer ${this.token}`;
    const answer = await fetch(API + path, { method, headers, body: body && JSON.stringify(body), cache: "no-store" });
    const said = await answer.json().catch(() => null);
    if (answer.ok) return said;
    if (answer.status === 401 && this.token !== null) this.onEnded();
    throw new Refused(answer.status, said);
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
    const after = this.seq === null ? "" : `?after=${this.seq}`;
    const socket = new WebSocket(address(`${API}/live${after}`), ["denwaban", `bearer.${this.token}`]);
    this.socket = socket;
    socket.onmessage = ({ data }) => this.#take(JSON.parse(data));
    socket.onclose = ({ code }) => {
      if (this.socket !== socket) return;
      if (code === 4401 || code === 4403) this.onEnded();
      else setTimeout(() => this.socket === socket && this.follow(), AGAIN);
    };
  }

  leave() {
    const socket = this.socket;
    this.socket = this.token = this.agent = this.seq = null;
    socket?.close();
  }

  #take(message) {
    this.seq = message.seq;
    const shown = message.type === "snapshot" ? message.board : message.changes;
    const row = shown.agents.find((one) => one.id === this.agent);
    if (row !== undefined) this.onAgent(row);
    if (shown.removed_agents?.includes(this.agent)) this.onEnded();
  }
}

/** The WebSocket address of a path of this server. */
export function address(path) {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}
