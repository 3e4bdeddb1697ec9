// A condition is chosen from lists: question, comparison, value. The text field underneath stays what is sent.

const WITHOUT_VALUE = ["answered", "unanswered"];

/** The condition as rows; null where it says more than rows can. */
function rowsOf(tree, terms) {
  if (!Array.isArray(tree)) return null;
  if (!tree.length) return { join: "and", rows: [] };
  const [head, ...rest] = tree;
  const joined = head === "and" || head === "or";
  const rows = (joined ? rest : [tree]).map((part) => rowOf(part, terms));
  return rows.includes(null) ? null : { join: joined ? head : "and", rows };
}

function rowOf(part, terms) {
  if (!Array.isArray(part)) return null;
  const [head, first, second] = part;
  if (head === "not") {
    const inner = rowOf(first, terms), opposite = { answered: "unanswered", contains: "lacks" }[inner?.comparison];
    return opposite ? { ...inner, comparison: opposite } : null;
  }
  if (first?.[0] !== "ref") return null;
  const name = first[2] ? `${first[1]}.${first[2]}` : first[1], term = terms.find((one) => one.name === name);
  if (!term) return null;
  if (head === "answered") return { name, comparison: head, values: [] };
  if (second?.[0] !== "value" && !(head === "in" && second?.[0] === "list")) return null;
  const values = second.slice(1).map(String);
  for (const value of term.values.length ? values : []) {
    if (term.values.some(([code]) => code === value)) continue;
    if (!name.startsWith("attr.")) return null;
    term.values.push([value, value]); // No customer has it now; one may tomorrow.
  }
  return { name, comparison: head, values };
}

const quoted = (text) => (text.includes('"') ? `'${text.replaceAll("'", "")}'` : `"${text}"`);

function written({ name, comparison, values }, kind) {
  if (comparison === "answered") return `answered(${name})`;
  if (comparison === "unanswered") return `not answered(${name})`;
  const said = values.map((value) => (kind === "number" && /^-?\d+(\.\d+)?$/.test(value) ? value : quoted(value)));
  if (!said.length || said.includes('""')) return "";
  if (comparison === "in") return `${name} in [${said.join(", ")}]`;
  return comparison === "lacks" ? `not (${name} contains ${said[0]})` : `${name} ${comparison} ${said[0]}`;
}

function element(tag, properties = {}, ...inside) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...inside);
  return made;
}

function makeChooser(box) {
  if (box.dataset.ready) return;
  box.dataset.ready = "1";
  const { terms, comparisons, now, words } = JSON.parse(box.dataset.chooser);
  const typed = box.parentElement.querySelector("[data-typed]"), field = typed.querySelector("input");
  if (!terms.length) return;
  let state = rowsOf(now, terms);
  const termOf = (row) => terms.find((one) => one.name === row.name);
  const keep = () => {
    const parts = state.rows.map((row) => written(row, termOf(row).kind)).filter(Boolean);
    if (field.value !== parts.join(` ${state.join} `)) {
      field.value = parts.join(` ${state.join} `);
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  };
  const change = () => { keep(); draw(); };

  const options = (select, pairs, chosen) => {
    for (const [value, text] of pairs) select.append(element("option", { value, textContent: text, selected: chosen.includes(value) }));
    return select;
  };
  const questionSelect = (row) => {
    const select = element("select", { ariaLabel: words.question });
    let group = null;
    for (const term of terms) {
      if (term.of && group?.label !== term.of) select.append(group = element("optgroup", { label: term.of }));
      (term.of ? group : select).append(element("option", { value: term.name, textContent: term.label, selected: term.name === row.name }));
    }
    select.addEventListener("change", () => { Object.assign(row, fresh(termOf({ name: select.value }))); change(); });
    return select;
  };
  const fresh = (term) => ({ name: term.name, comparison: comparisons[term.kind][0][0], values: term.values.length ? [term.values[0][0]] : [""] });
  const valueField = (row, term) => {
    if (WITHOUT_VALUE.includes(row.comparison)) return element("span");
    if (term.values.length) {
      const several = row.comparison === "in";
      const select = options(element("select", { ariaLabel: words.value, multiple: several, size: several ? Math.min(5, term.values.length) : 0 }), term.values, row.values);
      select.addEventListener("change", () => { row.values = [...select.selectedOptions].map((one) => one.value); keep(); });
      return select;
    }
    const type = { number: "number", day: "date" }[term.kind] ?? "text";
    const input = element("input", { type, step: "any", value: row.values[0] ?? "", ariaLabel: words.value, maxLength: 100 });
    input.addEventListener("input", () => { row.values = [input.value]; keep(); });
    return input;
  };
  const line = (row) => {
    const term = termOf(row);
    const how = options(element("select", { ariaLabel: words.comparison }), comparisons[term.kind], [row.comparison]);
    how.addEventListener("change", () => { row.comparison = how.value; if (how.value !== "in") row.values = row.values.slice(0, 1); change(); });
    const remove = element("button", { type: "button", className: "icon-button", textContent: "×", ariaLabel: words.remove, title: words.remove });
    remove.addEventListener("click", () => { state.rows.splice(state.rows.indexOf(row), 1); change(); });
    return element("div", { className: "condition-row" }, questionSelect(row), how, valueField(row, term), remove);
  };
  function draw() {
    const parts = [];
    if (!state) parts.push(element("p", { className: "muted small", textContent: words.typed }));
    else {
      if (!state.rows.length) parts.push(element("p", { className: "muted small", textContent: words.always }));
      if (state.rows.length > 1) {
        const join = options(element("select", { className: "condition-join" }), [["and", words.and], ["or", words.or]], [state.join]);
        join.addEventListener("change", () => { state.join = join.value; keep(); });
        parts.push(join);
      }
      parts.push(...state.rows.map(line));
      const add = element("button", { type: "button", className: "button small", textContent: words.add });
      add.addEventListener("click", () => { state.rows.push(fresh(terms[terms.length - 1].name.startsWith("attr.") ? terms.findLast((one) => !one.name.startsWith("attr.")) ?? terms[0] : terms[terms.length - 1])); change(); box.querySelector(".condition-row:last-of-type select")?.focus(); });
      parts.push(add);
    }
    box.replaceChildren(...parts);
  }
  field.addEventListener("input", () => {
    if (!field.value.trim()) { state = { join: "and", rows: [] }; draw(); return; }
    box.replaceChildren(element("p", { className: "muted small", textContent: words.save }));
  });
  if (typed && state) {
    const details = element("details", { className: "condition-text" }, element("summary", { textContent: words.text }));
    details.open = typed.classList.contains("has-error");
    typed.before(details);
    details.append(typed);
  }
  box.hidden = false;
  draw();
}

const makeAll = () => { for (const box of document.querySelectorAll("[data-chooser]")) makeChooser(box); };
makeAll();
document.addEventListener("part", makeAll);
