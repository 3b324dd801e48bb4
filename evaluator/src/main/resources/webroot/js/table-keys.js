// The table by keyboard: up and down from row to row, left and right fold and unfold, H hides from the charts.
export class TableKeys {
  #body;
  #view;
  #groupRow;

  /** @param groupRow gives the row of a group by its name */
  constructor(body, view, groupRow) {
    this.#body = body;
    this.#view = view;
    this.#groupRow = groupRow;
    body.addEventListener("keydown", (event) => this.#key(event));
  }

  #key(event) {
    const row = event.target.closest("tr");
    if (!row) return;
    const acts = { ArrowDown: () => this.#step(event, row.nextElementSibling), ArrowUp: () => this.#step(event, row.previousElementSibling), ArrowLeft: () => this.#fold(row), ArrowRight: () => this.#unfold(row), h: () => this.#hide(row) };
    acts[event.key]?.();
    if (event.key.startsWith("Arrow")) event.preventDefault();
  }

  #step(event, next) {
    next?.querySelector(event.target.matches(".show") ? "button.show" : "button.name, button.fold").focus();
  }

  /** From a member to its group first. */
  #fold({ dataset }) {
    if (dataset.group) this.#view.fold(dataset.group, true);
    else this.#body.querySelector(`tr[data-group="${dataset.memberOf}"] button.fold`)?.focus();
  }

  #unfold({ dataset }) {
    if (dataset.group) this.#view.fold(dataset.group, false);
  }

  #hide({ dataset }) {
    if (dataset.group) this.#groupRow(dataset.group).toggleHidden();
    else this.#view.toggleHidden(dataset.series);
  }
}
