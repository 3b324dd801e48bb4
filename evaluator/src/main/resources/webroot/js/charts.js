import { Chart } from "./chart.js";
import { byId, setAttribute } from "./dom.js";
import { shortPercent } from "./format.js";
import { Legend } from "./legend.js";
import { DEAD, metric } from "./metrics.js";
import { hasFailed } from "./states.js";
import { Tooltip } from "./tooltip.js";

/** Which metrics have a chart, and how it is drawn; {id, label, format} come from the table of metrics. */
const CHARTS = [
  { ...known("fvu"), host: "chart-fvu", log: 10, ceiling: 1.25, named: true },
  { ...known("mse"), host: "chart-mse", log: 10 },
  { ...known("l0"), host: "chart-l0", log: 2 },
  { id: "dead", label: "Dead latents", format: DEAD.text, host: "chart-dead", log: null, ceiling: 1.02, tick: shortPercent },
];

function known(name) {
  const { label, text } = metric(name);
  return { id: name, label, format: text };
}

// The four charts over tokens or time: one picture for all of them, one cursor over all of them.
export class Charts {
  #view;
  #charts;
  #legend;
  #tooltip = new Tooltip();
  #under = null;
  #curves = [];

  constructor(view) {
    this.#view = view;
    this.#legend = new Legend(byId("legend"), view);
    const hooks = { onCursor: (chart, x, left) => this.#cursor(chart, x, left), onZoom: (zoom) => view.set({ zoom }) };
    this.#charts = CHARTS.map((chart) => new Chart(byId(chart.host), chart, hooks));
    for (const chart of this.#charts) this.#follow(chart);
    byId("zoom-out").addEventListener("click", () => view.set({ zoom: null }));
  }

  render(model) {
    const view = this.#view;
    const rows = model.rows.filter((row) => visible(row, view));
    const curves = model.curves.of(view.split);
    this.#curves = rows.map((row) => abscissa(row, curves.get(row.series), view.x)).filter(Boolean);
    if (view.x === "time") sinceStart(this.#curves, model.curves.start() / 1000);
    const range = view.zoom ?? fullRange(this.#curves, view.x, model);
    for (const chart of this.#charts) {
      chart.render({
        lines: this.#curves.map((curve) => line(curve, chart.metric.id, view)),
        axis: view.x,
        range,
        log: view.scale === "log",
        marks: passMarks(model, view),
      });
      setAttribute(chart.host, "data-points", model.curves.points(view.split));
      setAttribute(chart.host, "aria-label", describe(chart.metric, this.#curves));
    }
    byId("zoom-out").hidden = !view.zoom;
    this.#legend.render(this.#curves, view);
    this.#tooltip.render(this.#curves, view);
  }

  repaint() {
    for (const chart of this.#charts) chart.repaint();
  }

  #follow(chart) {
    const enter = () => (this.#under = chart);
    const leave = () => {
      if (this.#under === chart) this.#under = null;
      this.#cursor(chart, null, 0);
    };
    chart.host.addEventListener("pointerenter", enter);
    chart.host.addEventListener("focus", enter);
    chart.host.addEventListener("pointerleave", leave);
    chart.host.addEventListener("blur", leave);
  }

  #cursor(chart, x, left) {
    if (this.#under && this.#under !== chart) return;
    const at = this.#under ? x : null;
    this.#legend.at(at, this.#curves, this.#view);
    this.#tooltip.at(at == null ? null : chart, at, left, this.#curves, this.#view);
  }
}

export const visible = (row, view) => !view.hidden.has(row.series) && matches(row, view.filter);

/** Every word must occur in what the row says of itself. */
export function matches(row, filter) {
  const text = `${row.series} ${row.group ?? ""} ${row.kind} ${row.family} ${row.state}`.toLowerCase();
  return filter.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

/** The curve with strictly rising x, as uPlot needs it. */
function abscissa(row, curve, axis) {
  if (!curve || !curve.tokens.length) return null;
  const all = axis === "time" ? curve.time.map((millis) => millis / 1000) : curve.tokens;
  const kept = [];
  let last = -Infinity;
  all.forEach((x, i) => {
    if (x == null || x <= last) return;
    kept.push(i);
    last = x;
  });
  const columns = Object.fromEntries(CHARTS.map(({ id }) => [id, kept.map((i) => curve[id]?.[i] ?? null)]));
  return { id: row.series, family: row.family, state: row.state, xs: kept.map((i) => all[i]), ...columns };
}

function sinceStart(curves, start) {
  for (const curve of curves) curve.xs = curve.xs.map((x) => x - start);
}

/** Tokens run to the target, so the empty room on the right is the work that is left. */
function fullRange(curves, axis, model) {
  const last = Math.max(1, ...curves.map((curve) => curve.xs.at(-1)));
  if (axis === "time") return [0, last * 1.02];
  return [0, Math.max(last, model.overview?.progress.target_tokens ?? 0)];
}

function line(curve, metric, view) {
  const chosen = view.selected.has(curve.id);
  const others = view.selected.size > 0 && !chosen;
  const alpha = others ? 0.22 : hasFailed(curve) ? 0.5 : 1;
  return { id: curve.id, family: curve.family, xs: curve.xs, values: curve[metric], alpha, width: chosen ? 2.8 : 1.7 };
}

/** After the first pass a batch is no longer new to the learner: the same curve then says less. */
function passMarks(model, view) {
  const { epochs, target_tokens: target } = model.overview?.progress ?? {};
  if (!model.curves.points(view.split)) return [];
  if (view.x !== "tokens" || view.split !== "prequential" || !(epochs > 1) || !(target > 0)) return [];
  return [{ x: target / epochs, text: "seen before from here" }];
}

function describe(metric, curves) {
  const latest = curves.map((curve) => `${curve.id} ${metric.format(curve[metric.id].findLast((value) => value != null))}`);
  return `${metric.label} by series, latest values: ${latest.join(", ") || "none yet"}. Arrow keys move the cursor.`;
}
