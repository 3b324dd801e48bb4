import { byId, setText } from "./dom.js";
import { Problem } from "./problem.js";

/** Asks for the server's token; it is kept as long as the page, never stored. Rejects when the person does not give it. */
export function askToken(refused) {
  const dialog = byId("token-dialog");
  const field = byId("token");
  setText(byId("token-note"), refused ? "That token was refused." : "Changes on this address need the server's token.");
  field.value = "";
  dialog.showModal();
  return new Promise((resolve, reject) => {
    byId("token-form").onsubmit = (event) => {
      event.preventDefault();
      if (!field.value.trim()) return;
      resolve(field.value.trim());
      dialog.close();
    };
    dialog.onclose = () => reject(new Problem("Nothing was changed: no token was given."));
  });
}
