// The page: what is shown follows the agent's row and the phone; each button is one order to one of the two.

import { Desk } from "./desk.js";
import { Line } from "./line.js";
import { dialled, keys } from "./pad.js";
import { Ring } from "./ring.js";
import { Refused } from "./session.js";
import { Talk } from "./talk.js";
import { chosen, reasons, say, speak } from "./texts.js";

const at = (id) => document.getElementById(id);
const ring = new Ring();
let desk = null;
let line = null;
let row = null;
let trouble = "";
let parked = "";
let talked = false;

function show() {
  at("trouble").textContent = typeof trouble === "string" ? trouble && say(trouble) : trouble[chosen()];
  at("trouble").hidden = !trouble;
  at("login").hidden = desk !== null;
  at("desk").hidden = desk === null;
  showAgent();
  showCall();
}

function showAgent() {
  const state = row?.state ?? "signed_out";
  at("who").textContent = row?.name ?? "";
  at("state").textContent = say(state);
  at("state").dataset.state = state;
  at("reason").textContent = row?.reason && row.reason !== state ? row.reason_name || say(row.reason) : "";
  at("line").textContent = line === null ? "" : say(line.registered ? "line_up" : "line_down");
  at("line").dataset.up = String(line?.registered ?? false);
  const away = state === "signed_out";
  at("sign-in").hidden = !away;
  for (const id of ["sign-out", "ready", "pause"]) at(id).hidden = away;
  at("sign-out").disabled = state === "offered" || state === "on_call";
  at("reasons").parentElement.hidden = away;
  for (const option of at("reasons").options) option.textContent = option.dataset.name ?? say(option.value);
  for (const id of ["extend", "finish"]) at(id).hidden = state !== "wrap_up";
}

function showCall() {
  const state = line?.state ?? "none";
  const words = {
    none: "no_call",
    dialling: "dialling",
    alerting: "alerting",
    ringing: "ringing",
    talking: "talking",
    held: "on_hold",
  };
  const number = state === "none" ? "" : line.number || say("withheld");
  at("talk").textContent = [say(words[state]), number].filter(Boolean).join(" ");
  at("call").dataset.state = state;
  at("take").hidden = at("decline").hidden = state !== "ringing";
  const talks = state === "talking" || state === "held";
  for (const id of ["hold", "mute"]) at(id).hidden = !talks;
  at("hang-up").hidden = !talks && state !== "dialling" && state !== "alerting";
  at("dial").hidden = state !== "none";
  at("number").parentElement.hidden = state !== "none" && !talks;
  talk.show(talks && Boolean(row?.call), say);
  // Where a call is parked is told while he still hears it end, and stays until he talks again.
  if (talks && !talked) parked = "";
  talked = talks;
  at("parked").textContent = parked && `${say("parked_at")} ${parked}`;
  at("dial").disabled = !line?.registered;
  at("pad").hidden = state === "ringing";
  turned("hold", state === "held", "unhold");
  turned("mute", line?.muted ?? false, "unmute");
  ring.ringing({ ringing: "here", alerting: "there" }[state] ?? "");
  document.title = state === "ringing" ? `☎ ${say("ringing")} ${number}` : say("title");
}

function turned(id, on, other) {
  at(id).setAttribute("aria-pressed", String(on));
  at(id).textContent = say(on ? other : id);
}

function showTime() {
  if (row === null) return;
  const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(row.since)) / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  at("timer").textContent = parts.map((part) => String(part).padStart(2, "0")).join(":");
}

/** Do what a person asked for, and say so when it was refused. */
async function order(work) {
  trouble = "";
  try {
    await work();
  } catch (error) {
    trouble = error instanceof Refused && error.sentence ? error.sentence : "no_answer";
  }
  show();
}

async function enter(form) {
  const fresh = new Desk(
    (agent) => {
      row = agent;
      show();
    },
    () => leave("ended"),
  );
  await fresh.logIn(form.get("tenant"), form.get("login"), form.get("password"));
  if (fresh.agent === null) {
    fresh.leave();
    trouble = "no_agent";
    return;
  }
  const [phone, own] = await Promise.all([fresh.phone(), fresh.pauses()]);
  offer(own);
  ring.allow();
  desk = fresh;
  line = new Line(phone, fresh.token, at("sound"), {
    onChange: show,
    onEnded: () => leave("ended"),
    onTrouble: (key) => {
      trouble = key;
      show();
    },
  });
  desk.follow();
  line.start();
  at("login").reset();
}

/** The reasons to choose from: everybody's, and the tenant's own. */
function offer(own) {
  at("reasons").replaceChildren(...reasons.map((reason) => new Option(say(reason), reason)));
  for (const { id, name } of own) {
    const option = new Option(name, id);
    option.dataset.name = name;
    at("reasons").append(option);
  }
}

function leave(why = "") {
  line?.stop();
  desk?.leave();
  desk = line = row = null;
  trouble = why;
  show();
}

at("login").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  void order(() => enter(form));
});
at("language").addEventListener("click", () => {
  speak();
  show();
});
at("sign-in").addEventListener("click", () => void order(() => desk.signIn()));
at("sign-out").addEventListener("click", () => void order(() => desk.signOut()));
at("ready").addEventListener("click", () => void order(() => desk.say("ready")));
at("pause").addEventListener("click", () => void order(() => desk.say("paused", at("reasons").value)));
at("extend").addEventListener("click", () => void order(() => desk.wrapUp("extend")));
at("finish").addEventListener("click", () => void order(() => desk.wrapUp("end")));
at("out").addEventListener("submit", (event) => {
  event.preventDefault();
  trouble = "";
  line.dial(dialled(at("number").value));
  show();
});
keys(at("pad"), (key) => {
  if (line.state === "none") at("number").value += key;
  else line.press(key);
});
at("take").addEventListener("click", () => line.take());
at("decline").addEventListener("click", () => line.hangUp());
at("hang-up").addEventListener("click", () => line.hangUp());
at("hold").addEventListener("click", () => line.turnHold());
at("mute").addEventListener("click", () => line.turnMute());
at("leave").addEventListener("click", () => leave());
const talk = new Talk(at("with"), {
  desk: () => desk,
  call: () => row.call,
  target: () => dialled(at("number").value),
  order,
  onParked: (place) => {
    parked = place;
  },
});
addEventListener("pagehide", () => leave());
addEventListener("beforeunload", (event) => {
  if (line !== null && line.state !== "none") event.preventDefault();
});
offer([]);
speak(chosen());
show();
setInterval(showTime, 1000);
