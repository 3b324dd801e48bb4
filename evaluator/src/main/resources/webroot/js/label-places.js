// Puts names beside points so that no name covers another name or a point; one that finds no room stays away.
const WIDTH = 6.3;
const HEIGHT = 13;
const AWAY = 10;

/** @param anchors [{text, x, y, must}] in order of importance; @param obstacles [[x, y]]; @param frame room */
export function placeLabels(anchors, obstacles, frame) {
  const boxes = [...anchors.map((a) => around(a.x, a.y, 7)), ...obstacles.map(([x, y]) => around(x, y, 3))];
  const placed = [];
  for (const anchor of anchors) {
    const width = anchor.text.length * WIDTH;
    const own = around(anchor.x, anchor.y, 7);
    const free = places(anchor, width).find(
      (box) => box.left >= frame.left && box.right <= frame.right && box.top >= 0 && box.bottom <= frame.bottom && !boxes.some((other) => !same(other, own) && overlap(box, other)),
    );
    const box = free ?? (anchor.must ? places(anchor, width)[anchor.x + width > frame.right ? 1 : 0] : null);
    if (!box) continue;
    boxes.push(box);
    placed.push({ ...anchor, left: box.left, baseline: box.bottom - 3 });
  }
  return placed;
}

/** Right, left, then the four corners, above and below. */
function places({ x, y }, width) {
  const at = (left, middle) => ({ left, right: left + width, top: middle - HEIGHT / 2, bottom: middle + HEIGHT / 2 });
  return [
    at(x + AWAY, y),
    at(x - AWAY - width, y),
    at(x + AWAY - 2, y - 11),
    at(x + AWAY - 2, y + 11),
    at(x - AWAY - width + 2, y - 11),
    at(x - AWAY - width + 2, y + 11),
    at(x - width / 2, y - 16),
    at(x - width / 2, y + 16),
  ];
}

const around = (x, y, r) => ({ left: x - r, right: x + r, top: y - r, bottom: y + r });
const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
const same = (a, b) => a.left === b.left && a.top === b.top && a.right === b.right;
