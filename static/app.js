// Behaviour that every staff page shares. Each piece works as plain HTML without this file.

// Answers may overtake each other; only the one to the last request for a part is shown.
const asking = new Map();

/** Send a form or follow a link, and replace only the part of the page that it names. */
async function replacePart(source, request) {
  const id = source.dataset.part;
  const turn = (asking.get(id) ?? 0) + 1;
  asking.set(id, turn);
  const part = document.getElementById(id);
  part?.setAttribute("aria-busy", "true");
  try {
    // Headers given beside a request replace its own, and with them the type of its form.
    const asked = new Request(request);
    asked.headers.set("X-Part", id);
    const answer = await fetch(asked, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (asking.get(id) !== turn) return;
    const fresh = page.getElementById(id);
    if (!fresh || !part) { location.assign(answer.url); return; }
    const focused = document.activeElement?.id;
    part.replaceWith(fresh);
    for (const also of ["flashes", ...(source.dataset.also ?? "").split(" ").filter(Boolean)]) {
      const there = document.getElementById(also), next = page.getElementById(also);
      if (there && next && !fresh.contains(next)) there.replaceWith(next);
    }
    if (focused) document.getElementById(focused)?.focus();
    const told = document.getElementById("flashes");
    if (told?.querySelector(".notice") && told.getBoundingClientRect().top < 0) told.classList.add("floating");
    if (source.dataset.push !== undefined) history.replaceState(null, "", answer.url);
    document.dispatchEvent(new CustomEvent("part", { detail: { id } }));
  } catch {
    part?.removeAttribute("aria-busy");
    if (source instanceof HTMLFormElement) source.submit(); else location.assign(source.href);
  }
}

// What was said while the top of the page was out of view stays in view until the reader goes on.
document.addEventListener("pointerdown", (event) => {
  if (!event.target.closest("#flashes")) document.getElementById("flashes")?.classList.remove("floating");
});

function formRequest(form, submitter) {
  const data = new FormData(form, submitter);
  const method = (submitter?.formMethod || form.method || "get").toLowerCase();
  const action = new URL(submitter?.hasAttribute("formaction") ? submitter.formAction : form.action, location.href);
  if (method === "get") { action.search = new URLSearchParams(data); return action; }
  const files = [...data.values()].some((value) => value instanceof File);
  return new Request(action, { method: "POST", body: files ? data : new URLSearchParams(data) });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.part || event.defaultPrevented) return;
  event.preventDefault();
  replacePart(form, formRequest(form, event.submitter));
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-part]");
  if (link && !event.metaKey && !event.ctrlKey && !event.shiftKey && event.button === 0) {
    event.preventDefault();
    replacePart(link, link.href);
    return;
  }
  if (event.target.closest("[data-back]")) history.back();
  if (event.target.closest("[data-print]")) print();
  const field = event.target.closest("[data-select]");
  if (field) field.select();
  const copy = event.target.closest("[data-copy]");
  if (copy) navigator.clipboard?.writeText(copy.dataset.copy).then(() => { copy.textContent = copy.dataset.done ?? "✓"; });
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

// Filters apply when they change; a part that waits for work asks again by itself.
document.addEventListener("change", (event) => {
  if (event.target.form?.dataset.auto !== undefined) event.target.form.requestSubmit();
});

function watch(part) {
  const seconds = Number(part.dataset.refresh);
  if (!seconds) return;
  setTimeout(() => {
    if (!document.contains(part)) return;
    if (document.hidden) return watch(part);
    replacePart({ dataset: { part: part.id, also: part.dataset.also ?? "" } }, location.href);
  }, seconds * 1000);
}
const watchAll = (root) => { for (const part of root.querySelectorAll("[data-refresh]")) watch(part); };
watchAll(document);
document.addEventListener("part", (event) => {
  const part = document.getElementById(event.detail.id);
  if (part?.dataset.refresh) watch(part);
  if (part) watchAll(part);
});

// On a phone the bar of places and the tabs scroll; they show where the reader is.
const rail = document.querySelector(".rail");
function showCurrent(bar) {
  const current = bar.querySelector("[aria-current]");
  if (current && bar.scrollWidth > bar.clientWidth) {
    bar.scrollLeft += current.getBoundingClientRect().left - bar.getBoundingClientRect().left - (bar.clientWidth - current.offsetWidth) / 2;
  }
}
document.querySelectorAll(".rail, .tabs").forEach(showCurrent);
function tellMore() {
  rail.classList.toggle("has-before", rail.scrollLeft > 4);
  rail.classList.toggle("at-end", rail.scrollLeft + rail.clientWidth > rail.scrollWidth - 4);
}
if (rail) {
  rail.addEventListener("scroll", tellMore, { passive: true });
  addEventListener("resize", tellMore);
  tellMore();
}

// One key leads to the search field.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.closest("input, textarea, select, [contenteditable]")) return;
  const field = document.querySelector("input[type=search]");
  if (field) { event.preventDefault(); field.focus(); }
});
