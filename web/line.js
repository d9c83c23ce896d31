// The phone itself: SIP and sound by JsSIP, over the relay of the api.

import JsSIP from "jssip";

import { address } from "./desk.js";

const DOMAIN = "denwaban.invalid"; // Asterisk knows phones by their user alone
const EXPIRES = 120; // s of one registration
const ENDED = new Set([4401, 4403]);

/** A socket as JsSIP wants one, which brings the token along; browsers can send it only as a subprotocol. */
class TokenSocket {
  constructor(url, token, onEnded) {
    this.url = url;
    this.via_transport = "WS";
    this.sip_uri = `sip:${DOMAIN};transport=ws`;
    this.token = token;
    this.onEnded = onEnded;
    this.socket = null;
  }

  connect() {
    if (this.socket !== null) return;
    const socket = new WebSocket(this.url, ["sip", `bearer.${this.token}`]);
    this.socket = socket;
    socket.onopen = () => this.onconnect();
    socket.onmessage = ({ data }) => this.ondata(data);
    socket.onclose = ({ wasClean, code, reason }) => {
      if (this.socket !== socket) return;
      this.socket = null;
      if (ENDED.has(code)) this.onEnded();
      else this.ondisconnect(!wasClean, code, reason);
    };
  }

  disconnect() {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  send(message) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(message);
    return true;
  }
}

/** One phone with at most one call. `onChange` is called whenever something about it is different. */
export class Line {
  constructor(phone, token, sound, { onChange, onEnded, onTrouble }) {
    this.sound = sound;
    this.onChange = onChange;
    this.onTrouble = onTrouble;
    this.iceServers = phone.ice_servers;
    this.registered = false;
    this.session = null;
    this.ua = new JsSIP.UA({
      sockets: [new TokenSocket(address(phone.websocket), token, onEnded)],
      uri: `sip:${phone.username}@${DOMAIN}`,
      password: phone.password,
      register_expires: EXPIRES,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 15,
      user_agent: "denwaban",
    });
    this.ua.on("registered", () => this.#registered(true));
    this.ua.on("unregistered", () => this.#registered(false));
    this.ua.on("registrationFailed", () => this.#registered(false));
    this.ua.on("disconnected", () => this.#registered(false));
    this.ua.on("newRTCSession", ({ session }) => this.#came(session));
  }

  /** What the call is doing: none, ringing, talking or held. */
  get state() {
    if (this.session === null) return "none";
    if (!this.session.isEstablished()) return "ringing";
    return this.session.isOnHold().local ? "held" : "talking";
  }

  get muted() {
    return this.session !== null && Boolean(this.session.isMuted().audio);
  }

  /** The other party's number; empty when there is none. */
  get number() {
    const user = this.session?.remote_identity.uri.user ?? "";
    return /^\+?[0-9]+$/.test(user) ? user : "";
  }

  start() {
    this.ua.start();
  }

  stop() {
    this.ua.stop();
  }

  take() {
    this.session?.answer({
      mediaConstraints: { audio: true, video: false },
      pcConfig: { iceServers: this.iceServers },
    });
  }

  hangUp() {
    this.session?.terminate();
  }

  turnHold() {
    if (this.state === "held") this.session.unhold({}, this.onChange);
    else if (this.state === "talking") this.session.hold({}, this.onChange);
  }

  turnMute() {
    if (this.session === null) return;
    if (this.muted) this.session.unmute({ audio: true });
    else this.session.mute({ audio: true });
    this.onChange();
  }

  #registered(now) {
    this.registered = now;
    this.onChange();
  }

  #came(session) {
    if (this.session !== null) {
      session.terminate({ status_code: 486 });
      return;
    }
    this.session = session;
    session.on("peerconnection", ({ peerconnection }) => this.#hear(peerconnection));
    session.on("getusermediafailed", () => this.onTrouble("no_microphone"));
    for (const event of ["accepted", "confirmed", "hold", "unhold"]) session.on(event, () => this.onChange());
    for (const event of ["ended", "failed"]) session.on(event, () => this.#over(session));
    this.onChange();
  }

  #hear(connection) {
    connection.addEventListener("track", ({ track, streams }) => {
      this.sound.srcObject = streams[0] ?? new MediaStream([track]);
    });
  }

  #over(session) {
    if (this.session !== session) return;
    this.session = null;
    this.sound.srcObject = null;
    this.onChange();
  }
}
