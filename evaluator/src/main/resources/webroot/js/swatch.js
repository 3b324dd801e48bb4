import { svg } from "./dom.js";
import { dash, familyClass } from "./palette.js";

/** A piece of the series' line, as legends show it. */
export function swatch(series, family) {
  const line = svg("line", { x1: 1, y1: 5, x2: 27, y2: 5, "stroke-dasharray": dash(series).join(" ") });
  return svg("svg", { class: `swatch ${familyClass(family)}`, viewBox: "0 0 28 10", "aria-hidden": "true" }, line);
}
