// A classic script in the head: the theme must be known before the first paint, or a dark page flashes white.
(() => {
  const wanted = new URLSearchParams(location.hash.slice(1)).get("theme");
  let kept = null;
  try {
    kept = localStorage.getItem("sluice.theme");
  } catch {
    kept = null; // storage may be forbidden; the system's preference then decides
  }
  const theme = wanted ?? kept;
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
})();
