/* Comfort for the answer pages; everything works without it. No libraries, nothing newer than WeChat's own browser. */
(function () {
  "use strict";
  var store = keeper("localStorage"), tab = keeper("sessionStorage"), path = location.pathname;

  /* Storage may be forbidden; then nothing is kept. */
  function keeper(kind) {
    function guarded(act) { try { return act(window[kind]); } catch (refused) { return null; } }
    return {
      get: function (key) { return guarded(function (box) { return JSON.parse(box.getItem(key)); }); },
      set: function (key, value) { guarded(function (box) { box.setItem(key, JSON.stringify(value)); }); },
      drop: function (key) { guarded(function (box) { box.removeItem(key); }); }
    };
  }
  function each(list, act) { Array.prototype.forEach.call(list, act); }
  function all(selector, root) { return (root || document).querySelectorAll(selector); }

  /* -- questions that depend on answers of the same page ------------------------------------------------ */
  function answer(form, key, part) {
    var item = document.getElementById("item-" + key), rows = {}, chosen = [], many = false, single = null, count = 0, sum = 0;
    if (!item || item.disabled) return null;
    each(item.querySelectorAll("input, textarea, select"), function (field) {
      var isChoice = field.type === "radio" || field.type === "checkbox";
      if (field.name === key && field.type === "checkbox") { many = true; if (field.checked) chosen.push(field.value); }
      else if (field.name === key && field.type !== "hidden") { if ((!isChoice || field.checked) && field.value.trim()) single = field.value.trim(); }
      else if (field.name.indexOf(key + ".") === 0 && (isChoice ? field.checked : field.hasAttribute("data-row") && field.value)) {
        row(rows, field.name.slice(key.length + 1), field);
        if (number(field.value) !== null) { count += 1; sum += Number(field.value); }
      }
    });
    /* What a sum leaves empty is 0, once anything is given. */
    if (count && item.querySelector("[data-sum]")) each(item.querySelectorAll("[data-row]"), function (field) {
      var name = field.name.slice(key.length + 1);
      if (!(name in rows)) { rows[name] = 0; count += 1; }
    });
    if (part) return many ? (chosen.length ? chosen.indexOf(part) >= 0 : null) : part in rows ? rows[part] : null;
    if (many) return chosen.length ? chosen : null;
    return count ? sum / count : single;
  }
  function row(rows, part, field) {
    if (field.type === "checkbox") rows[part] = (rows[part] || []).concat(field.value);
    else rows[part] = number(field.value) === null ? field.value : Number(field.value);
  }
  function number(value) { return typeof value === "number" ? value : typeof value === "string" && value !== "" && isFinite(value) ? Number(value) : null; }
  function same(a, b) {
    if (Array.isArray(a) || Array.isArray(b)) return [].concat(a).map(String).sort().join("\n") === [].concat(b).map(String).sort().join("\n");
    return typeof a === "number" && number(b) !== null ? a === number(b) : String(a) === String(b);
  }
  function contains(a, b) {
    if (Array.isArray(a)) return a.some(function (one) { return same(one, b); });
    return typeof a === "string" && a.toLowerCase().indexOf(String(b).toLowerCase()) >= 0;
  }
  function ordered(a, b, compare) {
    if (number(a) !== null && number(b) !== null) return compare(number(a), number(b));
    return typeof a === "string" && typeof b === "string" ? compare(a, b) : null;
  }
  var compare = {
    "==": same, "!=": function (a, b) { return !same(a, b); }, contains: contains,
    "in": function (a, b) { return Array.isArray(a) ? a.some(function (one) { return contains(b, one); }) : contains(b, a); },
    "<": function (a, b) { return ordered(a, b, function (x, y) { return x < y; }); },
    "<=": function (a, b) { return ordered(a, b, function (x, y) { return x <= y; }); },
    ">": function (a, b) { return ordered(a, b, function (x, y) { return x > y; }); },
    ">=": function (a, b) { return ordered(a, b, function (x, y) { return x >= y; }); }
  };
  /* True, false, or null for unknown, as the server decides it. */
  function holds(form, node) {
    if (!Array.isArray(node)) return node;
    var head = node[0], rest = node.slice(1), results;
    if (head === "ref") return answer(form, rest[0], rest[1]);
    if (head === "value") return rest[0];
    if (head === "list") return rest;
    if (head === "answered") return holds(form, rest[0]) !== null;
    if (head === "not") { results = holds(form, rest[0]); return results === null ? null : !results; }
    results = rest.map(function (one) { return holds(form, one); });
    if (head === "and" || head === "or") {
      if (results.indexOf(head === "or") >= 0) return head === "or";
      return results.indexOf(null) >= 0 ? null : head !== "or";
    }
    return results[0] === null || results[1] === null ? null : compare[head](results[0], results[1]);
  }
  function unfold(form) {
    each(all("[data-show-if]", form), function (item) {
      item.hidden = item.disabled = holds(form, JSON.parse(item.getAttribute("data-show-if"))) !== true;
    });
    each(all("[data-needed-if]", form), function (mark) { mark.hidden = holds(form, JSON.parse(mark.getAttribute("data-needed-if"))) === true; });
  }

  /* -- small helps ---------------------------------------------------------------------------------------- */
  function tidy(form, field) {
    var item = field.closest(".choices");
    if (item && field.type === "checkbox" && field.checked) {
      each(item.querySelectorAll("input[type=checkbox]"), function (other) {
        if (other !== field && (field.hasAttribute("data-exclusive") || other.hasAttribute("data-exclusive"))) other.checked = false;
      });
    }
    if (item && /\.other$/.test(field.name) && field.value) {
      var choice = item.querySelector("[data-other]");
      if (choice && choice.tagName === "OPTION") choice.selected = true;
      else if (choice && !choice.checked) { choice.checked = true; tidy(form, choice); }
    }
    if (field.dataset.length) count(form, field);
    if (field.closest("[data-ranks]")) swap(field);
    if (field.closest("[data-sum]")) share(field.closest("[data-sum]"));
    soothe(field.closest(".item"));
  }
  /* A remark goes when its question has been answered; the server looks again at what was written. */
  function soothe(item) {
    if (!item || !item.classList.contains("has-error")) return;
    var rows = item.querySelectorAll(".row"), ready = item.querySelector("input:checked:not([value=''])");
    each(item.querySelectorAll(".box"), function (box) { ready = ready || box.value.trim(); });
    each(rows, function (row) { ready = ready && row.querySelector(":checked"); });
    if (!ready) return;
    item.classList.remove("has-error");
    each(item.querySelectorAll(".error"), function (error) { error.remove(); });
  }
  function count(form, field) {
    var left = Number(field.dataset.length) - Array.from(field.value).length, note = field.nextElementSibling;
    if (!note || !note.classList.contains("left")) {
      if (left > 100) return;
      note = document.createElement("p"); note.className = "help left"; note.setAttribute("role", "status");
      field.insertAdjacentElement("afterend", note);
    }
    note.textContent = left > 100 ? "" : form.dataset.left.replace("{n}", left);
  }
  /* Who had the place that is given away now gets the one that became free. */
  function swap(field) {
    each(field.closest("[data-ranks]").querySelectorAll("select"), function (other) {
      if (other !== field && field.value && other.value === field.value) other.value = field.dataset.was || "";
      other.dataset.was = other.value;
    });
  }
  function share(place) {
    var left = Number(place.dataset.sum), note = place.querySelector(".sum");
    note.dataset.whole = note.dataset.whole || note.textContent;
    each(place.querySelectorAll(".box"), function (box) { left -= number(box.value.trim()) || 0; });
    note.textContent = note.dataset.whole + " · " + place.dataset.left.replace("{n}", left);
    note.classList.toggle("over", left < 0);
  }
  /* One list for each step of the way; the whole list underneath stays what is sent. */
  function step(place) {
    var whole = place.querySelector("select"), ways = [], lists = [], depth = 0;
    each(whole.options, function (option) {
      var over = option.parentNode.label;
      if (option.value) ways.push({ code: option.value, path: (over ? over.split(" / ") : []).concat(option.text) });
    });
    ways.forEach(function (way) { depth = Math.max(depth, way.path.length); });
    if (depth < 2) return;
    function fill(level) {
      var taken = lists.slice(0, level).map(function (list) { return list.value; }), list = lists[level], seen = {};
      if (!list) return;
      list.length = 1;
      ways.forEach(function (way) {
        var name = way.path[level];
        if (name && !seen[name] && taken.every(function (one, at) { return way.path[at] === one; })) { seen[name] = 1; list.add(new Option(name, name)); }
      });
      list.hidden = list.length < 2;
      fill(level + 1);
    }
    function settle() {
      var path = lists.map(function (list) { return list.value; }).join("\n").trim(), found = ways.filter(function (way) { return way.path.join("\n") === path; })[0];
      whole.value = found ? found.code : "";
      whole.dispatchEvent(new Event("input", { bubbles: true }));
    }
    for (var level = 0; level < depth; level += 1) (function (at) {
      var list = document.createElement("select");
      list.className = "box"; list.setAttribute("aria-label", whole.getAttribute("aria-label") + " " + (at + 1));
      list.add(new Option(whole.options[0].text, ""));
      list.addEventListener("input", function (event) { event.stopPropagation(); fill(at + 1); settle(); });
      lists.push(list); place.appendChild(list);
    })(level);
    var now = ways.filter(function (way) { return way.code === whole.value; })[0];
    fill(0);
    if (now) now.path.forEach(function (name, at) { lists[at].value = name; fill(at + 1); });
    whole.hidden = true;
  }
  /* A number is easier to drag than to type; the field beside it stays what is sent. */
  function slide(place) {
    var span = place.getAttribute("data-slider").split(" "), box = place.querySelector(".box"), range = document.createElement("input");
    range.type = "range"; range.min = span[0]; range.max = span[1]; range.step = span[2];
    range.setAttribute("aria-label", box.getAttribute("aria-label"));
    function follow() { range.classList.toggle("untouched", !box.value); range.value = box.value || (Number(span[0]) + Number(span[1])) / 2; }
    range.addEventListener("input", function () { box.value = range.value; range.classList.remove("untouched"); });
    box.addEventListener("input", follow);
    place.insertBefore(range, box); follow();
  }
  var typed = "", typedAt = 0;
  function digit(event) {
    var target = event.target, scale;
    if (event.ctrlKey || event.metaKey || event.altKey || !/^[0-9]$/.test(event.key)) return;
    if (target.closest("textarea, .box")) return;
    scale = target.closest("[data-keys]") || document.querySelector(".item:not([hidden]) [data-keys]");
    if (!scale) return;
    typed = event.timeStamp - typedAt < 700 ? typed + event.key : event.key; typedAt = event.timeStamp;
    var field = scale.querySelector('input[value="' + typed + '"]') || scale.querySelector('input[value="' + event.key + '"]');
    if (field) { field.checked = true; field.focus(); field.dispatchEvent(new Event("input", { bubbles: true })); }
  }

  /* -- sending: kept on this device while there is no connection ------------------------------------------ */
  function tell(form, text, again) {
    var box = form.querySelector(".notice") || form.insertBefore(document.createElement("div"), form.querySelector(".steps"));
    box.className = "notice wrong"; box.setAttribute("role", "alert"); box.textContent = text + " ";
    if (again) {
      var button = document.createElement("button");
      button.type = "submit"; button.className = "button plain"; button.textContent = form.dataset.again; box.appendChild(button);
    }
  }
  function draftKey(form) { return "draft:" + path + ":" + form.elements.page.value; }
  /* `go` is what was pressed; null where nothing was, yet. */
  function keep(form, go) { store.set(draftKey(form), { at: Date.now(), go: go, fields: Array.from(new FormData(form).entries()) }); }
  function refill(form) {
    var draft = store.get(draftKey(form));
    if (!draft || Date.now() - draft.at > 864e5) return store.drop(draftKey(form));
    each(form.elements, function (field) {
      var values = draft.fields.filter(function (pair) { return pair[0] === field.name; }).map(function (pair) { return pair[1]; });
      if (field.type === "radio" || field.type === "checkbox") field.checked = values.indexOf(field.value) >= 0;
      else if (values.length && (field.type !== "hidden" || field.name === "ticket")) field.value = values[0];
    });
    unfold(form);
    if (draft.go === null) save(form);
    else if (navigator.onLine) send(form, draft.go);
    else tell(form, form.dataset.offline, true);
  }
  /* The ticket of a page that could not be sent before the tab was closed. */
  function lost() {
    try {
      var found = Object.keys(localStorage).filter(function (key) { return key.indexOf("draft:" + path + ":") === 0; }).map(store.get).filter(function (draft) {
        return draft && Date.now() - draft.at < 864e5;
      })[0];
      return found ? found.fields.filter(function (pair) { return pair[0] === "ticket"; })[0][1] : null;
    } catch (refused) { return null; }
  }
  function filled(form, go) {
    var body = new URLSearchParams(new FormData(form));
    if (go) body.append("go", go);
    return body;
  }
  function send(form, go) {
    if (form.dataset.busy) return;
    form.dataset.busy = "1"; clearTimeout(timer); timer = 0;
    var body = filled(form, go);
    fetch(form.action, { method: "POST", body: body, credentials: "same-origin" }).then(function (reply) {
      if (reply.status >= 500) throw new Error("busy");
      return reply.text().then(function (html) {
        store.drop(draftKey(form));
        if (/^in:/.test(go)) { speak(go.slice(3)); turn(html, location.href, false); return; }
        turn(html, reply.redirected ? reply.url : location.href, reply.ok);
      });
    }).catch(function () {
      delete form.dataset.busy; keep(form, go || ""); tell(form, form.dataset.offline, true);
    });
  }
  /* A reload shows the language that was chosen last. */
  function speak(language) {
    var address = new URL(location.href);
    address.searchParams.set("lang", language); history.replaceState(null, "", address);
  }
  /* Every answer is kept at once: at the server or, while there is no connection, here. One at a time and in order. */
  var saving = false, waits = false, timer = 0;
  function save(form) {
    if (form.getAttribute("autocomplete") === "off") return;
    clearTimeout(timer); timer = setTimeout(function () { put(form); }, 600);
  }
  /* What was pressed while there was no connection. */
  function pressed(form) { var draft = store.get(draftKey(form)); return draft ? draft.go : null; }
  function put(form) {
    timer = 0;
    if (form.dataset.busy || !document.contains(form)) return;
    if (saving) { waits = true; return; }
    saving = true;
    fetch(form.action, { method: "POST", body: filled(form, "keep"), credentials: "same-origin" }).then(function (reply) {
      if (reply.status >= 500) throw new Error("busy");
      var go = pressed(form);
      if (go === null) store.drop(draftKey(form)); else if (document.contains(form)) send(form, go);
    }).catch(function () {
      if (!document.contains(form) || form.dataset.busy) return;
      keep(form, pressed(form)); if (!form.querySelector(".notice")) tell(form, form.dataset.offline);
    }).then(function () {
      saving = false;
      if (waits) { waits = false; put(form); }
    });
  }
  function leave() {
    var form = document.querySelector("form[data-draft]");
    if (!timer || !form || document.visibilityState !== "hidden" || !navigator.sendBeacon) return;
    clearTimeout(timer); timer = 0;
    if (!form.dataset.busy && !(navigator.onLine && navigator.sendBeacon(form.action, filled(form, "keep")))) keep(form, pressed(form));
  }
  function turn(html, address, isGood) {
    var page = new DOMParser().parseFromString(html, "text/html"), main = page.getElementById("main");
    if (!main) { location.href = address; return; }
    document.title = page.title; document.documentElement.lang = page.documentElement.lang;
    document.getElementById("main").replaceWith(main);
    each(all(".foot"), function (old) { old.remove(); });
    each(page.querySelectorAll(".foot"), function (foot) { document.body.appendChild(foot); });
    if (address !== location.href) history.pushState(null, "", address);
    if (main.querySelector("[name=ticket]")) tab.set("ticket:" + path, main.querySelector("[name=ticket]").value);
    begin();
    if (isGood) { window.scrollTo(0, 0); main.focus({ preventScroll: true }); }
  }

  /* -- a page begins -------------------------------------------------------------------------------------- */
  function begin() {
    var form = document.querySelector("form[data-draft]"), address = new URL(location.href), ticket;
    path = location.pathname;
    if (!form) { finish(address); return; }
    if (address.searchParams.get("done") && tab.get("done:" + path)) {
      address.searchParams.set("t", tab.get("done:" + path)); tab.drop("done:" + path); location.replace(address); return;
    }
    ticket = tab.get("ticket:" + path) || (form.getAttribute("autocomplete") === "off" ? null : lost());
    if (!address.searchParams.get("t") && ticket && ticket !== form.elements.ticket.value && path.indexOf("/s/") === 0) {
      address.searchParams.set("t", ticket); location.replace(address); return;
    }
    tab.set("ticket:" + path, form.elements.ticket.value);
    /* The way back leads to this page, not to wherever the visitor has got to meanwhile. */
    address.searchParams.set("p", form.elements.page.value);
    address.searchParams.delete("t"); address.searchParams.delete("score"); address.searchParams.delete("done");
    history.replaceState(null, "", address);
    each(all("[data-slider]", form), slide);
    each(all("[data-ranks] select", form), function (list) { list.dataset.was = list.value; });
    each(all("[data-cascade]", form), step);
    unfold(form);
    refill(form);
    tab.set("ticket:" + path, form.elements.ticket.value);
    form.addEventListener("input", function (event) { tidy(form, event.target); unfold(form); save(form); });
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      send(form, event.submitter && event.submitter.name === "go" ? event.submitter.value : "");
    });
    var wrong = form.querySelector(".has-error");
    if (wrong) {
      var field = wrong.querySelector("input:checked:not([type=hidden]), input:not([type=hidden]), textarea") || wrong;
      field.focus({ preventScroll: true }); wrong.scrollIntoView({ block: "center" });
    }
  }
  /* A reload of the thank-you is a thank-you again; a new visit in this tab begins anew. */
  function finish(address) {
    tab.drop("ticket:" + path);
    if (address.searchParams.get("done") && address.searchParams.get("t")) tab.set("done:" + path, address.searchParams.get("t"));
    hideTicket(address);
  }
  /* A shared address must not carry this visitor's answers to somebody else. */
  function hideTicket(address) {
    if (!address.searchParams.get("t")) return;
    address.searchParams.delete("t"); history.replaceState(null, "", address);
  }

  document.addEventListener("keydown", digit);
  window.addEventListener("popstate", function () { location.reload(); });
  window.addEventListener("online", function () {
    var form = document.querySelector("form[data-draft]");
    var draft = form && store.get(draftKey(form));
    if (!draft) return;
    if (draft.go === null) { each(all(".notice", form), function (old) { old.remove(); }); save(form); }
    else send(form, draft.go);
  });
  document.addEventListener("visibilitychange", leave);
  if (window.fetch && window.DOMParser && window.URLSearchParams && Element.prototype.closest && Element.prototype.replaceWith) begin();
})();
