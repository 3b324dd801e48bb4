// The only place where elements are made: text goes in as text, never as markup.
const SVG = "http://www.w3.org/2000/svg";

function apply(node, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (value == null || value === false) continue;
    if (name === "text") node.textContent = value;
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  return node;
}

export function el(tag, properties = {}, ...children) {
  const node = apply(document.createElement(tag), properties);
  node.append(...children.filter((child) => child != null));
  return node;
}

export function svg(tag, properties = {}, ...children) {
  const node = apply(document.createElementNS(SVG, tag), properties);
  node.append(...children.filter((child) => child != null));
  return node;
}

export const byId = (id) => document.getElementById(id);

/** Writes only what changed, so that a page that stands still costs nothing and selections of text survive. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function setAttribute(node, name, value) {
  if (value == null) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
}
