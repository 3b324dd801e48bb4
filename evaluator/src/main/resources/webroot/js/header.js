import { byId, el, setAttribute, setText } from "./dom.js";
import { clock, count, duration, NONE } from "./format.js";

// The bar on top: which stream, how far, how fresh.
export class Header {
  #view;
  #streams = "";

  constructor(view) {
    this.#view = view;
    byId("stream").addEventListener("change", (event) => view.set({ stream: event.target.value }));
  }

  render(model) {
    const { overview } = model;
    this.#renderStreams(model);
    if (!overview) return;
    const { progress } = overview;
    const target = progress.target_tokens;
    setText(byId("tokens"), progress.tokens == null ? NONE : count(progress.tokens));
    setText(byId("target"), target == null || target < 0 ? " tokens" : ` of ${count(target)} tokens`);
    setText(byId("progress-note"), note(progress));
    const share = progress.fraction ?? (progress.done ? 1 : 0);
    const bar = byId("progress");
    setAttribute(bar, "aria-valuenow", Math.round(share * 100));
    setAttribute(bar, "aria-valuetext", `${count(progress.tokens)} of ${count(target)} tokens trained`);
    byId("progress-fill").style.transform = `scaleX(${Math.min(1, share)})`;
    document.title = title(progress, share);
    setText(byId("version"), `Sluice ${overview.version}`);
    setText(byId("snapshot"), `event ${count(overview.seq)} · ${clock(overview.time)}`);
  }

  #renderStreams(model) {
    const specs = model.overview?.streams ?? [];
    const wanted = `${specs.map((spec) => spec.id).join()} ${model.stream(this.#view)}`;
    if (wanted === this.#streams) return;
    this.#streams = wanted;
    const select = byId("stream");
    const name = (spec) => `${spec.corpus} · ${spec.hook}`;
    select.replaceChildren(...specs.map((spec) => el("option", { value: spec.id, text: name(spec) })));
    if (specs.length) select.value = model.stream(this.#view);
    select.hidden = specs.length < 2;
    const spec = model.streamSpec(this.#view);
    const only = byId("stream-name");
    only.hidden = specs.length > 1;
    setText(only, spec ? name(spec) : "no stream yet");
    only.title = spec ? `${spec.id}: ${spec.model}, width ${spec.width}` : "";
  }
}

function note(progress) {
  if (progress.done || progress.state === "finished") return "finished";
  if (progress.state === "waiting") return "waiting for the first rows";
  if (progress.waiting_for) return `waiting for the ${progress.waiting_for}`;
  const parts = [];
  if (progress.epochs > 1 && progress.epoch != null) parts.push(`pass ${progress.epoch} of ${progress.epochs}`);
  if (progress.remaining_seconds != null) parts.push(`${duration(progress.remaining_seconds)} left`);
  return parts.join(" · ") || "running";
}

function title(progress, share) {
  if (progress.done || progress.state === "finished") return "Done · Sluice";
  return progress.state === "waiting" ? "Sluice" : `${Math.floor(share * 100)} % · Sluice`;
}
