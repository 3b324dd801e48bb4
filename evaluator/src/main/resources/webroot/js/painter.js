// Draws at most once a frame for a person's action and a few times a second for data, and never in a hidden tab:
// the page often shares its two cores with the run it watches.
const DATA_PAUSE = 400;

export class Painter {
  #paint;
  #frame = 0;
  #timer = 0;

  constructor(paint) {
    this.#paint = paint;
    document.addEventListener("visibilitychange", () => !document.hidden && this.now());
  }

  now() {
    if (this.#frame || document.hidden) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      clearTimeout(this.#timer);
      this.#timer = 0;
      this.#paint();
    });
  }

  soon() {
    if (this.#timer || document.hidden) return;
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      this.now();
    }, DATA_PAUSE);
  }
}
