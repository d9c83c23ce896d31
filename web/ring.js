// What is heard while somebody calls: two tones, one second on and two off.

const TONES = [440, 480];
const PERIOD = 3000;
const ON = 1;

export class Ring {
  constructor() {
    this.context = null;
    this.timer = null;
  }

  /** To be called out of a click: browsers let a page sound only then. */
  allow() {
    this.context ??= new AudioContext();
  }

  ringing(wanted) {
    if (this.context === null || wanted === (this.timer !== null)) return;
    if (wanted) {
      this.#sound();
      this.timer = setInterval(() => this.#sound(), PERIOD);
    } else {
      clearInterval(this.timer);
      this.timer = null;
    }
  }

  #sound() {
    const gain = new GainNode(this.context, { gain: 0.05 });
    gain.connect(this.context.destination);
    for (const frequency of TONES) {
      const tone = new OscillatorNode(this.context, { frequency });
      tone.connect(gain);
      tone.start();
      tone.stop(this.context.currentTime + ON);
    }
  }
}
