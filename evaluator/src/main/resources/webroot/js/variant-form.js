import { byId, setAttribute, setText } from "./dom.js";

// The fields of the form: which a kind has, and where each stands in a spec.
const FIELDS = {
  id: { path: ["id"], text: true },
  latents: { path: ["dictionary", "latents"], kinds: ["topk", "standard", "kmeans"] },
  k: { path: ["dictionary", "k"], kinds: ["topk"] },
  coefficient: { path: ["dictionary", "l1-coefficient"], kinds: ["standard"] },
  fixed: { path: ["dictionary", "fixed"], kinds: ["pca"], list: true },
  "per-token": { path: ["dictionary", "per-token"], kinds: ["pca"], list: true },
  rate: { path: ["training", "learning-rate"], kinds: ["topk", "standard"] },
  epochs: { path: ["training", "epochs"] },
};
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

const input = (name) => byId(`field-${name}`);
const applies = ({ kinds }, kind) => !kinds || kinds.includes(kind);
const filled = (name) => input(name).value.trim();

/** What was typed, as a number where it is one; the server judges the rest. */
function typed({ text, list }, value) {
  if (text) return value;
  if (list) return value.split(/[\s,]+/).filter(Boolean).map((part) => typed({}, part));
  return NUMBER.test(value) ? Number(value) : value;
}

export const kind = () => document.querySelector("input[name=kind]:checked").value;

export function showKind() {
  for (const [name, field] of Object.entries(FIELDS)) input(name).closest(".field").hidden = !applies(field, kind());
}

export function spec(stream) {
  const made = { stream, from: start(), dictionary: { kind: kind() }, training: {} };
  for (const [name, field] of Object.entries(FIELDS)) {
    if (!applies(field, kind()) || !filled(name)) continue;
    const [first, second] = field.path;
    if (second) made[first][second] = typed(field, filled(name));
    else made[first] = typed(field, filled(name));
  }
  return made;
}

/** earliest, latest, row N or timestamp T. */
function start() {
  const where = byId("field-from").value;
  return ["row", "timestamp"].includes(where) ? `${where} ${byId("field-from-value").value.trim()}` : where;
}

export function showStart() {
  const where = byId("field-from").value;
  const value = byId("field-from-value");
  value.hidden = !["row", "timestamp"].includes(where);
  value.placeholder = where === "row" ? "row number" : "2026-11-25T09:00:00Z";
}

/** A name that says what it is, until the person gives another: topk-1024-k16. */
export function suggestName(defaults, taken) {
  const value = (name) => filled(name) || input(name).placeholder;
  const size = { topk: () => `${value("latents")}-k${value("k")}`, standard: () => `${value("latents")}-c${value("coefficient")}`, kmeans: () => value("latents"), pca: () => "" }[kind()]();
  const name = `${kind() === "standard" ? "l1" : kind()}-${size}`.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 56);
  let free = name;
  for (let i = 2; taken.has(free); i++) free = `${name}-${i}`;
  return free;
}

/** The defaults that the server filled in, where nothing is typed. */
export function showDefaults(completed) {
  for (const [name, { path, text }] of Object.entries(FIELDS)) {
    const value = path.reduce((node, key) => node?.[key], completed);
    if (!text && value != null) input(name).placeholder = Array.isArray(value) ? value.join(", ") : String(value);
  }
}

/** Violations beside their fields; gives back those that have none here. */
export function showViolations(violations) {
  const places = Object.entries(FIELDS).map(([name, { path }]) => [name, path.join(".")]);
  const left = new Set(violations);
  for (const [name, path] of [...places, ["from", "from"]]) {
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
  setAttribute(input(name), "aria-invalid", text ? "true" : null);
}
