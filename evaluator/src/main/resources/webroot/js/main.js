// Wires the parts: the feed fills the model, the view holds the person's choices, the painter draws both.
import { AddDialog } from "./add-dialog.js";
import { address } from "./api.js";
import { Charts } from "./charts.js";
import { byId } from "./dom.js";
import { Feed } from "./feed.js";
import { watchFreshness } from "./freshness.js";
import { Header } from "./header.js";
import { loadKinds } from "./kinds.js";
import { renderLinks } from "./links.js";
import { ManageDialog } from "./manage-dialog.js";
import { Model } from "./model.js";
import { Painter } from "./painter.js";
import { Pareto } from "./pareto.js";
import { Pipeline } from "./pipeline.js";
import { bindSwitches, renderSwitches } from "./switches.js";
import { VariantTable } from "./table.js";
import { bindTheme } from "./theme.js";
import { View } from "./view.js";
import { renderWaiting } from "./waiting.js";

const view = new View();
const model = new Model();
const panels = [new Header(view), new Pipeline(), new Charts(view), new Pareto(view), new VariantTable(view), new AddDialog(view), new ManageDialog()];
const charts = panels.find((panel) => panel instanceof Charts);

const painter = new Painter(() => {
  renderSwitches(model, view);
  for (const panel of panels) panel.render(model);
  renderWaiting(model, view);
  renderLinks(model, view);
});

const feed = new Feed(
  () => address.events(model.chosen(view)),
  {
    overview: (message) => {
      const before = model.stream(view);
      model.setOverview(message);
      if (model.stream(view) !== before) feed.reload();
      painter.soon();
    },
    variants: (message) => {
      if (model.setVariants(message, view)) feed.reload();
      painter.soon();
    },
    points: (message) => {
      if (model.curves.add(model.stream(view), message)) feed.reload();
      painter.soon();
    },
    pareto: (message) => {
      model.setPareto(message);
      painter.soon();
    },
  },
  async () => {
    await model.load(view);
    painter.soon();
  },
);

let stream = view.stream;
view.onChange(() => {
  if (view.stream !== stream) {
    stream = view.stream;
    model.curves.clear();
    model.history = [];
    feed.restart();
  }
  painter.now();
});

bindTheme(byId("theme"), view, () => charts.repaint());
bindSwitches(view);
watchFreshness(feed, model);
painter.now();
loadKinds().then(() => painter.soon(), () => {}); // without them kinds are called what specs call them
feed.start();
