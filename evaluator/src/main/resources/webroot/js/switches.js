import { byId, setAttribute, setText } from "./dom.js";
import { count } from "./format.js";

const SWITCHES = [
  { id: "switch-log", key: "scale", on: "log", off: "linear" },
  { id: "switch-time", key: "x", on: "time", off: "tokens" },
  { id: "switch-heldout", key: "split", on: "heldout", off: "prequential" },
  { id: "switch-metrics", key: "metrics", on: "all", off: "few" },
];

export function bindSwitches(view) {
  for (const { id, key, on, off } of SWITCHES) {
    byId(id).addEventListener("click", () => view.set({ [key]: view[key] === on ? off : on }));
  }
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("dialog")) return;
    if (event.target.matches("input, select")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "Escape") view.set({ selected: new Set(), zoom: null });
    if (event.key === "/") {
      event.preventDefault();
      byId("filter").focus();
    }
  });
}

export function renderSwitches(model, view) {
  for (const { id, key, on } of SWITCHES) setAttribute(byId(id), "aria-pressed", view[key] === on);
  const window = model.curves.window;
  const heldout = view.split === "heldout";
  const how = heldout ? "held-out rows, by checkpoint" : `test-then-train${window ? `, rolling ${count(window)} tokens` : ""}`;
  setText(byId("fvu-note"), how);
  setText(byId("mse-note"), heldout ? "held-out" : "rolling");
  const dead = model.curves.deadWindow;
  setText(byId("dead-note"), heldout ? "silent on the held-out rows" : dead ? `silent for ${count(dead)} tokens` : "silent latents");
}
