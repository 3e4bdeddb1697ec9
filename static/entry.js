/* Entering what somebody else answers: one key for each answer, then on to the next question by itself. */
(function () {
  "use strict";
  var bar = document.querySelector("[data-entry]"), LETTERS = "123456789abcdefghijklmnopqrstuvwxyz", here = 0, known = null;
  if (!bar || !window.MutationObserver) return;

  function all(selector, root) { return Array.prototype.slice.call((root || document).querySelectorAll(selector)); }
  function form() { return document.querySelector("form[data-draft]"); }
  /* The questions in order: each row of a table and each field of its own; those that an answer hides are left out. */
  function steps() {
    var found = [], names = {};
    if (!form()) return found;
    all("input, textarea, select", form()).forEach(function (field) {
      if (field.type === "hidden" || field.type === "range" || field.closest("[hidden]") || field.disabled || !field.closest(".item")) return;
      var isChoice = field.type === "radio" || field.type === "checkbox";
      if (isChoice && field.value === "" ) return;
      if (isChoice && names[field.name]) { names[field.name].fields.push(field); return; }
      var step = { fields: [field], isChoice: isChoice, isMany: field.type === "checkbox", place: field.closest(".row") || (isChoice || !/\.other$/.test(field.name) ? field.closest(".item") : field) };
      if (isChoice) names[field.name] = step;
      found.push(step);
    });
    return found;
  }
  /* On a scale the number itself is the key, ten is x; elsewhere 1 to 9, then letters, in the order of the options. */
  function keyOf(step, place) {
    var value = step.fields[place].value, isScale = step.fields[place].closest(".scale, .stars");
    if (isScale && /^\d$/.test(value)) return value;
    if (isScale && value === "10") return "x";
    return LETTERS.charAt(place);
  }
  function mark() {
    steps().forEach(function (step) {
      if (!step.isChoice) return;
      step.fields.forEach(function (field, place) {
        var label = field.closest("label") || document.querySelector('label[for="' + field.id + '"]'), key = keyOf(step, place);
        if (!label || !key || label.querySelector("kbd")) return;
        if (label.closest(".scale") && label.textContent.trim() === key) return;
        var shown = document.createElement("kbd"); shown.textContent = key; shown.setAttribute("aria-hidden", "true");
        label.insertBefore(shown, label.closest(".choice") ? label.querySelector("span") : null);
      });
    });
  }
  function go(place) {
    var list = steps();
    here = Math.max(0, Math.min(place, list.length));
    all(".now-here").forEach(function (old) { old.classList.remove("now-here"); });
    if (here === list.length) { var button = form() && form().querySelector("button[type=submit]"); if (button) button.focus(); return; }
    var step = list[here], field = step.fields.filter(function (one) { return one.checked; })[0] || step.fields[0];
    step.place.classList.add("now-here");
    field.focus({ preventScroll: true });
    step.place.scrollIntoView({ block: "center" });
  }
  function tell(field) { field.dispatchEvent(new Event("input", { bubbles: true })); }
  function clear(step) {
    step.fields.forEach(function (field) { if (step.isChoice) field.checked = false; else field.value = ""; });
    var none = step.isChoice && form().querySelector('input.none[name="' + step.fields[0].name + '"]');
    if (none) none.checked = true;
    tell(step.fields[0]);
  }
  function pick(step, key) {
    for (var place = 0; place < step.fields.length; place++) {
      if (keyOf(step, place) !== key) continue;
      var field = step.fields[place], name = field.name;
      field.checked = step.isMany ? !field.checked : true;
      tell(field);
      if (!step.isMany) {
        /* An option in own words is typed next; the field is the next step. */
        go(steps().findIndex(function (one) { return one.fields[0].name === name; }) + 1);
        if (!field.hasAttribute("data-other") && steps()[here] && steps()[here].fields[0].name === name + ".other") go(here + 1);
      }
      return true;
    }
    return false;
  }
  function press(event) {
    var list = steps(), step = list[here], target = event.target, typing = target.matches && target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
    if (!form() || event.ctrlKey || event.metaKey || event.altKey) {
      if (!form() || !(event.key === "Enter" && (event.ctrlKey || event.metaKey))) return;
    }
    var handled = true, key = event.key;
    if (typing) {
      if (key === "Enter" && (target.tagName !== "TEXTAREA" || event.ctrlKey || event.metaKey)) go(here + 1);
      else if (key === "Escape") go(here - 1);
      else handled = false;
    } else if (!step) {
      if (key === "Backspace" || key === "ArrowUp") go(list.length - 1);
      else handled = false; /* Enter presses the button. */
    } else if (key === "Enter" || key === "ArrowDown") go(here + 1);
    else if (key === "Backspace" || key === "ArrowUp") go(here - 1);
    else if (key === "-" || key === "–" || key === ".") { clear(step); go(here + 1); }
    else handled = step.isChoice && key.length === 1 && pick(step, key.toLowerCase());
    if (handled) { event.preventDefault(); event.stopImmediatePropagation(); }
  }
  function look() {
    var main = document.getElementById("main");
    if (main === known) return;
    known = main;
    if (!form() && document.querySelector("svg.done")) { location.replace(bar.dataset.start); return; }
    mark();
    var wrong = document.querySelector(".has-error"), list = steps(), first = 0;
    if (wrong) first = Math.max(0, list.findIndex(function (step) { return wrong.contains(step.fields[0]); }));
    setTimeout(function () { go(first); }, 0);
  }

  window.addEventListener("keydown", press, true);
  document.addEventListener("focusin", function (event) {
    var list = steps(), at = list.findIndex(function (step) { return step.fields.indexOf(event.target) >= 0; });
    if (at < 0 || at === here) return;
    here = at;
    all(".now-here").forEach(function (old) { old.classList.remove("now-here"); });
    list[at].place.classList.add("now-here");
  });
  document.addEventListener("input", function () { setTimeout(mark, 0); });
  new MutationObserver(look).observe(document.body, { childList: true });
  look();
})();
