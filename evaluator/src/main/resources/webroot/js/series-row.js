import { classes, MEASURED, measuredColumns } from "./columns.js";
import { el, setAttribute, setText } from "./dom.js";
import { count } from "./format.js";
import { dash, familyClass } from "./palette.js";
import { fraction, hasFailed, lack, place, stateText, trouble } from "./states.js";
import { swatch } from "./swatch.js";

// One series in the table: show or hide, name, state, figures, manage.
export class SeriesRow {
  #view;
  #show;
  #name;
  #tag = el("span", { class: "tag", text: "best", title: "The least squared error of its group on batches that were not learnt yet", hidden: true });
  #state = el("span", { class: "pill" });
  #farFill = el("i");
  #farText = el("span");
  #far = el("span", { class: "far" }, el("span", { class: "meter" }, this.#farFill), this.#farText);
  #trouble = el("div", { class: "trouble", hidden: true });
  #cells = MEASURED.map((column) => el("td", { class: classes(column), role: "cell", data: { label: column.label } }));
  #why = el("td", { class: "why", role: "cell" });
  node;

  constructor(view, { series, variant }) {
    this.#view = view;
    this.#show = el("button", { type: "button", class: "show", "aria-label": `Show ${series} in the charts`, title: "Show or hide in the charts", onclick: () => view.toggleHidden(series) });
    this.#name = el("button", { type: "button", class: "name", text: series, title: `Select ${series}` });
    const manage = el("button", { type: "button", class: "manage", text: "⋯", "aria-label": `Manage ${variant}`, "aria-haspopup": "dialog", title: "Pause, resume, replay, delete", data: { variant } });
    this.node = el(
      "tr",
      { role: "row", data: { series } },
      el("td", { class: "show", role: "cell" }, this.#show),
      el("th", { scope: "row", role: "rowheader" }, this.#name, this.#tag),
      el("td", { class: "state", role: "cell" }, this.#state, this.#far, this.#trouble),
      ...this.#cells,
      this.#why,
      el("td", { class: "manage", role: "cell" }, manage),
    );
    this.node.addEventListener("click", (event) => {
      if (event.target.closest("button.show, button.manage")) return;
      view.select(series, event.ctrlKey || event.metaKey || event.shiftKey);
    });
  }

  /** @param entry the group that it stands in; null if it stands alone */
  update(row, entry) {
    const hidden = this.#view.hidden.has(row.series);
    const chosen = this.#view.selected.has(row.series);
    const line = `${row.family} ${dash(row.series)}`;
    if (this.#show.dataset.line !== line) {
      this.#show.dataset.line = line;
      this.#show.replaceChildren(swatch(row.series, row.family));
    }
    setAttribute(this.node, "class", `${familyClass(row.family)}${entry ? " member" : ""}${hidden ? " off" : ""}${chosen ? " chosen" : ""}`);
    setAttribute(this.node, "data-member-of", entry?.group);
    setAttribute(this.#show, "aria-pressed", !hidden);
    setAttribute(this.#name, "aria-pressed", chosen);
    this.#tag.hidden = entry?.best?.series !== row.series;
    setText(this.#state, stateText(row));
    setAttribute(this.#state, "data-state", row.state);
    setAttribute(this.node, "title", lack(row) || null);
    setText(this.#trouble, trouble(row));
    this.#trouble.hidden = !trouble(row);
    this.#place(row);
    this.#measure(row);
  }

  /** Under the state of one that does not go with the others: how far it is. */
  #place(row) {
    const text = place(row);
    this.#far.hidden = !text;
    setText(this.#farText, text);
    this.#farFill.style.transform = `scaleX(${fraction(row) ?? 0})`;
    setAttribute(this.#far, "title", text && `${count(row.tokens)} of ${count(row.target_tokens)} tokens at ${count(row.tokens_per_second)} tok/s`);
  }

  /** A failed variant without figures shows its reason over the whole width; with figures, below its name. */
  #measure(row) {
    const failed = hasFailed(row);
    this.#why.hidden = !failed;
    setAttribute(this.#why, "colspan", measuredColumns(this.#view));
    setText(this.#why, failed ? (row.reason ?? "no reason given") : "");
    this.#cells.forEach((cell, i) => {
      cell.hidden = failed;
      setText(cell, MEASURED[i].text(row));
    });
  }
}
