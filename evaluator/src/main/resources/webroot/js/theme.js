// Dark or light: the system's preference, unless the person chose otherwise here or a link says so.
const KEY = "sluice.theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;

const preferred = () => (system.matches ? "dark" : "light");
const current = () => root.dataset.theme ?? preferred();

function keep(theme) {
  try {
    if (theme) localStorage.setItem(KEY, theme);
    else localStorage.removeItem(KEY);
  } catch {
    // Storage may be forbidden: the choice then lasts as long as the page.
  }
}

function label(button) {
  const text = `Switch to the ${current() === "dark" ? "light" : "dark"} theme`;
  button.setAttribute("aria-label", text);
  button.title = text;
}

export function bindTheme(button, view, onChange) {
  const show = (theme) => {
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    label(button);
    onChange();
  };
  button.addEventListener("click", () => {
    const next = current() === "dark" ? "light" : "dark";
    const chosen = next === preferred() ? null : next;
    keep(chosen);
    show(chosen);
    view.set({ theme: chosen });
  });
  view.onChange(() => {
    if (view.theme && view.theme !== root.dataset.theme) show(view.theme);
  });
  system.addEventListener("change", () => show(root.dataset.theme ?? null));
  label(button);
}
