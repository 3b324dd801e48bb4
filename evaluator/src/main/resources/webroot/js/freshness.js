import { byId, setText } from "./dom.js";
import { clock, duration } from "./format.js";

const WORDS = { connecting: "connecting", live: "live", polling: "polling" };

/** Says once a second how old the figures are; the banner speaks only when the state changes. */
export function watchFreshness(feed, model) {
  const chip = byId("freshness");
  const banner = byId("banner");
  let mode = null;
  const tick = () => {
    if (document.hidden) return;
    const status = feed.status();
    const stale = status.mode === "stale";
    const done = model.overview?.progress.done && status.mode === "live";
    setText(chip, stale ? `Stale ${duration(status.age)}` : done ? "finished" : WORDS[status.mode]);
    chip.title = status.age == null ? "no answer yet" : `last news ${status.age.toFixed(1)} s ago`;
    if (status.mode === mode) return;
    mode = status.mode;
    chip.dataset.mode = mode;
    document.body.dataset.feed = mode;
    banner.hidden = !stale && mode !== "polling";
    setText(banner, stale ? staleText(model) : mode === "polling" ? POLLING : "");
  };
  setInterval(tick, 500);
  document.addEventListener("visibilitychange", tick);
  tick();
}

const POLLING = "The event stream is not reachable; the page asks every two seconds instead.";

const staleText = (model) =>
  model.overview
    ? `No news from the evaluator. The figures are as of ${clock(model.overview.time)}; the page keeps trying to reconnect.`
    : "The evaluator does not answer. The page keeps trying.";
