import { el, setText } from "./dom.js";
import { place, valueAt } from "./reading.js";
import { swatch } from "./swatch.js";

// Beside the cursor in the chart under it: all series in the order of their values there.
export class Tooltip {
  #box = el("div", { class: "tooltip", "aria-hidden": "true" });
  #title = el("div", { class: "tooltip-title" });
  #list = el("div", { class: "tooltip-list" });
  #state = null;

  constructor() {
    this.#box.append(this.#title, this.#list);
    this.#box.hidden = true;
  }

  render(curves, view) {
    if (this.#state) this.at(this.#state.chart, this.#state.x, this.#state.left, curves, view);
  }

  at(chart, x, left, curves, view) {
    this.#state = chart && { chart, x, left };
    this.#box.hidden = !chart;
    if (!chart) return;
    const { metric, host } = chart;
    const rows = curves
      .map((curve) => ({ curve, value: valueAt(curve, metric.id, x) }))
      .filter(({ value }) => value != null)
      .sort((a, b) => b.value - a.value);
    this.#box.hidden = rows.length === 0;
    setText(this.#title, `${metric.label} at ${place(x, view.x)}`);
    this.#list.replaceChildren(...rows.flatMap(({ curve, value }) => row(curve, value, metric, view)));
    host.append(this.#box);
    const right = left > host.clientWidth * 0.5;
    this.#box.classList.toggle("to-left", right);
    this.#box.style.left = right ? "auto" : `${left + 62}px`;
    this.#box.style.right = right ? `${host.clientWidth - left - 28}px` : "auto";
  }
}

function row(curve, value, metric, view) {
  const faint = view.selected.size && !view.selected.has(curve.id) ? " faint" : "";
  return [
    el("span", { class: `tooltip-swatch${faint}` }, swatch(curve.id, curve.family)),
    el("span", { class: `tooltip-name${faint}`, text: curve.id }),
    el("span", { class: `tooltip-value${faint}`, text: metric.format(value) }),
  ];
}
