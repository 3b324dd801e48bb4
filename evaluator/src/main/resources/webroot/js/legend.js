import { el, setAttribute, setText } from "./dom.js";
import { figure } from "./format.js";
import { latest, place, valueAt } from "./reading.js";
import { swatch } from "./swatch.js";

// Under the large chart: each series with its value, the latest or that at the cursor.
export class Legend {
  #host;
  #view;
  #title;
  #list;
  #items = new Map();
  #shape = "";
  #x = null;

  constructor(host, view) {
    this.#host = host;
    this.#view = view;
    this.#title = el("div", { class: "legend-title" });
    this.#list = el("ul", { class: "legend-list" });
    host.append(this.#title, this.#list);
  }

  render(curves, view) {
    const shape = curves.map((curve) => `${curve.id}/${curve.family}`).join();
    if (shape !== this.#shape) {
      this.#shape = shape;
      this.#items = new Map(curves.map((curve) => [curve.id, this.#item(curve)]));
      this.#list.replaceChildren(...[...this.#items.values()].map((item) => item.row));
    }
    this.at(this.#x, curves, view);
  }

  at(x, curves, view) {
    this.#x = x;
    this.#host.hidden = curves.length === 0;
    setText(this.#title, x == null ? "latest" : `at ${place(x, view.x)}`);
    for (const curve of curves) {
      const item = this.#items.get(curve.id);
      if (!item) continue;
      setText(item.value, figure(x == null ? latest(curve, "fvu") : valueAt(curve, "fvu", x)));
      setAttribute(item.button, "aria-pressed", view.selected.has(curve.id));
    }
  }

  #item(curve) {
    const value = el("span", { class: "legend-value" });
    const name = el("span", { class: "legend-name", text: curve.id });
    const onclick = (event) => this.#view.select(curve.id, event.ctrlKey || event.metaKey || event.shiftKey);
    const button = el("button", { type: "button", class: "legend-item", title: curve.id, onclick }, swatch(curve.id, curve.family), name, value);
    return { row: el("li", {}, button), button, value };
  }
}
