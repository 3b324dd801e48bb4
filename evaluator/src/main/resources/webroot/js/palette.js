// Colour says the family, the dash pattern says which series of it, the marker repeats the family without colour.
const FAMILIES = ["topk", "standard", "kmeans", "pca"];
const DASHES = [[], [7, 4], [2, 3], [11, 4, 2, 4], [4, 2], [14, 5], [7, 3, 2, 3, 2, 3], [1, 5]];
const dashOf = new Map();

const property = (family) => (FAMILIES.includes(family) ? `--${family}` : "--other");

/** Dash patterns by the natural order of the names within each family: the same series, the same pattern. */
export function assignDashes(rows) {
  const seen = new Map();
  const ordered = [...rows].sort((a, b) => a.series.localeCompare(b.series, "en", { numeric: true }));
  for (const row of ordered) {
    const rank = seen.get(row.family) ?? 0;
    seen.set(row.family, rank + 1);
    dashOf.set(row.series, DASHES[rank % DASHES.length]);
  }
}

export const dash = (series) => dashOf.get(series) ?? [];

/** For canvases, which know no CSS variables. */
export const colour = (family) => getComputedStyle(document.documentElement).getPropertyValue(property(family)).trim();

/** For elements: a class whose rule sets `color`. */
export const familyClass = (family) => (FAMILIES.includes(family) ? `family-${family}` : "family-other");

/** Outline of the family's marker around (0, 0), as an SVG path. */
export function marker(family, r) {
  const s = r * 0.9;
  const t = r * 1.2;
  switch (family) {
    case "standard":
      return `M${-s} ${-s}H${s}V${s}H${-s}Z`;
    case "kmeans":
      return `M0 ${-t}L${t} ${s}H${-t}Z`;
    case "pca":
      return `M0 ${-t}L${t} 0L0 ${t}L${-t} 0Z`;
    default:
      return `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
  }
}
