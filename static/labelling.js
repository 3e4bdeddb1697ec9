// Labelling by keys: a clause after the other, the answer saved with its last clause. Works as a plain form without it.

const form = () => document.getElementById("label-form");
const sets = () => [...(form()?.querySelectorAll("fieldset[data-clause]") ?? [])];
let active = 0;

function go(place) {
  const all = sets();
  if (!all.length) return;
  active = Math.max(0, Math.min(place, all.length - 1));
  form().classList.add("by-keys");
  for (const part of form().querySelectorAll("[data-clause]")) {
    part.classList.toggle("active", Number(part.dataset.clause) === active);
  }
  paint();
}

/** Show in the text which clauses are labelled, and how. */
function paint() {
  for (const set of sets()) {
    const value = set.querySelector("input[type=radio]:checked")?.value;
    const words = form().querySelector(`.label-clause[data-clause="${set.dataset.clause}"]`);
    words.dataset.said = value ?? "";
  }
}

function save() {
  const open = sets().findIndex((set) => !set.querySelector("input[type=radio]:checked"));
  if (open >= 0) go(open); else form().requestSubmit();
}

document.addEventListener("keydown", (event) => {
  if (!form() && event.key.toLowerCase() !== "z") return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("select, textarea, input[type=text]")) return;
  if (event.key === "z" || event.key === "Z") {
    event.preventDefault();
    const checked = sets()[active - 1]?.querySelector("input[type=radio]:checked");
    if (checked) { checked.checked = false; go(active - 1); } else document.getElementById("undo-form").requestSubmit();
    return;
  }
  if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); go(active + (event.key === "ArrowDown" ? 1 : -1)); return; }
  const input = [...(sets()[active]?.querySelectorAll("input[data-key]") ?? [])].find((one) => one.dataset.key === event.key);
  if (!input) return;
  event.preventDefault();
  if (input.type === "checkbox") { input.checked = !input.checked; return; }
  input.checked = true;
  paint();
  if (active + 1 < sets().length) go(active + 1); else save();
});

document.addEventListener("change", (event) => {
  const set = event.target.closest("fieldset[data-clause]");
  if (!set || event.target.type !== "radio") return;
  paint();
  const place = Number(set.dataset.clause);
  if (place + 1 < sets().length) go(place + 1);
});
document.addEventListener("click", (event) => {
  const words = event.target.closest(".label-clause, .label-clauses fieldset");
  if (words) go(Number(words.dataset.clause));
});
document.addEventListener("part", (event) => { if (event.detail.id === "label-page") go(0); });
go(0);
