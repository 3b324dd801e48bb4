import { duration, short } from "./format.js";

/** The value at x, null where the series has nothing near it (it began later or ended before). */
export function valueAt(curve, metric, x) {
  const { xs } = curve;
  let low = 0;
  let high = xs.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xs[middle] < x) low = middle + 1;
    else high = middle;
  }
  const nearest = low > 0 && x - xs[low - 1] < xs[low] - x ? low - 1 : low;
  const spacing = xs.length > 1 ? (xs.at(-1) - xs[0]) / (xs.length - 1) : Infinity;
  return Math.abs(xs[nearest] - x) <= 1.5 * spacing ? curve[metric][nearest] : null;
}

export const latest = (curve, metric) => curve[metric].findLast((value) => value != null) ?? null;

export const place = (x, axis) => (axis === "time" ? `${duration(x)} after the start` : `${short(Math.round(x))} tokens`);
