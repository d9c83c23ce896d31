// The keys of a telephone: before a call they write the number, during one they are heard by the other side.

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

/** What may be dialled: digits in any script and spelling; the rest is for reading only and left out. */
export function dialled(text) {
  return text.normalize("NFKC").replace(/[^0-9+*#]/g, "");
}

/** Twelve buttons in `place`; `onKey` is told each key that is pressed. */
export function keys(place, onKey) {
  for (const key of KEYS) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = key;
    button.addEventListener("click", () => onKey(key));
    place.append(button);
  }
}
