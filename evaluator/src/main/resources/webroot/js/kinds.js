// The kinds of dictionaries as the trainer describes them: what people call them, what they do, and their keys.
import { address, fetchJson } from "./api.js";

const FAMILIES = { sae: "Sparse autoencoders", baseline: "Baselines" };

let known = { kinds: [], training: [] };
let asked = null;

/** Asks once; a failed question is asked again the next time. */
export function loadKinds() {
  asked ??= fetchJson(address.kinds()).then(
    (answer) => (known = answer),
    (problem) => {
      asked = null;
      throw problem;
    },
  );
  return asked;
}

export const kindOf = (kind) => known.kinds.find((each) => each.kind === kind);

export const kindName = (kind) => kindOf(kind)?.name ?? kind;

/** Those that a person may add, by what their family is called. */
export function kindGroups() {
  const groups = new Map(Object.values(FAMILIES).map((name) => [name, []]));
  for (const each of known.kinds.filter(({ creatable }) => creatable)) groups.get(FAMILIES[each.family] ?? FAMILIES.baseline).push(each);
  return [...groups].filter(([, kinds]) => kinds.length);
}

/** The keys of a kind with their places in a spec; those of training have the kind's own defaults. */
export function keysOf(kind) {
  const { dictionary, training_keys: names, training_defaults: defaults } = kindOf(kind);
  const place = (part) => (key) => ({ ...key, part, path: [part, ...key.key.split(".")] });
  const training = known.training.filter(({ key }) => names.includes(key)).map((key) => ({ ...key, default: defaults[key.key] ?? key.default }));
  return [...dictionary.map(place("dictionary")), ...training.map(place("training"))];
}
