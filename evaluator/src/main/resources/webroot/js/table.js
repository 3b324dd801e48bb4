import { matches } from "./charts.js";
import { classes, COLUMNS } from "./columns.js";
import { byId, el, setAttribute, setText } from "./dom.js";
import { GroupRow } from "./group-row.js";
import { arranged, groupsOf } from "./grouping.js";
import { SeriesRow } from "./series-row.js";
import { TableKeys } from "./table-keys.js";

// One row per series, those of a group under a row of its own: sort by the heads, filter by words, fold, hide from the
// charts, select by name.
export class VariantTable {
  #view;
  #series = new Map();
  #groups = new Map();
  #names = [];
  #heads = new Map();
  #body = byId("rows");
  #table = byId("variants");

  constructor(view) {
    this.#view = view;
    byId("heads").append(el("th", { scope: "col", role: "columnheader", class: "show" }, el("span", { class: "sr", text: "shown in the charts" })), ...COLUMNS.map((column) => this.#head(column)), el("th", { scope: "col", role: "columnheader", class: "manage" }, el("span", { class: "sr", text: "actions" })));
    const filter = byId("filter");
    filter.addEventListener("input", () => view.set({ filter: filter.value }));
    byId("show-all").addEventListener("click", () => view.set({ hidden: new Set(), filter: "" }));
    byId("clear").addEventListener("click", () => view.set({ selected: new Set() }));
    byId("fold-all").addEventListener("click", () => view.set({ folded: new Set(this.#allFolded() ? [] : this.#names) }));
    new TableKeys(this.#body, view, (group) => this.#groups.get(group));
  }

  render(model) {
    const shown = model.rows.filter((row) => matches(row, this.#view.filter));
    this.#names = [...groupsOf(model.rows).keys()];
    const nodes = arranged(model.rows, shown, this.#view).flatMap((entry) => (entry.group ? this.#group(entry) : [this.#row(entry.row, null)]));
    this.#arrange(nodes);
    this.#table.classList.toggle("all-metrics", this.#view.metrics === "all");
    this.#renderHeads();
    this.#renderTools(model, shown.length);
  }

  #group(entry) {
    if (!this.#groups.has(entry.group)) this.#groups.set(entry.group, new GroupRow(this.#view, entry.group));
    const group = this.#groups.get(entry.group);
    group.update(entry);
    return this.#view.folded.has(entry.group) ? [group.node] : [group.node, ...entry.members.map((row) => this.#row(row, entry))];
  }

  #row(row, entry) {
    if (!this.#series.has(row.series)) this.#series.set(row.series, new SeriesRow(this.#view, row));
    const series = this.#series.get(row.series);
    series.update(row, entry);
    return series.node;
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
    const groups = { 0: "", 1: ", 1 group" }[this.#names.length] ?? `, ${this.#names.length} groups`;
    setText(byId("variants-note"), all === 0 ? "" : `${shown === all ? all : `${shown} of ${all}`}${groups}, sorted by ${by}`);
    const filter = byId("filter");
    if (filter.value !== view.filter) filter.value = view.filter;
    byId("show-all").hidden = view.hidden.size === 0 && view.filter === "";
    byId("clear").hidden = view.selected.size === 0;
    byId("fold-all").hidden = this.#names.length === 0;
    setText(byId("fold-all"), this.#allFolded() ? "unfold groups" : "fold groups");
    byId("no-match").hidden = shown > 0 || all === 0;
  }

  #allFolded() {
    return this.#names.length > 0 && this.#names.every((group) => this.#view.folded.has(group));
  }

  /** Moves rows only where the order changed, and gives the focus back to the row that had it. */
  #arrange(nodes) {
    const now = [...this.#body.children];
    if (now.length === nodes.length && now.every((node, i) => node === nodes[i])) return;
    const focused = this.#body.contains(document.activeElement) ? document.activeElement : null;
    this.#body.replaceChildren(...nodes);
    if (focused?.isConnected) focused.focus({ preventScroll: true });
  }
}
