// Draws every [data-figure] with Plotly in the page's own colours, again when light turns to dark.
const dark = matchMedia("(prefers-color-scheme: dark)");
const CONFIG = { displayModeBar: false, responsive: true, locale: document.documentElement.lang, scrollZoom: false };

/** Replace the light colours of a figure by the page's tokens, as layout.meta.tones says. */
function recolour(value, tones, style) {
  if (typeof value === "string") {
    const token = tones[value.toLowerCase()];
    if (token) return style.getPropertyValue(token).trim() || value;
    return value;
  }
  if (Array.isArray(value)) return value.map((one) => recolour(one, tones, style));
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, key === "meta" ? one : recolour(one, tones, style)]));
  }
  return value;
}

function draw(box) {
  const figure = JSON.parse(box.dataset.figure);
  const style = getComputedStyle(document.documentElement);
  const tones = figure.layout?.meta?.tones ?? {};
  const layout = recolour(figure.layout ?? {}, tones, style);
  if (box.classList.contains("trend")) layout.height = box.clientHeight || layout.height;
  layout.hoverlabel = { ...layout.hoverlabel, bgcolor: style.getPropertyValue("--raised").trim(), bordercolor: style.getPropertyValue("--line-2").trim(), font: { color: style.getPropertyValue("--ink").trim(), size: 13 } };
  layout.separators = ".,";
  if (box.clientWidth < 480) fitPhone(layout);
  stackMarks(layout, figure.data, box.clientWidth);
  window.Plotly.react(box, recolour(figure.data, tones, style), layout, CONFIG);
}

/** Fewer ticks, and event marks without words: the list under the figure has them. */
function fitPhone(layout) {
  for (const axis of ["xaxis", "yaxis"]) if (layout[axis]?.nticks) layout[axis].nticks = Math.min(layout[axis].nticks, 4);
  layout.annotations = (layout.annotations ?? []).map((mark) => (mark.text?.length > 8 ? { ...mark, text: `${mark.text.slice(0, 7)}…` } : mark));
}

/** Event texts that would lie on each other go to lanes above the figure. */
function stackMarks(layout, data, width) {
  const marks = layout.annotations ?? [];
  const days = data.flatMap((trace) => trace.x ?? []).map(Date.parse).filter((day) => !Number.isNaN(day));
  if (!marks.length || !days.length) return;
  const first = Math.min(...days), span = Math.max(...days) - first || 1, ends = [];
  for (const mark of [...marks].sort((a, b) => Date.parse(a.x) - Date.parse(b.x))) {
    const half = [...mark.text].reduce((sum, letter) => sum + (letter > "\u2e80" ? 12 : 7), 8) / 2;
    const place = ((Date.parse(mark.x) - first) / span) * (width - 60) + 40;
    let lane = ends.findIndex((end) => end < place - half);
    if (lane < 0) lane = ends.length;
    ends[lane] = place + half;
    mark.yshift = lane * 15;
  }
  layout.margin = { ...layout.margin, t: 12 + ends.length * 15 };
}

function drawAll(root) {
  if (!window.Plotly) return;
  const boxes = root.querySelectorAll("[data-figure]");
  if (!("IntersectionObserver" in window)) { boxes.forEach(draw); return; }
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) { seen.unobserve(entry.target); draw(entry.target); }
  }, { rootMargin: "300px" });
  boxes.forEach((box) => seen.observe(box));
}

drawAll(document);
document.addEventListener("part", (event) => drawAll(document.getElementById(event.detail.id) ?? document));
dark.addEventListener("change", () => document.querySelectorAll("[data-figure].js-plotly-plot").forEach(draw));
addEventListener("beforeprint", () => { if (window.Plotly) document.querySelectorAll("[data-figure]").forEach(draw); });
