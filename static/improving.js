// Cases: clocks that go on while one looks at them, and a box that ticks all others.
document.documentElement.classList.add("scripted");

const DAY = 86400, HOUR = 3600;

/** The same words and limits as the server's: the page brings them along in its language. */
function left(words, seconds) {
  const rest = Math.abs(seconds), late = seconds < 0 ? 1 : 0;
  const [unit, size] = rest >= 2 * DAY ? ["days", DAY] : rest >= HOUR ? ["hours", HOUR] : ["minutes", 60];
  return words[unit][late].replace("{n}", Math.floor(rest / size));
}

function tick() {
  for (const place of document.querySelectorAll("[data-clock]")) {
    const words = JSON.parse(place.dataset.clock);
    for (const clock of place.querySelectorAll("[data-due]")) {
      const seconds = (Date.parse(clock.dateTime) - Date.now()) / 1000;
      clock.textContent = left(words, seconds);
      clock.classList.toggle("late", seconds < 0);
    }
  }
}
setInterval(tick, 20_000);

document.addEventListener("change", (event) => {
  const name = event.target.dataset?.all;
  if (!name) return;
  for (const box of event.target.form.querySelectorAll(`input[name="${name}"]`)) box.checked = event.target.checked;
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});

// Another metric may come from another survey, with other filters; what is being typed elsewhere is left alone.
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.dataset.part === "preview") form.dataset.also = event.target.dataset.refreshAlso ?? "";
}, true);
