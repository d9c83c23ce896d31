// The phone itself: SIP and sound by JsSIP, over the relay of the api.

import JsSIP from "jssip";

import { address } from "./session.js";

const DOMAIN = "denwaban.invalid"; // Asterisk knows phones by their user alone
const EXPIRES = 120; // s of one registration
const ENDED = new Set([4401, 4403]);
const TONES = { transportType: "RFC2833", duration: 160, interToneGap: 80 }; // ms
/** Why whom he called was not reached, by what the server answered in the end. */
const WHY = { 403: "not_allowed", 404: "no_such_number", 480: "nobody_answers", 484: "no_such_number", 486: "is_busy", 603: "is_declined" };

/** A socket as JsSIP wants one, which brings the token along; browsers can send it only as a subprotocol. */
class TokenSocket {
  constructor(url, token, onEnded) {
    this.url = url;
    this.via_transport = "WS";
    this.sip_uri = `sip:${DOMAIN};transport=ws`;
    this.token = token;
    this.onSecret = () => {};
    this.onEnded = onEnded;
    this.socket = null;
  }

  connect() {
    if (this.socket !== null) return;
    const socket = new WebSocket(this.url, ["sip", `bearer.${this.token}`]);
    this.socket = socket;
    // The first message brings what to register with: each socket has its own, and it is good no longer than that.
    socket.onmessage = ({ data: first }) => {
      socket.onmessage = ({ data }) => this.ondata(data);
      this.onSecret(JSON.parse(first).password);
      this.onconnect();
    };
    socket.onclose = ({ wasClean, code, reason }) => {
      if (this.socket !== socket) return;
      this.socket = null;
      if (ENDED.has(code)) this.onEnded();
      else this.ondisconnect(!wasClean, code, reason);
    };
  }

  /** Close this socket; JsSIP opens another one. */
  again() {
    this.socket?.close();
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
    this.called = "";
    this.alerting = false;
    this.sound = sound;
    this.onChange = onChange;
    this.onTrouble = onTrouble;
    this.iceServers = phone.ice_servers;
    this.registered = false;
    this.session = null;
    this.socket = new TokenSocket(address(phone.websocket), token, onEnded);
    this.ua = new JsSIP.UA({
      sockets: [this.socket],
      uri: `sip:${phone.username}@${DOMAIN}`,
      register_expires: EXPIRES,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 15,
      user_agent: "denwaban",
    });
    this.socket.onSecret = (secret) => this.ua.set("password", secret);
    this.ua.on("registered", () => this.#registered(true));
    this.ua.on("unregistered", () => this.#registered(false));
    this.ua.on("registrationFailed", () => {
      this.#registered(false);
      // Another window of the same agent may have taken the place: a new socket has a new secret.
      this.socket.again();
    });
    this.ua.on("disconnected", () => this.#registered(false));
    this.ua.on("newRTCSession", ({ originator, session }) => this.#began(session, originator === "remote"));
  }

  /** What the call is doing: none, dialling, alerting (it rings there), ringing (here), talking or held. */
  get state() {
    if (this.session === null) return "none";
    if (!this.session.isEstablished()) {
      if (this.session.direction === "incoming") return "ringing";
      return this.alerting ? "alerting" : "dialling";
    }
    return this.session.isOnHold().local ? "held" : "talking";
  }

  get muted() {
    return this.session !== null && Boolean(this.session.isMuted().audio);
  }

  /** The other party's number; empty when there is none. */
  get number() {
    if (this.called !== "") return this.called;
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
    this.session?.answer(this.#media());
  }

  /** Call a number or an extension; nothing while there is a call. */
  dial(number) {
    if (this.session !== null || number === "") return;
    this.called = number;
    this.ua.call(`sip:${encodeURIComponent(number)}@${DOMAIN}`, this.#media());
  }

  /** Let the other side hear a key, as its tone. */
  press(key) {
    if (this.state === "talking") this.session.sendDTMF(key, TONES);
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

  #media() {
    return { mediaConstraints: { audio: true, video: false }, pcConfig: { iceServers: this.iceServers } };
  }

  #began(session, came) {
    if (this.session !== null) {
      session.terminate({ status_code: 486 });
      return;
    }
    this.session = session;
    this.alerting = false;
    if (came) this.called = "";
    else this.#hear(session.connection);
    session.on("peerconnection", ({ peerconnection }) => this.#hear(peerconnection));
    // Until the network sends sound of its own, that it rings there is told by a tone of ours.
    session.on("progress", ({ response }) => this.#progress(response));
    session.on("getusermediafailed", () => this.onTrouble("no_microphone"));
    for (const event of ["accepted", "confirmed", "hold", "unhold"]) session.on(event, () => this.onChange());
    session.on("ended", () => this.#over(session));
    session.on("failed", ({ originator, message }) => {
      this.#over(session);
      if (!came && originator === "remote") this.onTrouble(WHY[message?.status_code] ?? "no_way");
    });
    this.onChange();
  }

  #progress(response) {
    if (response === undefined || response === null) return;
    this.alerting = !response.body;
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
    this.called = "";
    this.alerting = false;
    this.sound.srcObject = null;
    this.onChange();
  }
}
