// Markers and, where there is room, names at the ends of the lines: no looking up of colours in a legend.
const LINE = 13;

const RADIUS = 3.6;

/** Draws into the chart's own canvas; the names push each other apart, never overlap. */
export function drawEnds(u, entries, style) {
  const { ctx } = u;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = `${11 * ratio}px ${style.font}`;
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  ctx.lineJoin = "round";
  const ends = entries.map((entry) => place(u, entry)).filter(Boolean);
  for (const end of ends) mark(ctx, end, ratio, style.ground);
  for (const label of style.named ? spread(ends, u.bbox, ratio) : []) {
    const x = label.x + 10 * ratio;
    ctx.globalAlpha = label.alpha;
    if (Math.abs(label.at - label.y) > 5 * ratio) leader(ctx, label, x, ratio, style.line);
    ctx.strokeStyle = style.ground;
    ctx.lineWidth = 3 * ratio;
    ctx.strokeText(label.text, x, label.at);
    ctx.fillStyle = label.colour;
    ctx.fillText(label.text, x, label.at);
  }
  ctx.restore();
}

function place(u, { index, ...entry }) {
  const values = u.data[index];
  let last = values.length - 1;
  while (last >= 0 && values[last] == null) last--;
  if (last < 0) return null;
  const [min, max] = [u.scales.x.min, u.scales.x.max];
  if (u.data[0][last] < min || u.data[0][last] > max) return null;
  const x = u.valToPos(u.data[0][last], "x", true);
  const y = u.valToPos(values[last], "y", true);
  return y < u.bbox.top - 2 || y > u.bbox.top + u.bbox.height + 2 ? null : { ...entry, x, y, at: y };
}

/** Labels whose lines end near each other stand one line apart, around where they belong. */
function spread(labels, box, ratio) {
  const gap = LINE * ratio;
  const ordered = labels.sort((a, b) => a.y - b.y);
  const clash = (a, b) => Math.abs(a.x - b.x) < 120 * ratio && Math.abs(a.at - b.at) < gap - 0.5;
  for (let round = 0; round < 60; round++) {
    let moved = false;
    for (let i = 1; i < ordered.length; i++) {
      for (let j = 0; j < i; j++) {
        const [above, below] = [ordered[j], ordered[i]];
        if (!clash(above, below)) continue;
        const push = (gap - (below.at - above.at)) / 2;
        above.at -= push;
        below.at += push;
        moved = true;
      }
    }
    for (const label of ordered) label.at = Math.min(Math.max(label.at, box.top + gap / 2), box.top + box.height - gap / 2);
    if (!moved) break;
  }
  return ordered;
}

function mark(ctx, { x, y, shape, colour, alpha }, ratio, ground) {
  const outline = new Path2D(shape);
  ctx.save();
  ctx.globalAlpha = alpha;
  ctx.translate(x, y);
  ctx.scale(RADIUS * ratio, RADIUS * ratio);
  ctx.lineWidth = 2 / RADIUS;
  ctx.strokeStyle = ground;
  ctx.stroke(outline);
  ctx.fillStyle = colour;
  ctx.fill(outline);
  ctx.restore();
}

function leader(ctx, label, x, ratio, colour) {
  ctx.beginPath();
  ctx.moveTo(label.x + 4 * ratio, label.y);
  ctx.lineTo(x - 2 * ratio, label.at);
  ctx.strokeStyle = colour;
  ctx.lineWidth = ratio;
  ctx.stroke();
}
