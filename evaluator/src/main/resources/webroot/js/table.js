import { matches } from "./charts.js";
import { COLUMNS, sorted } from "./columns.js";
import { byId, el, setAttribute, setText } from "./dom.js";
import { count } from "./format.js";
import { dash, familyClass } from "./palette.js";
import { fraction, place, stateText } from "./states.js";
import { swatch } from "./swatch.js";

const MEASURED = COLUMNS.slice(2);

// One row per series: sort by the heads, filter by words, hide from the charts, select by name.
export class VariantTable {
  #view;
  #rows = new Map();
  #heads = new Map();
  #body = byId("rows");

  constructor(view) {
    this.#view = view;
    byId("heads").append(el("th", { scope: "col", role: "columnheader", class: "show" }, el("span", { class: "sr", text: "shown in the charts" })), ...COLUMNS.map((column) => this.#head(column)), el("th", { scope: "col", role: "columnheader", class: "manage" }, el("span", { class: "sr", text: "actions" })));
    const filter = byId("filter");
    filter.addEventListener("input", () => view.set({ filter: filter.value }));
    byId("show-all").addEventListener("click", () => view.set({ hidden: new Set(), filter: "" }));
    byId("clear").addEventListener("click", () => view.set({ selected: new Set() }));
    this.#body.addEventListener("keydown", (event) => this.#key(event));
  }

  render(model) {
    const view = this.#view;
    const shown = sorted(model.rows.filter((row) => matches(row, view.filter)), view);
    for (const row of shown) this.#update(row);
    this.#arrange(shown.map((row) => row.series));
    this.#renderHeads();
    this.#renderTools(model, shown.length);
  }

  #head(column) {
    const button = el("button", { type: "button", title: column.hint, text: column.label, onclick: () => this.#view.sortBy(column.id, Boolean(column.most)) });
    const head = el("th", { scope: "col", role: "columnheader", class: classes(column) }, button);
    this.#heads.set(column.id, head);
    return head;
  }

  #renderHeads() {
    for (const [id, head] of this.#heads) {
      const order = id === this.#view.sort ? (this.#view.descending ? "descending" : "ascending") : "none";
      setAttribute(head, "aria-sort", order);
    }
  }

  #renderTools(model, shown) {
    const view = this.#view;
    const all = model.rows.length;
    const by = COLUMNS.find((column) => column.id === view.sort)?.label ?? view.sort;
    setText(byId("variants-note"), all === 0 ? "" : `${shown === all ? all : `${shown} of ${all}`}, sorted by ${by}`);
    const filter = byId("filter");
    if (filter.value !== view.filter) filter.value = view.filter;
    byId("show-all").hidden = view.hidden.size === 0 && view.filter === "";
    byId("clear").hidden = view.selected.size === 0;
    byId("no-match").hidden = shown > 0 || all === 0;
  }

  #update(row) {
    if (!this.#rows.has(row.series)) this.#rows.set(row.series, this.#create(row));
    const parts = this.#rows.get(row.series);
    const hidden = this.#view.hidden.has(row.series);
    const chosen = this.#view.selected.has(row.series);
    const line = `${row.family} ${dash(row.series)}`;
    if (parts.show.dataset.line !== line) {
      parts.show.dataset.line = line;
      parts.show.replaceChildren(swatch(row.series, row.family));
    }
    setAttribute(parts.row, "class", `${familyClass(row.family)}${hidden ? " off" : ""}${chosen ? " chosen" : ""}`);
    setAttribute(parts.show, "aria-pressed", !hidden);
    setAttribute(parts.name, "aria-pressed", chosen);
    setText(parts.state, stateText(row));
    setAttribute(parts.state, "data-state", row.state);
    this.#place(parts, row);
    this.#measure(parts, row);
  }

  /** Under the state of one that does not go with the others: how far it is. */
  #place(parts, row) {
    const text = place(row);
    parts.far.hidden = !text;
    setText(parts.farText, text);
    parts.farFill.style.transform = `scaleX(${fraction(row) ?? 0})`;
    setAttribute(parts.far, "title", text && `${count(row.tokens)} of ${count(row.target_tokens)} tokens at ${count(row.tokens_per_second)} tok/s`);
  }

  /** A failed variant without figures shows its reason over the whole width; with figures, below its name. */
  #measure(parts, row) {
    const failed = row.state === "failed";
    parts.why.hidden = !failed;
    setText(parts.why, failed ? (row.reason ?? "no reason given") : "");
    parts.cells.forEach((cell, i) => {
      cell.hidden = failed;
      setText(cell, MEASURED[i].text(row));
    });
  }

  #create(row) {
    const { series } = row;
    const show = el("button", { type: "button", class: "show", "aria-label": `Show ${series} in the charts`, title: "Show or hide in the charts", onclick: () => this.#view.toggleHidden(series) });
    const name = el("button", { type: "button", class: "name", text: series, title: `Select ${series}` });
    const state = el("span", { class: "pill" });
    const farFill = el("i");
    const farText = el("span");
    const far = el("span", { class: "far" }, el("span", { class: "meter" }, farFill), farText);
    const manage = el("button", { type: "button", class: "manage", text: "⋯", "aria-label": `Manage ${row.variant}`, "aria-haspopup": "dialog", title: "Pause, resume, replay, delete", data: { variant: row.variant } });
    const cells = MEASURED.map((column) => el("td", { class: classes(column), role: "cell", data: { label: column.label } }));
    const why = el("td", { class: "why", role: "cell", colspan: MEASURED.length });
    const node = el(
      "tr",
      { role: "row", data: { series } },
      el("td", { class: "show", role: "cell" }, show),
      el("th", { scope: "row", role: "rowheader" }, name),
      el("td", { class: "state", role: "cell" }, state, far),
      ...cells,
      why,
      el("td", { class: "manage", role: "cell" }, manage),
    );
    node.addEventListener("click", (event) => {
      if (event.target.closest("button.show, button.manage")) return;
      this.#view.select(series, event.ctrlKey || event.metaKey || event.shiftKey);
    });
    return { row: node, show, name, state, far, farFill, farText, cells, why };
  }

  /** Moves rows only where the order changed, and gives the focus back to the row that had it. */
  #arrange(order) {
    const now = [...this.#body.children].map((node) => node.dataset.series);
    if (now.join() === order.join()) return;
    const focused = this.#body.contains(document.activeElement) ? document.activeElement : null;
    this.#body.replaceChildren(...order.map((series) => this.#rows.get(series).row));
    if (focused?.isConnected) focused.focus({ preventScroll: true });
  }

  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const row = event.target.closest("tr");
    if (!row) return;
    if (step) {
      event.preventDefault();
      const next = step > 0 ? row.nextElementSibling : row.previousElementSibling;
      next?.querySelector(event.target.matches(".show") ? "button.show" : "button.name").focus();
    } else if (event.key === "h") {
      this.#view.toggleHidden(row.dataset.series);
    }
  }
}

const classes = (column) => [column.opt && "opt", column.strong && "strong", `col-${column.id}`].filter(Boolean).join(" ");
