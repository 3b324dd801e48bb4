import { byId, el, setText, svg } from "./dom.js";
import { drawFields, inForm, typedParts, valueOf } from "./fields.js";
import { kindGroups, kindOf } from "./kinds.js";
import { familyClass, shape } from "./palette.js";

export { clearFields, showDefaults, showViolations } from "./fields.js";

const FIRST = "topk";
const IN_NAME = [/^latents$/, /^k$/, /coefficient$/];

const kind = () => document.querySelector("input[name=kind]:checked").value;

/** The kinds to choose from, group by group. */
export function drawKinds() {
  const groups = kindGroups().map(([legend, kinds]) => el("fieldset", {}, el("legend", { text: legend }), ...kinds.map(choice)));
  byId("kinds").replaceChildren(...groups);
}

function choice({ kind, name }) {
  const mark = svg("svg", { class: "key-mark", viewBox: "-7 -7 14 14", "aria-hidden": "true" }, svg("path", { d: shape(kind), transform: "scale(5)" }));
  const radio = el("input", { type: "radio", name: "kind", value: kind, checked: kind === FIRST });
  return el("label", { class: `kind ${familyClass(kind)}` }, radio, el("span", {}, mark, el("b", { text: name })));
}

export function showKind() {
  drawFields(kind());
  const { name, text } = kindOf(kind());
  setText(byId("kind-note"), `${name}: ${text}`);
}

export function spec(stream) {
  const id = byId("field-id").value.trim();
  const { dictionary, training } = typedParts();
  return { stream, from: start(), ...(id && { id }), dictionary: { kind: kind(), ...dictionary }, training };
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
  const sizes = inForm().filter(({ part, key }) => part === "dictionary" && IN_NAME.some((rule) => rule.test(key)));
  const words = [kind() === "standard" ? "l1" : kind(), ...sizes.filter(valueOf).map((key) => letter(key) + valueOf(key))];
  const name = words.join("-").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 56);
  let free = name;
  for (let i = 2; taken.has(free); i++) free = `${name}-${i}`;
  return free;
}

const letter = ({ key }) => (key === "latents" ? "" : key === "k" ? "k" : "c");
