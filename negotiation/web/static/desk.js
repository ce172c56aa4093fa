// A little help where there is JavaScript; every page works without it.
"use strict";

// Filter a long table as you type.
for (const table of document.querySelectorAll("table[data-filter]")) {
  const rows = [...table.tBodies[0].rows];
  const label = document.createElement("label");
  label.className = "filters";
  const box = document.createElement("input");
  box.type = "search";
  label.append("筛选 ", box);
  (table.closest(".scroll") ?? table).before(label);
  box.addEventListener("input", () => {
    const words = box.value.trim().toLowerCase().split(/\s+/);
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
    }
  });
}

// Tick all lines of the list at once; the head of their column is where people look for it.
for (const form of document.querySelectorAll("form[data-bulk]")) {
  const boxes = [...form.querySelectorAll("tbody input[type=checkbox]")];
  const head = form.querySelector("thead th");
  const all = document.createElement("input");
  all.type = "checkbox";
  all.setAttribute("aria-label", "全选");
  if (boxes.length > 0) {
    head.append(all);
  }
  all.addEventListener("change", () => {
    for (const box of boxes) {
      box.checked = all.checked;
    }
  });
}

// Of several departments each is found as one is, and joins those that are written there.
for (const area of document.querySelectorAll("textarea[data-several]")) {
  const offered = document.getElementById(area.dataset.several);
  const box = document.createElement("input");
  box.setAttribute("list", area.dataset.several);
  box.setAttribute("aria-label", `查找部门，加入${area.labels[0]?.textContent ?? ""}`);
  box.placeholder = "查找部门：名称、首字母";
  area.before(box);
  box.addEventListener("input", () => {
    const names = [...(offered?.options ?? [])].map((option) => option.value);
    if (names.includes(box.value)) {
      area.value = [area.value.trim(), box.value].filter(Boolean).join("、");
      box.value = "";
    }
  });
}

// What is shown once is printed by a button, where one can.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// A double click sends a form once; whoever stops the page or comes back to it may send it again.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 3000);
  });
}

// What is typed is saved by itself, with its files, until it is sent.
for (const form of document.querySelectorAll("form[data-draft]")) {
  const note = form.querySelector("[data-saved]");
  const sending = new AbortController();
  let waiting = 0;
  const save = async () => {
    const sent = { method: "POST", body: new FormData(form), signal: sending.signal };
    const answer = await fetch(form.dataset.draft, sent).catch(() => null);
    if (answer === null || !answer.ok) {
      note.textContent = sending.signal.aborted ? "" : "没有自动保存，请尽快提交。";
      return;
    }
    const saved = await answer.json();
    form.querySelector("[data-held]").innerHTML = saved.files;
    form.querySelector("input[type=file]").value = "";
    note.textContent = `已自动保存（${saved.at}），尚未提交。`;
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(save, 2000);
  });
  form.addEventListener("submit", () => {
    clearTimeout(waiting);
    sending.abort();
  });
}

// What is wrong comes first, for eyes and for the keyboard.
document.getElementById("fault")?.focus();

// The keys of every page, but where somebody types: the dialog that "?" opens lists them.
const dialog = document.getElementById("keys");
const rows = [...document.querySelectorAll("main tbody tr, main .rows li")].filter((row) => row.querySelector("a"));
let after_g = false;

function step(by) {
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = here < 0 ? (by > 0 ? 0 : rows.length - 1) : here + by;
  rows[next]?.querySelector("a").focus();
}

const KEYS = {
  "?": () => dialog?.showModal?.(),
  "/": () => document.querySelector("input[type=search]")?.focus(),
  j: () => step(1),
  k: () => step(-1),
  x: () => document.activeElement?.closest("tr")?.querySelector("input[type=checkbox]")?.click(),
  g: () => (after_g = true),
};

document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? "") && document.activeElement.type !== "checkbox";
  if (typing || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || dialog?.open) {
    return;
  }
  const leads = after_g && document.querySelector(`.menu a[data-key="${CSS.escape(event.key)}"]`);
  after_g = false;
  const act = leads ? () => leads.click() : KEYS[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});
