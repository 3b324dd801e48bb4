import { byId, el, setAttribute, setText, svg } from "./dom.js";
import { GROUPS, KINDS } from "./kinds.js";
import { familyClass, shape } from "./palette.js";

// The fields of the form and where each stands in a spec; those of a dictionary are shown to the kinds that name them.
const FIELDS = {
  id: { path: ["id"], text: true },
  latents: { path: ["dictionary", "latents"] },
  k: { path: ["dictionary", "k"] },
  l1: { path: ["dictionary", "l1-coefficient"] },
  l0: { path: ["dictionary", "l0-coefficient"] },
  coefficient: { path: ["dictionary", "coefficient"] },
  fixed: { path: ["dictionary", "fixed"], list: true },
  "per-token": { path: ["dictionary", "per-token"], list: true },
  rate: { path: ["training", "learning-rate"] },
  epochs: { path: ["training", "epochs"] },
};
const ALWAYS = ["id", "epochs"];
const IN_NAME = { latents: "", k: "k", l1: "c", l0: "c", coefficient: "c" };
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

const input = (name) => byId(`field-${name}`);
const applies = (name, kind) => ALWAYS.includes(name) || KINDS[kind].fields.includes(name);
const filled = (name) => input(name).value.trim();

/** What was typed, as a number where it is one; the server judges the rest. */
function typed({ text, list }, value) {
  if (text) return value;
  if (list) return value.split(/[\s,]+/).filter(Boolean).map((part) => typed({}, part));
  return NUMBER.test(value) ? Number(value) : value;
}

const kind = () => document.querySelector("input[name=kind]:checked").value;

/** The kinds to choose from, group by group. */
export function drawKinds() {
  const groups = Object.entries(GROUPS).map(([legend, kinds]) => el("fieldset", {}, el("legend", { text: legend }), ...Object.keys(kinds).map(choice)));
  byId("kinds").replaceChildren(...groups);
}

function choice(kind) {
  const mark = svg("svg", { class: "key-mark", viewBox: "-7 -7 14 14", "aria-hidden": "true" }, svg("path", { d: shape(kind), transform: "scale(5)" }));
  const radio = el("input", { type: "radio", name: "kind", value: kind, checked: kind === "topk" });
  return el("label", { class: `kind ${familyClass(kind)}` }, radio, el("span", {}, mark, el("b", { text: KINDS[kind].name })));
}

export function showKind() {
  for (const name of Object.keys(FIELDS)) input(name).closest(".field").hidden = !applies(name, kind());
  setText(byId("kind-note"), `${KINDS[kind()].name}: ${KINDS[kind()].note}`);
}

export function spec(stream) {
  const made = { stream, from: start(), dictionary: { kind: kind() }, training: {} };
  for (const [name, field] of Object.entries(FIELDS)) {
    if (!applies(name, kind()) || !filled(name)) continue;
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
export function suggestName(taken) {
  const value = (name) => filled(name) || input(name).placeholder;
  const sizes = Object.entries(IN_NAME).filter(([field]) => applies(field, kind()) && value(field));
  const words = [kind() === "standard" ? "l1" : kind(), ...sizes.map(([field, letter]) => letter + value(field))];
  const name = words.join("-").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 56);
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
