import { matches } from "./charts.js";
import { byId, el, setAttribute, setText, svg } from "./dom.js";
import { figure, short, tenth } from "./format.js";
import { kindName } from "./kinds.js";
import { placeLabels } from "./label-places.js";
import { commonFamily, familyClass, shape } from "./palette.js";
import { compare, paretoScales } from "./pareto-scales.js";

// Held-out FVU against L0: what a dictionary costs and what it explains. Below the PCA line is better than PCA.
export class Pareto {
  #host = byId("pareto");
  #view;
  #model = null;
  #points = new Map();
  #layers = {};
  #over = null;
  #frame = svg("rect");

  constructor(view) {
    this.#view = view;
    for (const name of ["area", "grid", "axes", "reference", "trails", "families", "labels", "points"]) {
      this.#layers[name] = svg("g", { class: `pareto-${name}` });
    }
    setAttribute(this.#layers.trails, "clip-path", "url(#pareto-frame)");
    this.#host.append(svg("clipPath", { id: "pareto-frame" }, this.#frame), ...Object.values(this.#layers));
    new ResizeObserver(() => this.#model && this.render(this.#model)).observe(this.#host.parentElement);
  }

  render(model) {
    this.#model = model;
    const box = { width: this.#host.parentElement.clientWidth, height: this.#host.parentElement.clientHeight };
    const points = (model.pareto?.points ?? []).filter((point) => this.#shown(point));
    const line = (model.pareto?.reference?.line ?? []).filter(([l0, fvu]) => l0 > 0 && fvu > 0);
    setAttribute(this.#host, "viewBox", `0 0 ${box.width} ${box.height}`);
    setAttribute(this.#host, "data-points", points.length);
    this.#host.classList.toggle("empty", points.length === 0);
    const scales = paretoScales(points, line, box);
    this.#drawAxes(scales, box);
    this.#drawReference(scales, line);
    this.#clip(scales.frame);
    this.#drawTrails(scales, points);
    this.#drawFamilies(scales, points);
    this.#drawPoints(scales, points);
    this.#drawLabels(scales, points, line, box);
    this.#drawKey(points);
    this.#read(points, line);
  }

  /** A point of zero latents per token has no place on a logarithmic axis: the learner has not begun. */
  #shown(point) {
    if (!(point.l0 > 0) || !(point.fvu > 0) || this.#view.hidden.has(point.series)) return false;
    const { state = "", group } = this.#model.row(point.series) ?? {};
    return matches({ ...point, state, group }, this.#view.filter);
  }

  #drawAxes({ x, y, xTicks, yTicks, frame }, box) {
    const across = (tick) => svg("line", { x1: frame.left, x2: frame.right, y1: y(tick), y2: y(tick) });
    const down = (tick) => svg("line", { x1: x(tick), x2: x(tick), y1: frame.top, y2: frame.bottom });
    this.#layers.grid.replaceChildren(...yTicks.map(across), ...xTicks.map(down));
    this.#layers.axes.replaceChildren(
      ...yTicks.map((tick) => svg("text", { x: frame.left - 8, y: y(tick) + 4, "text-anchor": "end", text: short(tick) })),
      ...xTicks.map((tick) => svg("text", { x: x(tick), y: box.height - 22, "text-anchor": "middle", text: short(tick) })),
      svg("text", { x: (frame.left + frame.right) / 2, y: box.height - 5, "text-anchor": "middle", text: "L0: active latents per token" }),
    );
  }

  #drawReference({ x, y, frame }, line) {
    const { area, reference } = this.#layers;
    if (line.length < 2) {
      area.replaceChildren();
      reference.replaceChildren();
      return;
    }
    const path = line.map(([l0, fvu], i) => `${i ? "L" : "M"}${x(l0).toFixed(1)} ${y(fvu).toFixed(1)}`).join("");
    const under = `${path}V${frame.bottom}H${x(line[0][0]).toFixed(1)}Z`;
    area.replaceChildren(svg("path", { d: under, class: familyClass("pca") }));
    reference.replaceChildren(svg("path", { d: path, class: familyClass("pca") }));
  }

  #drawTrails({ x, y }, points) {
    const marks = points.flatMap((point) => {
      const trail = (point.trail ?? []).filter(([l0, fvu]) => l0 > 0 && fvu > 0).slice(-12);
      const dots = trail.map(([l0, fvu], i) => {
        const weight = (i + 1) / (trail.length + 1);
        return svg("circle", { cx: x(l0), cy: y(fvu), r: 1.4 + weight, "fill-opacity": (0.12 + 0.5 * weight).toFixed(2) });
      });
      const way = [...trail, [point.l0, point.fvu]].map(([l0, fvu]) => `${x(l0).toFixed(1)},${y(fvu).toFixed(1)}`).join(" ");
      return svg("g", { class: `${familyClass(point.family)}${this.#faint(point)}` }, svg("polyline", { points: way }), ...dots);
    });
    this.#layers.trails.replaceChildren(...marks);
  }

  /** Old marks may lie far outside; they do not set the scale, so they are cut off. */
  #clip(frame) {
    setAttribute(this.#frame, "x", frame.left - 2);
    setAttribute(this.#frame, "y", 0);
    setAttribute(this.#frame, "width", frame.right - frame.left + 10);
    setAttribute(this.#frame, "height", frame.bottom);
  }

  /** A thin line joins a group; without one, the same family and size at different prices. PCA has its own. */
  #drawFamilies({ x, y }, points) {
    const joined = (point) => this.#model.row(point.series)?.group ?? `${point.family}/${point.latents}`;
    const groups = groupBy(points.filter((point) => point.family !== "pca"), joined);
    const lines = [...groups]
      .filter(([, members]) => members.length > 1)
      .map(([name, members]) => {
        const ordered = [...members].sort((a, b) => a.l0 - b.l0);
        const way = ordered.map((point) => `${x(point.l0).toFixed(1)},${y(point.fvu).toFixed(1)}`).join(" ");
        return svg("polyline", { points: way, class: familyClass(commonFamily(members)), "data-joins": name });
      });
    this.#layers.families.replaceChildren(...lines);
  }

  #drawPoints({ x, y }, points) {
    const wanted = new Set(points.map((point) => point.series));
    for (const [series, group] of this.#points) {
      if (wanted.has(series)) continue;
      group.remove();
      this.#points.delete(series);
    }
    for (const point of points) {
      if (!this.#points.has(point.series)) this.#points.set(point.series, this.#createPoint(point));
      const group = this.#points.get(point.series);
      const chosen = this.#view.selected.has(point.series);
      group.style.transform = `translate(${x(point.l0).toFixed(1)}px, ${y(point.fvu).toFixed(1)}px)`;
      setAttribute(group, "class", `point ${familyClass(point.family)}${chosen ? " chosen" : ""}${this.#faint(point)}`);
      setAttribute(group, "aria-pressed", chosen);
      setAttribute(group, "aria-label", `${point.series}: L0 ${tenth(point.l0)}, held-out FVU ${figure(point.fvu)}`);
    }
  }

  #createPoint(point) {
    const select = (event) => this.#view.select(point.series, event.ctrlKey || event.metaKey || event.shiftKey);
    const over = (series) => () => {
      this.#over = series;
      this.render(this.#model);
    };
    const group = svg(
      "g",
      {
        role: "button",
        tabindex: 0,
        onclick: select,
        onkeydown: (event) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          select(event);
        },
        onpointerenter: over(point.series),
        onpointerleave: over(null),
        onfocus: over(point.series),
        onblur: over(null),
      },
      svg("circle", { class: "halo", r: 14 }),
      svg("path", { class: "mark", d: shape(point.family), transform: "scale(5.5)" }),
    );
    this.#layers.points.append(group);
    return group;
  }

  /** The chosen ones first; those of the reference's family last, for its line already says what they are. */
  #drawLabels({ x, y, frame }, points, line, box) {
    const named = (point) => this.#view.selected.has(point.series) || this.#over === point.series;
    const urgent = (point) => (named(point) ? 0 : point.family === "pca" ? 2 : 1);
    const ordered = [...points].sort((a, b) => urgent(a) - urgent(b) || a.fvu - b.fvu);
    const way = line.map(([l0, fvu]) => [x(l0), y(fvu)]);
    const anchors = ordered.map((point) => ({ text: point.series, x: x(point.l0), y: y(point.fvu), must: named(point), point }));
    if (way.length > 1) anchors.unshift({ text: this.#model.pareto.reference.label, x: way[0][0], y: way[0][1], must: true });
    const labels = placeLabels(anchors, alongLine(way), { ...frame, right: box.width });
    const style = (label) => `label${label.point ? this.#faint(label.point) : ""}${label.must ? " chosen" : ""}`;
    this.#layers.labels.replaceChildren(...labels.map((label) => svg("text", { x: label.left, y: label.baseline, text: label.text, class: style(label) })));
  }

  #drawKey(points) {
    const families = [...new Set(points.map((point) => point.family))];
    const host = byId("pareto-key");
    const names = families.map(kindName);
    if (host.dataset.families === names.join()) return;
    host.dataset.families = names.join();
    const mark = (family) =>
      svg("svg", { class: `key-mark ${familyClass(family)}`, viewBox: "-7 -7 14 14", "aria-hidden": "true" }, svg("path", { d: shape(family), transform: "scale(5)" }));
    host.replaceChildren(...families.map((family) => el("span", {}, mark(family), kindName(family))));
  }

  /** One sentence on the point under the pointer, else on the selected one, else on the best against PCA. */
  #read(points, line) {
    const named = points.find((point) => point.series === this.#over) ?? points.find((point) => this.#view.selected.has(point.series));
    const compared = points.map((point) => ({ point, ratio: point.family === "pca" ? null : compare(point, line) }));
    const best = compared.filter(({ ratio }) => ratio != null).sort((a, b) => a.ratio - b.ratio)[0];
    const shown = named ?? best?.point;
    setText(byId("pareto-reading"), shown ? sentence(shown, compare(shown, line)) : "");
  }

  #faint(point) {
    return this.#view.selected.size && !this.#view.selected.has(point.series) ? " faint" : "";
  }
}

function sentence(point, ratio) {
  const start = `${point.series}: FVU ${figure(point.fvu)} at L0 ${tenth(point.l0)}`;
  if (ratio == null || point.family === "pca") return start;
  const change = Math.round(Math.abs(1 - ratio) * 100);
  return change === 0 ? `${start}, level with PCA` : `${start}, ${change} % ${ratio < 1 ? "below" : "above"} PCA`;
}

/** Places every few pixels on the line, which names must not cover. */
function alongLine(way) {
  return way.slice(1).flatMap(([x1, y1], i) => {
    const [x0, y0] = way[i];
    const steps = Math.max(1, Math.ceil(Math.hypot(x1 - x0, y1 - y0) / 8));
    return Array.from({ length: steps + 1 }, (_, s) => [x0 + ((x1 - x0) * s) / steps, y0 + ((y1 - y0) * s) / steps]);
  });
}

function groupBy(items, key) {
  const groups = new Map();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}
