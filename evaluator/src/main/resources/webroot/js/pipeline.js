import { byId, el, setAttribute, setText, svg } from "./dom.js";
import { count, quantity, wholePercent } from "./format.js";

const SPARK = { width: 120, height: 22 };

// Corpus to evaluator: rates, busy shares, lag. The bottleneck is the one that stands out.
export class Pipeline {
  #nodes = new Map();

  render(model) {
    const { overview } = model;
    if (!overview) return;
    overview.pipeline.forEach((state, i) => {
      if (!this.#nodes.has(state.id)) this.#nodes.set(state.id, this.#create(state));
      const values = model.history.map((tick) => tick[i]);
      update(this.#nodes.get(state.id), state, values);
    });
  }

  #create(state) {
    const parts = {
      label: el("span", { class: "node-label" }),
      badge: el("span", { class: "badge", text: "bottleneck" }),
      share: el("span", { class: "node-share" }),
      fill: el("i"),
      value: el("div", { class: "node-value" }),
      detail: el("div", { class: "node-detail" }),
      spark: svg("polyline", { class: "spark-line" }),
    };
    const box = { class: "spark", viewBox: `0 0 ${SPARK.width} ${SPARK.height}`, preserveAspectRatio: "none", "aria-hidden": "true" };
    parts.meter = el("span", { class: "meter", role: "meter", "aria-valuemin": 0, "aria-valuemax": 100 }, parts.fill);
    const head = el("div", { class: "node-head" }, parts.label, parts.badge, parts.share, parts.meter);
    parts.node = el("li", { class: "node", data: { node: state.id } }, head, parts.value, parts.detail, svg("svg", box, parts.spark));
    byId("pipeline").append(parts.node);
    return parts;
  }
}

function update(parts, state, values) {
  setText(parts.label, state.label);
  parts.badge.hidden = !state.bottleneck;
  parts.node.classList.toggle("hot", Boolean(state.bottleneck));
  parts.node.classList.toggle("idle", !state.value && !state.unit.startsWith("s "));
  const known = state.busy != null;
  parts.meter.hidden = !known;
  parts.share.hidden = !known;
  if (known) {
    setText(parts.share, wholePercent(state.busy));
    setAttribute(parts.meter, "aria-valuenow", Math.round(100 * state.busy));
    setAttribute(parts.meter, "aria-label", `${state.label} busy`);
    parts.fill.style.transform = `scaleX(${Math.min(1, Math.max(0, state.busy))})`;
  }
  setText(parts.value, quantity(state.value, state.unit));
  setText(parts.detail, [detail(state), lag(state)].filter(Boolean).join(" · "));
  setAttribute(parts.spark, "points", spark(values));
}

/** The badge says it already. */
const detail = (state) => (state.bottleneck ? (state.detail ?? "").replace(/\s*·\s*bottleneck$/, "") : state.detail);

function lag(state) {
  if (state.lag == null || state.unit.startsWith("s ")) return null;
  return state.lag > 0 ? `lag ${count(state.lag)}` : "no lag";
}

function spark(values) {
  const most = Math.max(...values.map((value) => value ?? 0), 1e-9);
  const step = SPARK.width / 59;
  const start = SPARK.width - step * (values.length - 1);
  return values
    .map((value, i) => `${(start + i * step).toFixed(1)},${(SPARK.height - 1 - (SPARK.height - 3) * ((value ?? 0) / most)).toFixed(1)}`)
    .join(" ");
}
