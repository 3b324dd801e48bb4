import { classes, MEASURED } from "./columns.js";
import { el, setAttribute, setText } from "./dom.js";
import { NONE } from "./format.js";
import { commonFamily, familyClass } from "./palette.js";
import { commonState } from "./states.js";
import { stack } from "./swatch.js";

// The row above the members of a group: folds them, shows or hides them in the charts, and has the figures of the best.
export class GroupRow {
  #view;
  #members = [];
  #show;
  #fold;
  #size = el("span", { class: "size" });
  #best = el("span", { class: "best" });
  #state = el("span", { class: "pill" });
  #cells = MEASURED.map((column) => el("td", { class: classes(column), role: "cell", data: { label: column.label } }));
  node;

  constructor(view, group) {
    this.#view = view;
    this.#show = el("button", { type: "button", class: "show", "aria-label": `Show the group ${group} in the charts`, title: "Show or hide all of them in the charts", onclick: () => this.toggleHidden() });
    this.#fold = el("button", { type: "button", class: "fold", title: "Fold or unfold" }, el("span", { class: "group-name", text: group }), this.#size);
    this.node = el(
      "tr",
      { role: "row", data: { group } },
      el("td", { class: "show", role: "cell" }, this.#show),
      el("th", { scope: "row", role: "rowheader" }, this.#fold, this.#best),
      el("td", { class: "state", role: "cell" }, this.#state),
      ...this.#cells,
      el("td", { class: "manage", role: "cell" }),
    );
    this.node.addEventListener("click", (event) => {
      if (!event.target.closest("button.show")) view.fold(group);
    });
  }

  toggleHidden() {
    this.#view.toggleHidden(...this.#members);
  }

  /** @param entry as it is arranged: all members, those that the filter leaves, the best */
  update({ group, all, members, best }) {
    this.#members = all.map((row) => row.series);
    const family = commonFamily(all);
    if (this.#show.dataset.line !== family) {
      this.#show.dataset.line = family;
      this.#show.replaceChildren(stack(family));
    }
    const hidden = all.filter((row) => this.#view.hidden.has(row.series)).length;
    setAttribute(this.node, "class", `group ${familyClass(family)}${hidden === all.length ? " off" : ""}`);
    setAttribute(this.#show, "aria-pressed", hidden === 0 ? "true" : hidden === all.length ? "false" : "mixed");
    setAttribute(this.#fold, "aria-expanded", !this.#view.folded.has(group));
    setText(this.#size, members.length === all.length ? `${all.length}` : `${members.length} of ${all.length}`);
    setText(this.#best, best ? `best: ${within(group, best.series)}` : "");
    const { state, text } = commonState(all);
    setText(this.#state, text);
    setAttribute(this.#state, "data-state", state);
    this.#cells.forEach((cell, i) => setText(cell, best ? MEASURED[i].text(best) : NONE));
  }
}

/** The group's name need not be said again: topk-k16 of topk is k16. */
const within = (group, series) => (series.startsWith(`${group}-`) ? series.slice(group.length + 1) : series);
