/* A kiosk: one person after the other at one screen. The page starts anew after the thank-you, and when nobody has
   touched it for a while; nothing of one visitor is left for the next. What could not be sent is sent later. */
(function () {
  "use strict";
  var box = document.querySelector("[data-kiosk]"), path = location.pathname, unsent = "kiosk:" + path;
  if (!box || !window.fetch || !window.URL) return;
  var idle = 1000 * box.dataset.idle, after = 1000 * box.dataset.after, WARN = 20000, STALE = 600000, AGAIN = 60000;
  var start = beginning(), last = now(), touched = isBegun(), sent = false;
  var wasDone = false, leaving = false, lost = false, sending = false, before = null;

  function now() { return performance.now(); }
  /* Where the next visitor begins: this kiosk's own link, without anything of this visit. */
  function beginning() {
    var address = new URL(location.href);
    ["t", "p", "done", "check", "lang", "score"].forEach(function (name) { address.searchParams.delete(name); });
    return address.pathname + address.search;
  }
  function guarded(act) { try { return act(); } catch (refused) { return null; } }
  /* A visit that has begun before this page was loaded: another language was chosen, or there are answers. */
  function isBegun() {
    var ours = form();
    return new URL(location.href).searchParams.has("lang") || !!ours && Array.prototype.some.call(ours.elements, function (field) {
      return field.type === "radio" || field.type === "checkbox" ? field.checked && field.value !== "" : field.matches(".box") && field.value !== "";
    });
  }
  function form() { return document.querySelector("form[data-draft]"); }

  /* -- answers that the network did not take --------------------------------------------------------------- */
  function kept() { return guarded(function () { return JSON.parse(localStorage.getItem(unsent)); }) || []; }
  function keep(list) { guarded(function () { localStorage.setItem(unsent, JSON.stringify(list)); }); }
  /* The page of a visitor who has gone: it carries its own ticket, so that it counts once however often it is sent. */
  function stow() {
    guarded(function () {
      Object.keys(localStorage).forEach(function (key) {
        if (key.indexOf("draft:" + path + ":") !== 0) return;
        keep(kept().concat([JSON.parse(localStorage.getItem(key)).fields]));
        localStorage.removeItem(key);
      });
    });
  }
  function flush() {
    var list = kept();
    if (!list.length || sending) return;
    sending = true;
    fetch(start, { method: "POST", body: new URLSearchParams(list[0]), credentials: "same-origin" }).then(function (reply) {
      sending = false;
      if (reply.status >= 500 || reply.status === 429) return;
      keep(kept().slice(1)); flush();
    }).catch(function () { sending = false; });
  }

  /* -- starting anew ----------------------------------------------------------------------------------------- */
  function anew() {
    if (leaving) return;
    leaving = true; stow(); hide();
    fetch(start, { cache: "no-store", credentials: "same-origin" }).then(function (reply) {
      if (reply.status >= 500) throw new Error("busy");
      guarded(function () { sessionStorage.clear(); });
      location.replace(start);
    }).catch(function () {
      var main = document.getElementById("main"), words = document.createElement("p");
      words.className = "ending"; words.textContent = box.dataset.offline;
      main.textContent = ""; main.appendChild(words);
      lost = true; setTimeout(function () { leaving = false; anew(); }, 5000);
    });
  }
  function show(left) {
    box.querySelector("[data-left]").textContent = box.querySelector("[data-left]").dataset.left.replace("{n}", left);
    if (!box.hidden) return;
    before = document.activeElement; box.hidden = false; box.querySelector("button").focus();
  }
  function hide() {
    if (box.hidden) return;
    box.hidden = true;
    if (before && before.focus) before.focus({ preventScroll: true });
  }
  /* Somebody is here. The first touch begins a visit: it gets a ticket of this moment, unless it was sent already. */
  function here(event) {
    /* The question goes at the end of a tap, never at its beginning: the rest of it would hit what lies below. */
    if (!box.hidden && event.type !== "click" && event.key !== "Escape") return;
    last = now(); hide();
    if (touched || event.type !== "input") return;
    touched = true;
    fetch(start, { cache: "no-store", credentials: "same-origin" }).then(function (reply) { return reply.text(); }).then(function (html) {
      var fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[name=ticket]"), ours = form();
      if (!fresh || !ours || sent || ours.elements.page.value !== "0") return;
      ours.elements.ticket.value = fresh.value;
      guarded(function () { sessionStorage.setItem("ticket:" + path, JSON.stringify(fresh.value)); });
    }).catch(function () { /* The ticket that the page came with is good, too. */ });
  }
  function tick() {
    var isDone = document.querySelector("svg.done") !== null, ours = form(), quiet, note;
    if (leaving || lost) return;
    if (isDone && !wasDone) last = now();
    wasDone = isDone; quiet = now() - last;
    if (isDone) {
      note = document.querySelector("[data-anew]");
      if (note) note.textContent = note.dataset.anew.replace("{n}", Math.max(0, Math.ceil((after - quiet) / 1000)));
      if (quiet >= after) anew();
    } else if (!ours || !(touched || ours.elements.page.value !== "0")) {
      if (quiet >= (ours ? STALE : AGAIN)) anew();
    } else if (quiet >= idle) anew();
    else if (quiet >= idle - WARN) show(Math.ceil((idle - quiet) / 1000));
  }

  ["pointerdown", "click", "keydown", "input", "scroll"].forEach(function (kind) { window.addEventListener(kind, here, { passive: true, capture: true }); });
  window.addEventListener("submit", function () { touched = sent = true; }, true);
  window.addEventListener("online", flush);
  window.addEventListener("pageshow", function (event) { if (event.persisted) location.replace(start); });
  setInterval(tick, 250); setInterval(flush, 30000);
  flush(); tick();
})();
