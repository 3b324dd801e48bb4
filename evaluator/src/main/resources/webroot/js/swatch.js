import { svg } from "./dom.js";
import { dash, familyClass, shape } from "./palette.js";

/** Several of the family's markers: what stands for all lines of a group. */
export function stack(family) {
  const mark = (x) => svg("path", { d: shape(family), transform: `translate(${x} 6) scale(3.8)` });
  return svg("svg", { class: `swatch ${familyClass(family)}`, viewBox: "0 0 38 12", "aria-hidden": "true" }, mark(6.5), mark(19), mark(31.5));
}

/** The end of the series' line with its family's marker, as the charts draw it. */
export function swatch(series, family) {
  const line = svg("line", { x1: 1, y1: 6, x2: 26, y2: 6, "stroke-dasharray": dash(series).join(" ") });
  const mark = svg("path", { d: shape(family), transform: "translate(31.5 6) scale(3.8)" });
  return svg("svg", { class: `swatch ${familyClass(family)}`, viewBox: "0 0 38 12", "aria-hidden": "true" }, line, mark);
}
