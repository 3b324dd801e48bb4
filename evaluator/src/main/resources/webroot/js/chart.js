import uPlot from "../vendor/uplot-1.6.32/uPlot.esm.js";
import { drawEnds } from "./line-ends.js";
import { duration, short } from "./format.js";
import { colour, dash, shape } from "./palette.js";
import { linearTicks, logTicks, powersOfTwo, timeTicks } from "./ticks.js";

const FONT = 'system-ui, -apple-system, "Segoe UI", Inter, sans-serif';
const variable = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// One metric of all shown series over tokens or time. Drawn by uPlot; all charts of the page share one cursor.
export class Chart {
  #host;
  #metric;
  #onCursor;
  #onZoom;
  #plot = null;
  #shape = "";
  #lines = [];
  #xRange = [0, 1];
  #marks = [];
  #named = false;

  /** @param metric {id, label, format, log: null | 2 | 10, ceiling, named} */
  constructor(host, metric, { onCursor, onZoom }) {
    this.#host = host;
    this.#metric = metric;
    this.#onCursor = onCursor;
    this.#onZoom = onZoom;
    new ResizeObserver(() => this.#resize()).observe(host);
    host.addEventListener("keydown", (event) => this.#key(event));
    host.addEventListener("blur", () => this.#move(-10));
  }

  get host() {
    return this.#host;
  }

  get metric() {
    return this.#metric;
  }

  /**
   * @param picture {lines: [{id, family, xs, values, alpha, width}], axis: "tokens" | "time", range, log, marks}
   */
  render(picture) {
    const log = picture.log ? this.#metric.log : null;
    const shape = JSON.stringify([picture.axis, log, picture.lines.map((line) => [line.id, line.family, dash(line.id)])]);
    this.#lines = picture.lines;
    this.#xRange = picture.range;
    this.#marks = picture.marks;
    const data = table(picture.lines, log);
    if (shape !== this.#shape) {
      this.#shape = shape;
      this.#create(picture.axis, log, data);
    } else {
      this.#emphasise();
      this.#plot.setData(data, true);
    }
  }

  /** Colours come from the style sheet; after a change of theme only the ink is new. */
  repaint() {
    this.#plot?.redraw(false, true);
  }

  #create(axis, log, data) {
    this.#plot?.destroy();
    const { width, height } = this.#size();
    this.#named = this.#hasRoomForNames({ width });
    this.#plot = new uPlot(
      {
        width,
        height,
        padding: [8, () => (this.#named ? 128 : 12), 0, 0],
        legend: { show: false },
        focus: { alpha: 1 },
        cursor: this.#cursor(),
        scales: { x: { time: false, range: () => this.#xRange }, y: this.#yScale(log) },
        axes: [this.#xAxis(axis), this.#yAxis(log)],
        series: [{}, ...this.#lines.map((line) => series(line))],
        hooks: {
          drawAxes: [(u) => this.#drawMarks(u)],
          draw: [(u) => this.#drawEnds(u)],
          setCursor: [(u) => this.#onCursor(this, u.cursor.left >= 0 ? u.posToVal(u.cursor.left, "x") : null, u.cursor.left)],
          setSelect: [(u) => this.#zoom(u)],
        },
      },
      data,
      this.#host,
    );
    this.#emphasise();
  }

  #cursor() {
    return {
      sync: { key: "sluice", scales: ["x", null], setSeries: false },
      y: false,
      drag: { x: true, y: false, setScale: false },
      hover: { prox: 40 },
      points: { size: 6, width: 1.5, fill: (u, i) => colour(this.#lines[i - 1].family), stroke: () => variable("--card") },
      bind: { dblclick: () => () => this.#onZoom(null) },
    };
  }

  #yScale(log) {
    if (!log) return { range: (u, min, max) => this.#linearRange(max) };
    return { distr: 3, log, range: (u, min, max) => logRange(min, max, log) };
  }

  #linearRange(max) {
    const top = max > 0 ? max * 1.06 : 1;
    return [0, Math.min(top, this.#metric.ceiling ?? Infinity)];
  }

  #xAxis(axis) {
    const time = axis === "time";
    return {
      ...this.#ink(),
      size: 26,
      gap: 6,
      space: 64,
      grid: { show: false },
      splits: time ? (u, i, min, max) => timeTicks(min, max, Math.max(2, u.width / 90)) : undefined,
      values: (u, splits) => splits.map((value) => (value == null ? "" : time ? duration(value) : value === 0 ? "0 tokens" : short(value))),
    };
  }

  #yAxis(log) {
    const ticks = log === 2 ? powersOfTwo : log ? logTicks : linearTicks;
    return {
      ...this.#ink(),
      size: 42,
      gap: 6,
      splits: (u, i, min, max) => ticks(min, max),
      filter: (u, splits) => splits,
      values: (u, splits) => splits.map((value) => this.#metric.tick?.(value) ?? short(value)),
    };
  }

  #ink() {
    const grid = () => variable("--grid");
    return { font: `11px ${FONT}`, stroke: () => variable("--dim"), grid: { stroke: grid, width: 1 }, ticks: { show: false } };
  }

  #emphasise() {
    this.#lines.forEach((line, i) => {
      const drawn = this.#plot.series[i + 1];
      drawn.alpha = line.alpha;
      drawn.width = line.width;
    });
  }

  #drawMarks(u) {
    for (const { x, text } of this.#marks) {
      if (x <= u.scales.x.min || x >= u.scales.x.max) continue;
      const ratio = devicePixelRatio;
      const at = Math.round(u.valToPos(x, "x", true)) + 0.5;
      const { ctx, bbox } = u;
      ctx.save();
      ctx.strokeStyle = ctx.fillStyle = variable("--dim");
      ctx.globalAlpha = 0.7;
      ctx.setLineDash([2 * ratio, 4 * ratio]);
      ctx.lineWidth = ratio;
      ctx.beginPath();
      ctx.moveTo(at, bbox.top);
      ctx.lineTo(at, bbox.top + bbox.height);
      ctx.stroke();
      ctx.globalAlpha = 1;
      ctx.font = `${11 * ratio}px ${FONT}`;
      ctx.textBaseline = "top";
      ctx.textAlign = "left";
      if (this.#metric.named) ctx.fillText(text, at + 5 * ratio, bbox.top);
      ctx.restore();
    }
  }

  #drawEnds(u) {
    const entries = this.#lines.map((line, i) => ({ index: i + 1, text: line.id, colour: colour(line.family), shape: shape(line.family), alpha: line.alpha }));
    drawEnds(u, entries, { font: FONT, line: variable("--dim"), ground: variable("--card"), named: this.#named });
  }

  #zoom(u) {
    const { left, width } = u.select;
    if (width < 4) return;
    const zoom = [u.posToVal(left, "x"), u.posToVal(left + width, "x")];
    u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
    this.#onZoom(zoom);
  }

  #key(event) {
    const u = this.#plot;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!u || (!step && event.key !== "Escape")) return;
    event.preventDefault();
    const width = u.bbox.width / devicePixelRatio;
    if (!step) this.#move(-10);
    else this.#move(Math.min(width, Math.max(0, (u.cursor.left < 0 ? width / 2 : u.cursor.left) + (step * width) / 60)));
  }

  #move(left) {
    this.#plot?.setCursor({ left, top: left < 0 ? -10 : 10 }, true, true);
  }

  #hasRoomForNames({ width }) {
    return Boolean(this.#metric.named) && width >= 500;
  }

  #size() {
    return { width: Math.max(200, this.#host.clientWidth), height: Math.max(120, this.#host.clientHeight) };
  }

  #resize() {
    if (!this.#plot) return;
    const size = this.#size();
    this.#named = this.#hasRoomForNames(size);
    this.#plot.setSize(size);
  }
}

function series(line) {
  return {
    label: line.id,
    stroke: () => colour(line.family),
    width: line.width,
    dash: dash(line.id),
    spanGaps: true,
    points: { show: (u, i) => line.values.filter((value) => value != null).length < 3, size: 5, fill: () => colour(line.family) },
  };
}

/** uPlot wants one x for all series; what a series lacks there is skipped, not a gap. */
function table(lines, log) {
  if (!lines.length) return [[]];
  const positive = (value) => (log && value != null && value <= 0 ? null : value);
  return uPlot.join(lines.map((line) => [line.xs, line.values.map(positive)]));
}

function logRange(min, max, base) {
  if (min == null || max == null || !(min > 0)) return base === 2 ? [1, 64] : [0.1, 1];
  const margin = base === 2 ? 1.25 : 1.12;
  return [min / margin, max * margin];
}
