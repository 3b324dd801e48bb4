import { byId, setAttribute, setText } from "./dom.js";
import { renderEstimate } from "./estimate.js";
import { loadKinds } from "./kinds.js";
import { notify } from "./notice.js";
import { assess, putVariant } from "./requests.js";
import { clearFields, drawKinds, showDefaults, showKind, showStart, showViolations, spec, suggestName } from "./variant-form.js";

const PAUSE = 250;
const JSON_TYPE = "application/json";
const YAML_TYPE = "application/yaml";

// The dialog that adds a variant: fields or YAML, its cost while one types, errors beside the fields.
export class AddDialog {
  #view;
  #dialog = byId("add-dialog");
  #name = byId("field-id");
  #yaml = byId("yaml");
  #stream = null;
  #taken = new Set();
  #named = false;
  #timer = null;
  #asking = null;

  constructor(view) {
    this.#view = view;
    byId("add").addEventListener("click", () => this.open());
    byId("add-close").addEventListener("click", () => this.#dialog.close());
    byId("add-cancel").addEventListener("click", () => this.#dialog.close());
    byId("mode-form").addEventListener("click", () => this.#mode(false));
    byId("mode-yaml").addEventListener("click", () => this.#mode(true));
    this.#name.addEventListener("blur", () => this.#dialog.open && !this.#named && this.#assess());
    const form = byId("add-form");
    form.addEventListener("input", (event) => this.#typed(event.target));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "a" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("dialog, input, select, textarea")) return;
      event.preventDefault();
      this.open();
    });
  }

  render(model) {
    this.#stream = model.stream(this.#view);
    this.#taken = new Set(model.names);
    byId("add").disabled = !this.#stream;
  }

  async open() {
    if (!this.#stream || this.#dialog.open) return;
    try {
      await loadKinds();
    } catch (problem) {
      return notify(`The kinds of dictionaries cannot be had: ${problem.message}`);
    }
    if (this.#dialog.open) return null;
    drawKinds();
    clearFields();
    byId("add-form").reset();
    this.#named = false;
    this.#mode(false);
    showKind();
    showStart();
    this.#dialog.showModal();
    return this.#assess();
  }

  get #isYaml() {
    return !byId("add-yaml").hidden;
  }

  /** Never while the person is at the name: an emptied field is about to be typed into. */
  get #suggests() {
    return !this.#named && document.activeElement !== this.#name;
  }

  #mode(yaml) {
    if (yaml && !this.#yaml.value.trim()) this.#yaml.value = this.#sketch();
    byId("add-yaml").hidden = !yaml;
    byId("add-fields").hidden = yaml;
    setAttribute(byId("mode-form"), "aria-pressed", !yaml);
    setAttribute(byId("mode-yaml"), "aria-pressed", yaml);
    if (this.#dialog.open) this.#assess();
  }

  /** The form as YAML, to go on from. */
  #sketch() {
    const { stream, from, dictionary, training, id } = spec(this.#stream);
    const written = (value) => (Array.isArray(value) ? `[${value.join(", ")}]` : typeof value === "object" ? flow(value) : value);
    const flow = (values) => `{${Object.entries(values).map(([key, value]) => `${key}: ${written(value)}`).join(", ")}}`;
    return [`id: ${id ?? ""}`, `stream: ${stream}`, `from: ${from}`, `dictionary: ${flow(dictionary)}`, `training: ${flow(training)}`].join("\n");
  }

  #typed(field) {
    if (field === this.#name) this.#named = this.#name.value.trim() !== "";
    if (field.name === "kind") showKind();
    if (field.id === "field-from") showStart();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#assess(), PAUSE);
  }

  #body() {
    if (this.#isYaml) return [this.#yaml.value, YAML_TYPE];
    if (this.#suggests) this.#name.value = suggestName(this.#taken);
    return [JSON.stringify(spec(this.#stream)), JSON_TYPE];
  }

  /** Asks what it would cost and what is wrong with it; the newest question counts. */
  async #assess() {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    try {
      let assessment = await assess(...this.#body(), asking.signal);
      if (!this.#isYaml && assessment.spec) showDefaults(assessment.spec);
      if (!this.#isYaml && this.#suggests && this.#name.value !== suggestName(this.#taken)) {
        assessment = await assess(...this.#body(), asking.signal); // the defaults complete the name
      }
      return this.#show(assessment);
    } catch (problem) {
      if (problem.name === "AbortError") return null;
      this.#show({ acceptable: false, violations: [], estimate: null });
      this.#complain([problem.message]);
      return null;
    }
  }

  #show(assessment) {
    const id = assessment.spec?.id ?? this.#name.value.trim();
    const violations = [...assessment.violations];
    if (id && this.#taken.has(id)) violations.push({ field: "id", rule: `must be new; there is a variant ${id} already`, message: `id must be new; there is a variant ${id} already` });
    renderEstimate(assessment.estimate);
    const elsewhere = this.#isYaml ? violations : showViolations(violations);
    this.#complain(elsewhere.map(({ message }) => message));
    byId("add-submit").disabled = violations.length > 0 || !assessment.acceptable;
    return violations.length === 0 ? id : null;
  }

  #complain(messages) {
    const node = byId("add-problems");
    node.hidden = messages.length === 0;
    setText(node, messages.join("\n"));
  }

  async #submit() {
    const id = await this.#assess();
    if (!id) return;
    const button = byId("add-submit");
    button.disabled = true;
    try {
      await putVariant(id, ...this.#body());
      this.#dialog.close();
      this.#yaml.value = "";
      notify(`${id} is added. It replays the log and catches up with the others.`);
    } catch (problem) {
      const left = this.#isYaml ? problem.violations : showViolations(problem.violations ?? []);
      this.#complain(problem.violations?.length ? left.map(({ message }) => message) : [problem.message]);
    } finally {
      button.disabled = false;
    }
  }
}
