// Draws every [data-figure] with Plotly in the page's own colours, again when light turns to dark.
const dark = matchMedia("(prefers-color-scheme: dark)");
const CONFIG = { displayModeBar: false, responsive: true, locale: document.documentElement.lang, scrollZoom: false };
const LARGER = 1.35;
const PAPER = 640;
/** The width that figures may have while the page is printed; 0 on a screen. Whatever draws meanwhile keeps to it. */
let paper = 0;

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
  // Paper is light: there the figure keeps the colours it came with.
  const tones = paper ? {} : figure.layout?.meta?.tones ?? {};
  const layout = recolour(figure.layout ?? {}, tones, style);
  if (box.classList.contains("trend")) layout.height = box.clientHeight || layout.height;
  layout.hoverlabel = { ...layout.hoverlabel, bgcolor: style.getPropertyValue("--raised").trim(), bordercolor: style.getPropertyValue("--line-2").trim(), font: { color: style.getPropertyValue("--ink").trim(), size: 13 } };
  layout.separators = ".,";
  const fit = box.closest("[data-fit]");
  if (fit) { layout.height = box.clientHeight || layout.height; enlarge(layout, LARGER); enlarge(figure.data, LARGER); }
  if (paper) [layout.width, layout.autosize] = [Math.min(box.clientWidth, paper), false];
  if (box.clientWidth < 480) fitPhone(layout);
  stackMarks(layout, figure.data, layout.width ?? box.clientWidth, fit ? LARGER : 1);
  if (!paper) widen(box, figure.layout?.meta?.width ?? 0);
  window.Plotly.react(box, recolour(figure.data, tones, style), layout, { ...CONFIG, responsive: !paper });
  if (!box.dataset.linked && figure.data.some((trace) => trace.customdata)) { box.dataset.linked = ""; box.on("plotly_click", follow); }
}

/** Larger letters throughout, where a figure is read from afar. */
function enlarge(value, by) {
  for (const [key, one] of Object.entries(value ?? {})) {
    if (/font$/i.test(key) && one?.size) one.size *= by;
    else if (one && typeof one === "object" && key !== "meta") enlarge(one, by);
  }
}

/** A figure that needs more room than a phone has scrolls inside its box. */
function widen(box, width) {
  if (box.parentElement?.classList.contains("figure-scroll") && width > box.parentElement.clientWidth) { box.style.width = `${width}px`; box.parentElement.tabIndex = 0; }
}

/** A mark leads to the answers behind it. */
function follow(event) {
  const to = event.points[0]?.customdata;
  if (typeof to === "string" && to.startsWith("/")) location.assign(to);
}

/** Fewer ticks, and event marks without words: the list under the figure has them. */
function fitPhone(layout) {
  for (const axis of ["xaxis", "yaxis"]) if (layout[axis]?.nticks) layout[axis].nticks = Math.min(layout[axis].nticks, 4);
  layout.annotations = (layout.annotations ?? []).map((mark) => (mark.text?.length > 8 ? { ...mark, text: `${mark.text.slice(0, 7)}…` } : mark));
}

/** Event texts that would lie on each other go to lanes above the figure. */
function stackMarks(layout, data, width, by) {
  const marks = layout.annotations ?? [];
  const days = data.flatMap((trace) => trace.x ?? []).map(Date.parse).filter((day) => !Number.isNaN(day));
  if (!marks.length || !days.length) return;
  const first = Math.min(...days), span = Math.max(...days) - first || 1, ends = [];
  for (const mark of [...marks].sort((a, b) => Date.parse(a.x) - Date.parse(b.x))) {
    const half = [...mark.text].reduce((sum, letter) => sum + (letter > "\u2e80" ? 12 : 7) * by, 8) / 2;
    const place = ((Date.parse(mark.x) - first) / span) * (width - 60) + 40;
    let lane = ends.findIndex((end) => end < place - half);
    if (lane < 0) lane = ends.length;
    ends[lane] = place + half;
    mark.yshift = lane * 15 * by;
  }
  layout.margin = { ...layout.margin, t: 12 + ends.length * 15 * by };
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

/** The figure for a file: light colours on white, with its title, its cut and its n. */
function framed(card) {
  const figure = JSON.parse(card.querySelector("[data-figure]").dataset.figure);
  const wide = Math.max(960, figure.layout.meta?.width ?? 0), title = `<b>${plain(card.dataset.name)}</b><br><span style="font-size:12px">${plain(card.dataset.about)}</span>`;
  const layout = { ...figure.layout, paper_bgcolor: "#fff", separators: ".,", width: wide, height: figure.layout.height + 72,
    title: { text: title, x: 0, xref: "paper", xanchor: "left", y: 1, yref: "container", yanchor: "top", pad: { t: 26 }, font: { size: 16 } },
    margin: { ...figure.layout.margin, l: 16, r: 24, t: (figure.layout.margin?.t ?? 0) + 72, b: 16 } };
  return [{ data: figure.data, layout }, { format: "svg", width: layout.width, height: layout.height }];
}

const plain = (text) => text.replace(/[<>&]/g, (sign) => ({ "<": "‹", ">": "›", "&": "＆" })[sign]);

async function download(card, kind) {
  const [figure, options] = framed(card);
  const svg = await window.Plotly.toImage(figure, options);
  save(kind === "png" ? await painted(svg, options) : svg, `${card.dataset.name}.${kind}`);
}

/** An SVG as a bitmap of twice its size, drawn here: nothing leaves the page. */
async function painted(svg, { width, height }) {
  const image = new Image(), canvas = document.createElement("canvas");
  image.src = svg;
  await image.decode();
  [canvas.width, canvas.height] = [2 * width, 2 * height];
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/png");
}

function save(address, name) {
  const link = document.createElement("a");
  [link.href, link.download] = [address, name.replace(/[\\/:*?"<>|]+/g, " ")];
  link.click();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-download]");
  if (button) download(button.closest(".figure-card"), button.dataset.download);
});

drawAll(document);
document.addEventListener("part", (event) => drawAll(document.getElementById(event.detail.id) ?? document));
dark.addEventListener("change", () => document.querySelectorAll("[data-figure].js-plotly-plot").forEach(draw));
addEventListener("beforeprint", () => { paper = PAPER; if (window.Plotly) document.querySelectorAll("[data-figure]").forEach(draw); });
addEventListener("afterprint", () => { paper = 0; document.querySelectorAll("[data-figure].js-plotly-plot").forEach(draw); });
