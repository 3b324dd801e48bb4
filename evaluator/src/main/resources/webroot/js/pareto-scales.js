import { logTicks, powersOfTwo } from "./ticks.js";

/** Both axes are logarithmic: L0 by doublings, FVU by decades. */
export function paretoScales(points, line, box) {
  const all = [...points.map((point) => [point.l0, point.fvu]), ...line];
  const [l0, fvu] = [all.map((p) => p[0]), all.map((p) => p[1])];
  const frame = { left: 42, right: box.width - 16, top: 10, bottom: box.height - 40 };
  const xs = all.length ? [Math.min(...l0) / 1.35, Math.max(...l0) * 1.9] : [1, 64];
  const ys = all.length ? [Math.min(...fvu) / 1.25, Math.max(...fvu) * 1.25] : [0.05, 1];
  const scale = ([min, max], from, to) => (value) => from + ((to - from) * Math.log(value / min)) / Math.log(max / min);
  return {
    frame,
    x: scale(xs, frame.left, frame.right),
    y: scale(ys, frame.bottom, frame.top),
    xTicks: powersOfTwo(...xs),
    yTicks: logTicks(...ys),
  };
}

/** FVU over that of the reference at the same L0 (log-log interpolation), null outside the reference's range. */
export function compare(point, line) {
  for (let i = 1; i < line.length; i++) {
    const [[x0, y0], [x1, y1]] = [line[i - 1], line[i]];
    if (point.l0 < x0 * 0.999 || point.l0 > x1 * 1.001) continue;
    const share = Math.log(point.l0 / x0) / Math.log(x1 / x0);
    return point.fvu / (y0 * (y1 / y0) ** share);
  }
  return null;
}
