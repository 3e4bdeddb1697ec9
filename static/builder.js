// The builder with a script: questions can be dragged, options edited in rows, Ctrl+Z undoes. Without it all works by buttons.

const MARKS = ["other", "alone"];

/** Option lines as rows of fields; the text area underneath stays what is sent. */
function editLines(area) {
  if (area.dataset.ready) return;
  area.dataset.ready = "1";
  const languages = area.dataset.lines.split(",");
  const box = document.createElement("div");
  box.className = "lines-editor";
  const words = { zh: { code: "代码", other: "可填写", alone: "互斥", add: "添加选项", text: "逐行编辑", rows: "表格编辑", remove: "移除" },
    en: { code: "code", other: "write-in", alone: "excludes", add: "Add a line", text: "Edit as text", rows: "Edit in rows", remove: "Remove" } };
  const say = words[document.documentElement.lang.startsWith("zh") ? "zh" : "en"];
  const isChoice = area.id.includes("choices");

  const write = () => {
    area.value = [...box.querySelectorAll(".lines-row")].map((row) => {
      const code = row.querySelector(".lines-code").value.trim();
      const texts = [...row.querySelectorAll("[data-language]")].map((field) => field.value.trim().replaceAll("|", "/"));
      if (!code && texts.every((text) => !text)) return "";
      const marks = MARKS.filter((mark) => row.querySelector(`[data-mark=${mark}]`)?.checked).map((mark) => `[${mark}]`);
      return [code ? `${code} =` : "", texts.join(" | "), ...marks].filter(Boolean).join(" ");
    }).filter(Boolean).join("\n");
    area.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const addRow = (line = "", before = null) => {
    const row = document.createElement("div");
    row.className = "lines-row";
    const marks = MARKS.filter((mark) => line.includes(`[${mark}]`));
    for (const mark of MARKS) line = line.replace(`[${mark}]`, "");
    const [, code = "", rest] = line.trim().match(/^(?:([A-Za-z0-9_][A-Za-z0-9_-]{0,39})\s*[=＝])?(.*)$/);
    const texts = rest.split(/[|｜]/).map((text) => text.trim());
    const field = (className, value, label) => {
      const input = document.createElement("input");
      Object.assign(input, { className, value, placeholder: label, ariaLabel: label });
      row.append(input);
      return input;
    };
    languages.forEach((language, at) => { field("", texts[at] ?? "", language === "zh" ? "中文" : "English").dataset.language = language; });
    field("lines-code", code, say.code);
    if (isChoice) for (const mark of MARKS) {
      const label = document.createElement("label"), tick = document.createElement("input");
      Object.assign(tick, { type: "checkbox", checked: marks.includes(mark) });
      tick.dataset.mark = mark;
      label.append(tick, say[mark]);
      row.append(label);
    }
    const remove = document.createElement("button");
    Object.assign(remove, { type: "button", className: "icon-button", textContent: "×", ariaLabel: say.remove });
    remove.addEventListener("click", () => { row.remove(); write(); });
    row.append(remove);
    box.insertBefore(row, before ?? add);
    return row;
  };
  const add = document.createElement("button");
  Object.assign(add, { type: "button", className: "button small", textContent: say.add });
  add.addEventListener("click", () => addRow().querySelector("input").focus());
  const swap = document.createElement("button");
  Object.assign(swap, { type: "button", className: "button quiet small", textContent: say.text });
  const help = area.parentElement.querySelector(".help");
  const show = (rows) => {
    box.hidden = !rows; area.hidden = rows; if (help) help.hidden = rows;
    swap.textContent = rows ? say.text : say.rows;
    if (!rows) return;
    box.querySelectorAll(".lines-row").forEach((row) => row.remove());
    area.value.split("\n").filter((line) => line.trim()).forEach((line) => addRow(line));
  };
  swap.addEventListener("click", () => show(box.hidden));
  box.append(add);
  box.addEventListener("input", write);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    addRow("", event.target.closest(".lines-row").nextSibling).querySelector("input").focus();
  });
  box.addEventListener("paste", (event) => {
    const lines = (event.clipboardData?.getData("text") ?? "").split(/\r?\n/).filter((line) => line.trim());
    if (lines.length < 2) return;
    event.preventDefault();
    const row = event.target.closest(".lines-row");
    lines.forEach((line) => addRow(line, row));
    if ([...row.querySelectorAll("[data-language]")].every((field) => !field.value)) row.remove();
    write();
  });
  area.after(box, swap);
  show(true);
}

/** Questions are dragged to another place; the drop sends the same form as the buttons do. */
let dragged = null;
function makeDraggable(root) {
  for (const line of root.querySelectorAll(".item-list[data-page] > li[data-key]"))
    if (line.querySelector(".item-line")) line.draggable = true;
}
document.addEventListener("dragstart", (event) => { dragged = event.target.closest?.("li[data-key]"); });
document.addEventListener("dragend", () => { dragged = null; mark(null); });
function mark(line) { for (const one of document.querySelectorAll(".is-over")) one.classList.remove("is-over"); line?.classList.add("is-over"); }
document.addEventListener("dragover", (event) => {
  const list = dragged && event.target.closest?.(".item-list[data-page]");
  if (!list) return;
  event.preventDefault();
  mark(event.target.closest("li[data-key]"));
});
document.addEventListener("drop", (event) => {
  const list = dragged && event.target.closest?.(".item-list[data-page]");
  if (!list) return;
  event.preventDefault();
  const rest = [...list.querySelectorAll(":scope > li[data-key]")].filter((line) => line !== dragged);
  const target = event.target.closest("li[data-key]");
  const at = target && target !== dragged ? rest.indexOf(target) : rest.length;
  const form = dragged.querySelector("form[action$='/move']");
  for (const [name, value] of [["to_page", list.dataset.page], ["to", at]]) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }
  form.requestSubmit();
});

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
  if (event.target.closest("input, textarea, select")) return;
  const undo = document.querySelector("[data-undo]");
  if (undo) { event.preventDefault(); undo.click(); }
});

/** The preview shows the open question; a fragment in its address would scroll this page too. */
function aimPreview(frame) {
  const aim = () => {
    const item = frame.dataset.item && frame.contentDocument?.getElementById(frame.dataset.item);
    if (item) frame.contentWindow.scrollTo(0, item.getBoundingClientRect().top + frame.contentWindow.scrollY - 16);
  };
  frame.addEventListener("load", aim);
  aim();
}

function prepare() {
  const builder = document.getElementById("builder");
  if (!builder) return;
  builder.querySelectorAll("textarea[data-lines]").forEach(editLines);
  makeDraggable(builder);
  builder.querySelectorAll(".phone iframe").forEach(aimPreview);
}
prepare();
document.addEventListener("part", (event) => {
  prepare();
  if (event.detail.id !== "builder") return;
  const open = document.querySelector(".item-form");
  if (open && !open.contains(document.activeElement)) open.scrollIntoView({ block: open.offsetHeight > innerHeight - 140 ? "start" : "nearest" });
});
