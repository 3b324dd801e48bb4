import { el } from "./dom.js";

// Colour says the family, the dash pattern says which series of it, the shape repeats the family without colour.
const DASHES = [[], [7, 4], [2, 3], [11, 4, 2, 4], [4, 2], [14, 5], [7, 3, 2, 3, 2, 3], [1, 5]];
const dashOf = new Map();
const styles = new Map();

/** For elements: css/families.css has a rule for each family, and one for those that it does not know. */
export const familyClass = (family) => `family family-${family}`;

/** Of rows or points; none, which looks like no family, if they have several. */
export const commonFamily = (items) => (new Set(items.map(({ family }) => family)).size === 1 ? items[0].family : "none");

/** That rule as a style that follows the theme. */
function style(family) {
  if (!styles.has(family)) {
    const probe = el("span", { class: familyClass(family), hidden: true });
    document.body.append(probe);
    styles.set(family, getComputedStyle(probe));
  }
  return styles.get(family);
}

/** For canvases, which know no CSS variables. */
export const colour = (family) => style(family).color;

/** Outline of the family's marker around (0, 0), of radius 1, as an SVG path. */
export const shape = (family) => style(family).getPropertyValue("--shape").trim().slice(1, -1);

/** Dash patterns by the natural order of the names within each family: the same series, the same pattern. */
export function assignDashes(rows) {
  const next = new Map();
  const ordered = [...rows].sort((a, b) => a.series.localeCompare(b.series, "en", { numeric: true }));
  for (const { series, family } of ordered) {
    const pattern = next.get(family) ?? Number(style(family).getPropertyValue("--dashes"));
    next.set(family, pattern + 1);
    dashOf.set(series, DASHES[pattern % DASHES.length]);
  }
}

export const dash = (series) => dashOf.get(series) ?? [];
