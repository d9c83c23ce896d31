// What supervisors see: whoever may, logs in once, and goes from page to page by the address behind the "#".

import { Board } from "./board.js";
import { Report } from "./report.js";
import { Refused, Session } from "./session.js";
import { words } from "./supervisor_texts.js";
import { chosen, learn, say, speak } from "./texts.js";

const at = (id) => document.getElementById(id);
const OVERSEES = new Set(["supervisor", "admin"]); // the roles to which the api tells these things
let session = null;
let trouble = "";
let asked = 0; // how many answers are waited for
learn(words);
const pages = { board: new Board(at, () => session, order), report: new Report(at, () => session, order) };

function page() {
  const wanted = location.hash.slice(1);
  return wanted in pages ? wanted : Object.keys(pages)[0];
}

function show() {
  at("trouble").textContent = typeof trouble === "string" ? trouble && say(trouble) : trouble[chosen()];
  at("trouble").hidden = !trouble;
  at("login").hidden = session !== null;
  at("leave").hidden = at("pages").hidden = session === null;
  for (const name of Object.keys(pages)) at(name).hidden = session === null || name !== page();
  for (const link of at("pages").children) {
    if (link.hash === `#${page()}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

/** Do what a person asked for, and say so when it was refused. */
async function order(work) {
  trouble = "";
  busy(1);
  try {
    await work();
  } catch (error) {
    // Whoever has been logged out meanwhile has been told so.
    if (session !== null || at("login").hidden === false) {
      trouble = trouble || (error instanceof Refused && error.sentence ? error.sentence : "no_answer");
    }
  }
  busy(-1);
  show();
}

function busy(more) {
  asked += more;
  for (const name of Object.keys(pages)) at(name).setAttribute("aria-busy", String(asked > 0));
}

async function enter(form) {
  const fresh = new Session(() => leave("ended"));
  await fresh.logIn(form.get("tenant"), form.get("login"), form.get("password"));
  if (!OVERSEES.has(fresh.role)) {
    fresh.leave();
    trouble = "no_supervisor";
    return;
  }
  session = fresh;
  at("login").reset();
  show();
  await turn();
}

/** Open the page that the address names. */
async function turn() {
  if (session === null) return;
  await pages[page()].open();
}

function leave(why = "") {
  session?.leave();
  session = null;
  for (const one of Object.values(pages)) one.forget();
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
  for (const one of Object.values(pages)) one.draw();
  show();
});
at("leave").addEventListener("click", () => leave());
addEventListener("hashchange", () => {
  show();
  void order(turn);
});
addEventListener("pagehide", () => leave());
speak(chosen());
for (const one of Object.values(pages)) one.draw();
show();
