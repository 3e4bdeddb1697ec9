/* A survey page inside another page: tells it how high the page is, that it has turned, and that the survey is done. */
(function () {
  "use strict";
  var parent = window.parent, height = 0, main = document.getElementById("main"), done = false;
  if (parent === window) return;
  document.documentElement.className += " framed";

  /* Where it may be framed is decided by the server; the message says nothing that the frame does not show. */
  function tell(what) { what.survey = true; parent.postMessage(what, "*"); }
  function measure() {
    var now = Math.ceil(document.body.getBoundingClientRect().height);
    if (now !== height) { height = now; tell({ height: now }); }
  }
  function look() {
    var there = document.getElementById("main");
    if (there !== main) { main = there; tell({ turned: true }); }
    if (!done && document.querySelector("svg.done")) { done = true; tell({ done: true }); }
    measure();
  }
  if (window.ResizeObserver) new ResizeObserver(measure).observe(document.body);
  if (window.MutationObserver) new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  window.addEventListener("load", look);
  window.addEventListener("keydown", function (event) { if (event.key === "Escape") tell({ leave: true }); });
  look();
})();
