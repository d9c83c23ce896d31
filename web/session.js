// A logged-in person at the api: what he asks for, and what he is told live.

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

/** Whoever has logged in. `onEnded` is called when the token is no good. */
export class Session {
  constructor(onEnded) {
    this.onEnded = onEnded;
    this.agent = null;
    this.role = null;
    this.token = null;
    this.socket = null;
    this.seq = null;
  }

  async logIn(tenant, login, password) {
    const entered = await this.ask("POST", "/login", { tenant, login, password });
    this.token = entered.token;
    this.agent = entered.agent;
    this.role = entered.role;
  }

  /** What the api answers; throws Refused when it says no, TypeError when it is away. */
  async ask(method, path, body) {
    const answer = await this.#fetch(method, path, body);
    return answer.json().catch(() => null);
  }

  /** A file to be saved. */
  async file(path) {
    return (await this.#fetch("GET", path)).blob();
  }

  /** Watch the live board: `onMessage` gets the snapshot and every change, `onLost` is told when the view is cut. */
  watch(onMessage, onLost = () => {}) {
    const after = this.seq === null ? "" : `?after=${this.seq}`;
    const socket = new WebSocket(address(`${API}/live${after}`), ["denwaban", `bearer.${this.token}`]);
    this.socket = socket;
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      this.seq = message.seq;
      onMessage(message);
    };
    socket.onclose = ({ code }) => {
      if (this.socket !== socket) return;
      onLost();
      if (code === 4401 || code === 4403) this.onEnded();
      else setTimeout(() => this.socket === socket && this.watch(onMessage, onLost), AGAIN);
    };
  }

  leave() {
    const socket = this.socket;
    this.socket = this.token = this.agent = this.role = this.seq = null;
    socket?.close();
  }

  async #fetch(method, path, body) {
    const headers = { Accept: "application/json, text/csv" };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (this.token !== null) headers.Authorization = `Bearer ${this.token}`;
    const answer = await fetch(API + path, { method, headers, body: body && JSON.stringify(body), cache: "no-store" });
    if (answer.ok) return answer;
    const said = await answer.json().catch(() => null);
    if (answer.status === 401 && this.token !== null) this.onEnded();
    throw new Refused(answer.status, said);
  }
}

/** The WebSocket address of a path of this server. */
export function address(path) {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}
