/* A call: one key says what came of it. */
document.addEventListener("keydown", function (event) {
  "use strict";
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, button, a")) return;
  var wanted = document.querySelector('[data-key="' + (/^[0-9]$|^Enter$/.test(event.key) ? event.key : "none") + '"]');
  if (wanted) { event.preventDefault(); wanted.click(); }
});
