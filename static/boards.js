// A dashboard that is open follows new answers: it asks with the mark of what it shows, and the server mostly answers "not modified".
const SOON = 2000, STAFF = 5000, TIMES = 10, board = document.querySelector("[data-mark]");
const whole = document.documentElement.dataset.wall !== undefined, shown = new Map();
let mark = board?.dataset.mark, failed = 0;

const keep = (tile) => shown.set(tile.dataset.tile, tile.innerHTML);

/** Only what differs is put in, so that the rest stands still. */
function update(page) {
  const fresh = page.getElementById("board"), tiles = [...fresh.querySelectorAll("[data-tile]")];
  const isSame = tiles.map((tile) => tile.dataset.tile).join() === [...board.querySelectorAll("[data-tile]")].map((tile) => tile.dataset.tile).join();
  if (!isSame || fresh.dataset.wide !== board.dataset.wide) { location.reload(); return; }
  for (const tile of tiles) {
    if (shown.get(tile.dataset.tile) === tile.innerHTML) continue;
    const there = board.querySelector(`[data-tile="${tile.dataset.tile}"]`), open = there.querySelector(".figure-table[open]");
    keep(tile);
    there.replaceChildren(...tile.childNodes);
    if (open) there.querySelector(".figure-table")?.setAttribute("open", "");
    there.id ||= `board-tile-${tile.dataset.tile}`;
    document.dispatchEvent(new CustomEvent("part", { detail: { id: there.id } }));
  }
  mark = fresh.dataset.mark;
  const time = page.getElementById("board-time"), here = document.getElementById("board-time");
  if (time && here) here.replaceWith(time);
}

function lost(is) {
  failed = is ? failed + 1 : 0;
  const said = document.getElementById("board-lost");
  if (said) said.hidden = failed < 3;
}

/** Ask now, and again: on the wall sooner, and never so often that drawing takes more than a tenth of the time. */
async function ask() {
  const began = performance.now();
  try {
    const answer = await fetch(location.href, { headers: { "If-None-Match": `W/"${mark}"` }, cache: "no-store", credentials: "same-origin" });
    if ([404, 410].includes(answer.status) || answer.redirected) { location.reload(); return; }
    if (answer.ok) update(new DOMParser().parseFromString(await answer.text(), "text/html"));
    lost(!answer.ok && answer.status !== 304);
  } catch { lost(true); }
  later(Math.max(whole ? SOON : STAFF, TIMES * (performance.now() - began)));
}

function later(wait) {
  setTimeout(() => (document.hidden ? document.addEventListener("visibilitychange", () => later(0), { once: true }) : ask()), wait);
}

if (board) {
  // What the server wrote: this script runs before the one that draws the figures into it.
  board.querySelectorAll("[data-tile]").forEach(keep);
  later(whole ? SOON : STAFF);
}
