// What is heard while it rings here, or there: one second on and two off.

const TONES = { here: [440, 480], there: [400] };
const PERIOD = 3000;
const ON = 1;

export class Ring {
  constructor() {
    this.context = null;
    this.timer = null;
    this.where = "";
  }

  /** To be called out of a click: browsers let a page sound only then. */
  allow() {
    this.context ??= new AudioContext();
  }

  /** It rings "here", "there" or nowhere (""). */
  ringing(where) {
    if (this.context === null || where === this.where) return;
    this.where = where;
    clearInterval(this.timer);
    this.timer = null;
    if (where === "") return;
    this.#sound();
    this.timer = setInterval(() => this.#sound(), PERIOD);
  }

  #sound() {
    const gain = new GainNode(this.context, { gain: 0.05 });
    gain.connect(this.context.destination);
    for (const frequency of TONES[this.where]) {
      const tone = new OscillatorNode(this.context, { frequency });
      tone.connect(gain);
      tone.start();
      tone.stop(this.context.currentTime + ON);
    }
  }
}
