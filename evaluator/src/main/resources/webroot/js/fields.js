// The fields of the form: one for each key that the chosen kind has. What was typed stays when another kind is chosen.
import { byId, el, setAttribute, setText } from "./dom.js";
import { keysOf } from "./kinds.js";

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const written = new Map();
let shown = [];

/** Draws those of a kind: what most people set in sight, the others folded. */
export function drawFields(kind) {
  shown = keysOf(kind).map((key) => ({ ...key, name: key.path.slice(1).join("-") }));
  byId("kind-fields").replaceChildren(...shown.filter(({ form }) => form).map(field));
  byId("more-fields").replaceChildren(...shown.filter(({ form }) => !form).map(field));
}

/** Forgets what was typed. */
export const clearFields = () => written.clear();

export const inForm = () => shown.filter(({ form }) => form);

/** What was typed, as a spec has it, part by part; the server judges it. */
export function typedParts() {
  const parts = { dictionary: {}, training: {} };
  for (const key of shown) {
    const value = textOf(key);
    if (!value) continue;
    const names = key.path.slice(0, -1);
    const home = names.reduce((node, name) => (node[name] ??= {}), parts);
    home[key.path.at(-1)] = typed(key, value);
  }
  return parts;
}

/** What is typed, else the default. */
export const valueOf = (key) => textOf(key) || byId(`field-${key.name}`).dataset.default;

const textOf = ({ path }) => (written.get(path.join(".")) ?? "").trim();

function typed({ type }, value) {
  const parts = value.split(/[\s,]+/).filter(Boolean);
  if (type === "integers") return parts.map(number);
  if (type === "texts") return parts;
  if (type === "boolean") return value === "true" ? true : value === "false" ? false : value;
  return type === "text" ? value : number(value);
}

const number = (value) => (NUMBER.test(value) ? Number(value) : value);

function field(key) {
  const { name, text, unit, path } = key;
  const id = `field-${name}`;
  const input = (key.words && key.type !== "texts") || key.type === "boolean" ? choice(key) : line(key);
  input.id = id;
  setAttribute(input, "aria-describedby", `error-${name}`);
  input.title = text ?? "";
  input.value = written.get(path.join(".")) ?? "";
  input.addEventListener("input", () => written.set(path.join("."), input.value));
  showDefault(input, key.default);
  const label = el("label", { for: id }, title(key), unit && unit !== key.key ? el("small", { text: ` ${unit}` }) : null);
  return el("div", { class: "field" }, label, input, el("p", { id: `error-${name}`, class: "error", hidden: true }));
}

const line = ({ type }) => el("input", { type: "text", inputmode: type === "integer" ? "numeric" : type === "number" ? "decimal" : null, spellcheck: "false" });

function choice({ words, type }) {
  const values = type === "boolean" ? ["true", "false"] : words;
  return el("select", {}, el("option", { value: "", text: "" }), ...values.map((word) => el("option", { value: word, text: word })));
}

/** learning-rate is read as Learning rate; k stays k. */
function title({ key }) {
  const words = key.replaceAll("-", " ").replaceAll(".", " ").replace(/\b(l0|l1)\b/g, (word) => word.toUpperCase());
  return words.length > 1 ? words[0].toUpperCase() + words.slice(1) : words;
}

function showDefault(input, value) {
  const text = value == null ? "" : Array.isArray(value) ? value.join(", ") : String(value);
  input.dataset.default = text;
  if (input.tagName === "SELECT") setText(input.options[0], text ? `${text} (default)` : "");
  else input.placeholder = text;
}

/** The defaults that the server filled in, where nothing is typed. */
export function showDefaults(completed) {
  for (const { name, path } of shown) {
    const value = path.reduce((node, key) => node?.[key], completed);
    if (value != null) showDefault(byId(`field-${name}`), value);
  }
}

/** Violations beside their fields; gives back those that have none here. */
export function showViolations(violations) {
  const places = [...shown.map(({ name, path }) => [name, path.join(".")]), ["id", "id"], ["from", "from"]];
  const left = new Set(violations);
  for (const [name, path] of new Map(places)) {
    const found = violations.filter(({ field }) => field === path || field.startsWith(`${path}[`));
    found.forEach((violation) => left.delete(violation));
    say(name, found.map(({ rule }) => rule).join("; "));
  }
  return [...left];
}

function say(name, text) {
  const node = byId(`error-${name}`);
  node.hidden = !text;
  setText(node, text);
  setAttribute(byId(`field-${name}`), "aria-invalid", text ? "true" : null);
  if (text && node.closest("details")) node.closest("details").open = true;
}
