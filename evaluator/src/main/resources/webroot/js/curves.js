import { METRICS } from "./metrics.js";

// Rolling metrics as the charts need them: one columnar curve per series and split.
const COLUMNS = ["tokens", "time", ...METRICS.map(({ name }) => name), "dead"];
const MOST_POINTS = 1500;

export class Curves {
  #bySplit = { prequential: new Map(), heldout: new Map() };
  window = null;
  deadWindow = null;

  of(split) {
    return this.#bySplit[split];
  }

  /** Points of a split over all series: grows while a run lives. */
  points(split) {
    let sum = 0;
    for (const curve of this.#bySplit[split].values()) sum += curve.tokens.length;
    return sum;
  }

  /** When the first figure of the run was measured, in milliseconds; null before it. */
  start() {
    const firsts = Object.values(this.#bySplit).flatMap((curves) => [...curves.values()].map((curve) => curve.time[0]));
    return firsts.length ? Math.min(...firsts.filter((time) => time != null)) : null;
  }

  replace(split, answer) {
    this.#describe(answer);
    this.#bySplit[split] = new Map(answer.series.map((curve) => [curve.id, curve]));
  }

  /** Adds new points; true if a curve outgrew the page, so that the server should thin it out again. */
  add(stream, message) {
    this.#describe(message);
    let tooLong = false;
    for (const fresh of message.series) {
      if (stream && fresh.stream && fresh.stream !== stream) continue;
      const split = fresh.split === "heldout" ? "heldout" : "prequential";
      const curves = this.#bySplit[split];
      const known = curves.get(fresh.id);
      const curve = known ? merge(known, fresh, this.#slot(split)) : fresh;
      curves.set(fresh.id, curve);
      tooLong ||= curve.tokens.length > MOST_POINTS;
    }
    return tooLong;
  }

  clear() {
    for (const curves of Object.values(this.#bySplit)) curves.clear();
  }

  #describe(answer) {
    this.window = answer.window_tokens ?? this.window;
    this.deadWindow = answer.dead_window_tokens ?? this.deadWindow;
  }

  /** Two points in one slot are an earlier and a later look at the same window: the later one holds. */
  #slot(split) {
    const window = split === "prequential" ? this.window : null;
    return window ? (tokens) => Math.ceil(tokens / window) : (tokens) => tokens;
  }
}

function merge(known, fresh, slot) {
  const renewed = new Set(fresh.tokens.map(slot));
  const kept = known.tokens.map((_, i) => i).filter((i) => !renewed.has(slot(known.tokens[i])));
  const column = (name, i) => known[name]?.[i] ?? null;
  const points = kept.map((i) => COLUMNS.map((name) => column(name, i)));
  fresh.tokens.forEach((_, i) => points.push(COLUMNS.map((name) => fresh[name]?.[i] ?? null)));
  points.sort((a, b) => a[0] - b[0]);
  const columns = Object.fromEntries(COLUMNS.map((name, c) => [name, points.map((point) => point[c])]));
  return { ...known, ...fresh, ...columns };
}
