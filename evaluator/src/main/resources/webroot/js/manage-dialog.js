import { byId, setAttribute, setText } from "./dom.js";
import { count, duration, NONE } from "./format.js";
import { notify } from "./notice.js";
import { act, deleteVariant, getVariant } from "./requests.js";
import { fraction, isOver, stateText, trouble } from "./states.js";

// One variant: how far it is, and what can be done with it. Replay and delete ask once more.
export class ManageDialog {
  #dialog = byId("manage-dialog");
  #id = null;
  #variant = null;

  constructor() {
    byId("rows").addEventListener("click", (event) => {
      const button = event.target.closest("button.manage");
      if (button) this.open(button.dataset.variant);
    });
    byId("manage-close").addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("close", () => (this.#id = null));
    byId("do-pause").addEventListener("click", () => this.#pauseOrResume());
    byId("ask-replay").addEventListener("click", () => this.#ask("replay"));
    byId("ask-delete").addEventListener("click", () => this.#ask("delete"));
    byId("replay-from").addEventListener("input", () => this.#showFrom());
    byId("delete-name").addEventListener("input", () => this.#armDelete());
    for (const keep of this.#dialog.querySelectorAll(".keep")) keep.addEventListener("click", () => this.#ask(null));
    byId("replay-form").addEventListener("submit", (event) => this.#replay(event));
    byId("delete-form").addEventListener("submit", (event) => this.#delete(event));
  }

  async open(id) {
    this.#id = id;
    this.#variant = null;
    this.#ask(null);
    this.#complain("");
    setText(byId("manage-title"), id);
    this.#dialog.showModal();
    await this.#refresh();
  }

  /** Keeps what is shown as fresh as the table is. */
  render(model) {
    const row = this.#id && model.rows.find(({ variant }) => variant === this.#id);
    if (!row) return;
    const share = fraction(row);
    setText(byId("manage-state"), stateText(row));
    setAttribute(byId("manage-state"), "data-state", row.state);
    byId("manage-fill").style.transform = `scaleX(${share ?? 0})`;
    setAttribute(byId("manage-bar"), "aria-valuenow", Math.round(100 * (share ?? 0)));
    setText(byId("manage-tokens"), `${count(row.tokens)} of ${count(row.target_tokens)}`);
    setText(byId("manage-rate"), row.tokens_per_second ? `${count(row.tokens_per_second)} tok/s` : NONE);
    const left = row.target_tokens != null && row.tokens_per_second > 0 ? (row.target_tokens - row.tokens) / row.tokens_per_second : null;
    setText(byId("manage-left"), isOver(row) ? NONE : duration(left));
    const reason = row.reason ?? trouble(row);
    setText(byId("manage-reason"), reason);
    byId("manage-reason").hidden = !reason;
    byId("do-pause").disabled = !this.#variant || (isOver(row) && !this.#variant.paused);
  }

  async #refresh() {
    await this.#try(async () => {
      this.#variant = await getVariant(this.#id);
      const { generation, from, paused, spec } = this.#variant;
      setText(byId("manage-generation"), `${generation}, from ${from}`);
      setText(byId("do-pause"), paused ? "Resume" : "Pause");
      byId("do-pause").disabled = isOver(this.#variant) && !paused;
      setText(byId("manage-spec"), lines(spec).join("\n"));
    });
  }

  #pauseOrResume() {
    const action = this.#variant.paused ? "resume" : "pause";
    return this.#try(async () => {
      await act(this.#id, action, this.#variant.etag);
      await this.#refresh();
    });
  }

  /** Shows one question, or the buttons that lead to them. */
  #ask(what) {
    byId("manage-actions").hidden = what !== null;
    byId("replay-form").hidden = what !== "replay";
    byId("delete-form").hidden = what !== "delete";
    if (what === "replay") {
      setText(byId("replay-text"), `Generation ${this.#variant ? this.#variant.generation + 1 : ""} learns the log again from nothing. What this one has learnt is replaced.`);
      this.#showFrom();
      byId("replay-from").focus();
    }
    if (what === "delete") {
      setText(byId("delete-id"), this.#id);
      byId("delete-name").value = "";
      this.#armDelete();
      byId("delete-name").focus();
    }
  }

  #showFrom() {
    const where = byId("replay-from").value;
    byId("replay-value").hidden = !["row", "timestamp"].includes(where);
    byId("replay-value").placeholder = where === "row" ? "row number" : "2026-11-25T09:00:00Z";
  }

  #armDelete() {
    byId("do-delete").disabled = byId("delete-name").value !== this.#id;
  }

  #replay(event) {
    event.preventDefault();
    const where = byId("replay-from").value;
    const from = ["row", "timestamp"].includes(where) ? `${where} ${byId("replay-value").value.trim()}` : where;
    return this.#try(async () => {
      const { id, generation } = await act(this.#id, "replay", this.#variant.etag, from ? { from } : null);
      this.#dialog.close();
      notify(`${id} begins generation ${generation}.`);
    });
  }

  #delete(event) {
    event.preventDefault();
    if (byId("delete-name").value !== this.#id) return null;
    return this.#try(async () => {
      const id = this.#id;
      await deleteVariant(id, this.#variant.etag);
      this.#dialog.close();
      notify(`${id} is deleted.`);
    });
  }

  async #try(action) {
    this.#complain("");
    try {
      await action();
    } catch (problem) {
      this.#complain(problem.message);
    }
  }

  #complain(text) {
    const node = byId("manage-problem");
    node.hidden = !text;
    setText(node, text);
  }
}

const lines = (node, path = "") =>
  Object.entries(node).flatMap(([key, value]) =>
    value && typeof value === "object" && !Array.isArray(value) ? lines(value, `${path}${key}.`) : [`${path}${key}: ${Array.isArray(value) ? `[${value.join(", ")}]` : value}`],
  );
