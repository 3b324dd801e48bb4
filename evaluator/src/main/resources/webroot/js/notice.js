import { byId, setText } from "./dom.js";

const STAYS = 6000;
let timer = null;

/** Says what has been done, for some seconds, to eyes and screen readers. */
export function notify(text) {
  const notice = byId("notice");
  setText(notice, text);
  notice.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => (notice.hidden = true), STAYS);
}
