// What is written in the open form of the builder is saved a moment later, and before anything else is opened.
// Without a script the form's own button saves.

const REST = 900;
let dirty = null, timer = 0, saving = null;

const openForm = (node) => node.closest?.("form[data-autosave]");

function tell(word) {
  const status = document.querySelector(".builder-bar [role=status]");
  if (status) status.textContent = status.dataset[word];
}

/** A half-written key would rename the question; it waits for the button. */
const waitsForButton = (form) => Boolean(form?.elements.key) && form.elements.key.value !== form.elements.key.defaultValue;

function note(event) {
  const form = openForm(event.target);
  if (!form || event.target.name === "revision") return;
  dirty = form;
  tell("unsaved");
  clearTimeout(timer);
  if (!waitsForButton(form)) timer = setTimeout(save, REST);
}
document.addEventListener("input", note);
document.addEventListener("change", note);

/** Whether the server has it now. One at a time: each save names the revision that the one before has made. */
async function save() {
  clearTimeout(timer);
  if (saving) await saving;
  const form = dirty;
  if (!form?.isConnected) { dirty = null; return true; }
  dirty = null;
  tell("saving");
  saving = send(form);
  const done = await saving;
  saving = null;
  if (!done) { dirty = dirty ?? form; tell("failed"); }
  return done;
}

async function send(form) {
  try {
    const answer = await fetch(form.action, {
      method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "X-Part": "builder" }, credentials: "same-origin",
    });
    if (!answer.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!page.getElementById("builder")) return false;
    takeOver(page);
    return true;
  } catch {
    return false;
  }
}

/** The form stays as it is typed in; what tells of it around is taken from the server's page. */
function takeOver(page) {
  const revision = page.querySelector("#builder input[name=revision]")?.value;
  for (const field of document.querySelectorAll("#builder input[name=revision]")) field.value = revision;
  const bar = document.querySelector(".builder-bar"), fresh = page.querySelector(".builder-bar");
  if (bar && fresh && !bar.contains(document.activeElement)) bar.replaceWith(fresh);
  else tell("saved");
  if (dirty) tell("unsaved");
  const frame = document.querySelector(".phone iframe"), next = page.querySelector(".phone iframe");
  if (frame && next) frame.contentWindow?.location.replace(next.src);
}

// Whatever leads elsewhere waits until the form is saved; what cannot be saved is shown with its problem instead.
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || !(dirty || saving) || link.target || event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const form = dirty;
  if (!waitsForButton(form) && await save()) { (link.isConnected ? link : again(link)).click(); return; }
  (dirty ?? form)?.requestSubmit();
}, true);

/** The link of the fresh page that stands for one that was taken away meanwhile. */
const again = (link) => [...document.querySelectorAll("a[href]")].find((one) => one.href === link.href) ?? link;

document.addEventListener("submit", async (event) => {
  if (openForm(event.target)) {
    dirty = null;
    clearTimeout(timer);
    if (!saving) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    await saving;
    event.target.requestSubmit(event.submitter);
    return;
  }
  if (!(dirty || saving) || !event.target.closest("#builder")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const form = dirty, { submitter } = event;
  if (await save()) (event.target.isConnected ? event.target : form)?.requestSubmit(event.target.isConnected ? submitter : undefined);
  else (dirty ?? form)?.requestSubmit();
}, true);

// Closing the page sends what is left; what cannot be saved asks first.
addEventListener("pagehide", () => {
  if (dirty?.isConnected && !waitsForButton(dirty)) fetch(dirty.action, { method: "POST", body: new URLSearchParams(new FormData(dirty)), keepalive: true });
});
addEventListener("beforeunload", (event) => { if (dirty?.isConnected && waitsForButton(dirty)) event.preventDefault(); });
