// What an agent does with the call he is on, beyond his own telephone: each button is one order to the api.

const NAMED = { transfer: "transfer", consult: "consult", conference: "conference" };
const PLAIN = { complete: "complete", swap: "swap", cancel: "cancel", together: "conference", park: "park" };

/** The buttons in `place`, made once; `order` does what a person asked for, `call` and `target` are asked then. */
export class Talk {
  constructor(place, { desk, call, target, order, onParked }) {
    this.buttons = {};
    for (const [id, verb] of Object.entries(NAMED)) {
      this.#button(place, id, () =>
        order(async () => {
          const to = target();
          if (to !== "") await desk().ask("POST", `/calls/${call()}/${verb}`, { to });
        }),
      );
    }
    for (const [id, verb] of Object.entries(PLAIN)) {
      this.#button(place, id, () =>
        order(async () => {
          const done = await desk().ask("POST", `/calls/${call()}/${verb}`, {});
          if (done?.place) onParked(done.place);
        }),
      );
    }
  }

  /** Whether the buttons are of use now. */
  show(talks, say) {
    for (const [id, button] of Object.entries(this.buttons)) {
      button.hidden = !talks;
      button.textContent = say(id);
    }
  }

  #button(place, id, work) {
    const button = document.createElement("button");
    button.type = "button";
    button.id = id;
    button.addEventListener("click", () => void work());
    place.append(button);
    this.buttons[id] = button;
  }
}
