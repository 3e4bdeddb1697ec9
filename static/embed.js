/* Shows a survey on another site: in its place, in a small window, or behind a button. Sets no cookie and loads
   nothing but the survey; what it remembers (shown, closed, answered) stays in the visitor's own browser. */
(function (config) {
  "use strict";
  var here = document.currentScript, key = "survey:" + config.id, opened = null, before = null;
  var phone = window.matchMedia("(max-width: 559px)"), spoken = config.words[tongue()];

  /* The language of the page, else of the browser, else the first that the survey has. */
  function tongue() {
    var wanted = [document.documentElement.lang].concat(navigator.languages || navigator.language || []), known = Object.keys(config.words);
    return wanted.map(function (one) { return one.slice(0, 2).toLowerCase(); }).concat(known).filter(function (one) { return known.indexOf(one) >= 0; })[0];
  }

  /* -- what was shown before, and whether it is time again ------------------------------------------------ */
  function remembered() {
    try { return JSON.parse(window.localStorage.getItem(key)) || {}; } catch (refused) { return {}; }
  }
  function remember(what) {
    var known = remembered();
    known[what] = Date.now();
    if (!config.preview) try { window.localStorage.setItem(key, JSON.stringify(known)); } catch (refused) { /* Not kept. */ }
    document.dispatchEvent(new CustomEvent("survey", { detail: { id: config.id, state: what } }));
  }
  function isTime() {
    var known = remembered(), pause = config.days * 864e5;
    if (config.preview) return true;
    if (known.done || Date.now() - (known.shown || 0) < pause) return false;
    if (known.luck === undefined) {
      known.luck = Math.random() * 100;
      try { window.localStorage.setItem(key, JSON.stringify(known)); } catch (refused) { /* Drawn anew on the next page. */ }
    }
    return known.luck < config.share;
  }
  function isHere() {
    return config.preview || !config.paths.length || config.paths.some(function (path) { return location.pathname.indexOf(path) === 0; });
  }
  function isAllowed() {
    return config.preview || config.hosts.some(function (host) {
      var parts = host.split("*"), origin = location.origin;
      return parts.length === 1 ? origin === host : origin.indexOf(parts[0]) === 0 && origin.slice(-parts[1].length) === parts[1];
    });
  }

  /* -- the survey itself ---------------------------------------------------------------------------------- */
  function dress(element, style) { for (var name in style) element.style[name] = style[name]; return element; }
  function frame(resize, leave) {
    var made = document.createElement("iframe"), place = location.pathname.slice(0, 100);
    made.title = spoken.title;
    made.src = config.page + "?c=embed&lang=" + tongue() + "&ref=" + encodeURIComponent(place);
    dress(made, { display: "block", width: "100%", border: "0", colorScheme: "light dark" });
    window.addEventListener("message", function (event) {
      var said = event.data;
      if (event.source !== made.contentWindow || event.origin !== config.origin || !said || said.survey !== true) return;
      if (typeof said.height === "number") resize(made, said.height);
      if (said.turned && made.getBoundingClientRect().top < 0) made.scrollIntoView();
      if (said.done) remember("done");
      if (said.leave) leave();
    });
    return made;
  }
  function inline() {
    var places = document.querySelectorAll('[data-survey="' + config.id + '"]'), nothing = function () {};
    function grow(made, height) { made.style.height = height + "px"; }
    if (places.length) Array.prototype.forEach.call(places, function (place) { place.appendChild(dress(frame(grow, nothing), { height: "480px" })); });
    else if (here && here.parentNode) here.parentNode.insertBefore(dress(frame(grow, nothing), { height: "480px" }), here.nextSibling);
  }

  /* -- the small window ----------------------------------------------------------------------------------- */
  function shadow(style) {
    var host = dress(document.createElement("div"), { all: "initial" }), root = host.attachShadow ? host.attachShadow({ mode: "open" }) : host;
    var box = dress(document.createElement("div"), style);
    root.appendChild(box);
    return { host: host, box: box };
  }
  function open(byHand) {
    if (opened) return;
    var made = shadow({
      position: "fixed", zIndex: "2147483000", bottom: phone.matches ? "0" : "20px", width: phone.matches ? "100%" : "400px",
      maxHeight: phone.matches ? "85vh" : "min(640px, calc(100vh - 40px))", display: "flex", flexDirection: "column",
      background: "Canvas", color: "CanvasText", colorScheme: "light dark", border: "1px solid GrayText", boxSizing: "border-box",
      borderRadius: phone.matches ? "12px 12px 0 0" : "12px", overflow: "hidden", boxShadow: "0 12px 40px rgb(0 0 0 / 25%)"
    });
    made.box.style[phone.matches ? "left" : config.side] = phone.matches ? "0" : "20px";
    made.box.setAttribute("role", "dialog");
    made.box.setAttribute("aria-label", spoken.title);
    var close = dress(document.createElement("button"), {
      alignSelf: "flex-end", flex: "none", width: "44px", height: "44px", border: "0", borderRadius: "8px", padding: "0",
      background: "transparent", color: "inherit", font: "24px/1 system-ui, sans-serif", cursor: "pointer"
    });
    close.type = "button"; close.setAttribute("aria-label", spoken.close); close.textContent = "×";
    close.addEventListener("click", shut);
    made.box.appendChild(close);
    made.box.appendChild(frame(function (page, height) { page.style.height = height + "px"; }, shut));
    dress(made.box.lastChild, { height: "360px", minHeight: "0", flex: "0 1 auto" });
    made.box.addEventListener("keydown", function (event) { if (event.key === "Escape") shut(); });
    before = document.activeElement;
    opened = made.host;
    document.body.appendChild(made.host);
    if (byHand) close.focus();
    remember("shown");
  }
  function shut() {
    if (!opened) return;
    opened.remove(); opened = null;
    if (before && before.focus) before.focus();
    remember("closed");
  }
  function button() {
    var made = shadow({ position: "fixed", zIndex: "2147482000", bottom: "20px" }), press = document.createElement("button");
    made.box.style[config.side] = "20px";
    dress(press, {
      minHeight: "44px", padding: "8px 18px", border: "1px solid GrayText", borderRadius: "22px", background: "Canvas", color: "CanvasText",
      colorScheme: "light dark", font: "600 15px/1.4 system-ui, sans-serif", cursor: "pointer", boxShadow: "0 4px 16px rgb(0 0 0 / 20%)"
    });
    press.type = "button"; press.textContent = spoken.label;
    press.addEventListener("click", function () { open(true); });
    made.box.appendChild(press);
    document.body.appendChild(made.host);
  }

  /* -- when the window opens by itself: the first of these that happens ------------------------------------ */
  function watch() {
    var fired = false, top = 0, at = 0;
    function fire() { if (!fired && isTime()) { fired = true; open(false); } }
    function depth() {
      var page = document.documentElement, room = page.scrollHeight - window.innerHeight;
      return room > 0 ? 100 * window.scrollY / room : 100;
    }
    if (config.after !== null) setTimeout(fire, 1000 * config.after);
    if (config.depth !== null) window.addEventListener("scroll", function () { if (depth() >= config.depth) fire(); }, { passive: true });
    if (config.exit) {
      document.documentElement.addEventListener("mouseleave", function (event) { if (event.clientY <= 0) fire(); });
      /* Without a mouse, a quick way back to the top is what leaving looks like. */
      window.addEventListener("scroll", function (event) {
        var isFast = event.timeStamp - at < 250 && top - window.scrollY > 250;
        if (event.timeStamp - at >= 250) { top = window.scrollY; at = event.timeStamp; }
        if (isFast && window.matchMedia("(hover: none)").matches) fire();
      }, { passive: true });
    }
  }

  function begin() {
    if (!config.open || window[key]) return;
    window[key] = true;
    if (!isAllowed()) { console.warn("survey: " + location.origin + " is not on the list of sites that may show it"); return; }
    document.addEventListener("click", function (event) {
      if (event.target.closest && event.target.closest('[data-survey-open="' + config.id + '"]')) { event.preventDefault(); open(true); }
    });
    if (!isHere()) return;
    ({ inline: inline, window: watch, button: button })[config.mode]();
  }
  if (document.readyState === "loading" && config.mode !== "inline") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})(/* settings */);
