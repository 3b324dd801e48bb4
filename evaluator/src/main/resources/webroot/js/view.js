// What the person chose, as opposed to what the run says. It lives in the address, so a link shows the same picture.
const DEFAULTS = { scale: "log", x: "tokens", split: "prequential", metrics: "few", sort: "heldout" };

export class View {
  #listeners = [];
  stream = null;
  scale = DEFAULTS.scale;
  x = DEFAULTS.x;
  split = DEFAULTS.split;
  metrics = DEFAULTS.metrics;
  sort = DEFAULTS.sort;
  descending = false;
  filter = "";
  selected = new Set();
  hidden = new Set();
  folded = new Set();
  theme = null;
  zoom = null;

  constructor() {
    this.#read();
    addEventListener("hashchange", () => {
      if (location.hash.slice(1) === this.#hash()) return;
      this.#read();
      this.#notify();
    });
  }

  onChange(listener) {
    this.#listeners.push(listener);
  }

  set(changes) {
    if ("x" in changes || "split" in changes || "stream" in changes) this.zoom = null;
    Object.assign(this, changes);
    history.replaceState(null, "", `#${this.#hash()}`);
    this.#notify();
  }

  /** Selects a series alone, or adds it to the others; choosing the only selected one again clears. */
  select(series, add) {
    const was = this.selected.has(series);
    const next = add ? new Set(this.selected) : new Set();
    if (was && (add || this.selected.size === 1)) next.delete(series);
    else next.add(series);
    this.set({ selected: next });
  }

  /** Hides series from the charts; shows them again if all of them are hidden. */
  toggleHidden(...series) {
    const next = new Set(this.hidden);
    const hide = series.some((each) => !next.has(each));
    for (const each of series) hide ? next.add(each) : next.delete(each);
    this.set({ hidden: next });
  }

  fold(group, folded = !this.folded.has(group)) {
    const next = new Set(this.folded);
    if (folded) next.add(group);
    else next.delete(group);
    this.set({ folded: next });
  }

  sortBy(column, descendingFirst) {
    const again = this.sort === column;
    this.set({ sort: column, descending: again ? !this.descending : descendingFirst });
  }

  #read() {
    const hash = new URLSearchParams(location.hash.slice(1));
    const oneOf = (name, values) => (values.includes(hash.get(name)) ? hash.get(name) : DEFAULTS[name]);
    const set = (name) => new Set((hash.get(name) ?? "").split(",").filter(Boolean));
    this.stream = hash.get("stream");
    this.scale = oneOf("scale", ["log", "linear"]);
    this.x = oneOf("x", ["tokens", "time"]);
    this.split = oneOf("split", ["prequential", "heldout"]);
    this.metrics = oneOf("metrics", ["few", "all"]);
    this.filter = hash.get("q") ?? "";
    this.selected = set("sel");
    this.hidden = set("hide");
    this.folded = set("fold");
    const sort = hash.get("sort") ?? DEFAULTS.sort;
    this.descending = sort.startsWith("-");
    this.sort = sort.replace(/^-/, "");
    this.theme = ["dark", "light"].includes(hash.get("theme")) ? hash.get("theme") : null;
    this.zoom = null;
  }

  #hash() {
    const hash = new URLSearchParams();
    const keep = (name, value) => value && value !== DEFAULTS[name] && hash.set(name, value);
    keep("stream", this.stream);
    keep("scale", this.scale);
    keep("x", this.x);
    keep("split", this.split);
    keep("metrics", this.metrics);
    keep("sort", (this.descending ? "-" : "") + this.sort);
    keep("q", this.filter);
    keep("sel", [...this.selected].join(","));
    keep("hide", [...this.hidden].join(","));
    keep("fold", [...this.folded].join(","));
    keep("theme", this.theme);
    return hash.toString().replaceAll("%2C", ",");
  }

  #notify() {
    for (const listener of this.#listeners) listener();
  }
}
