// Nothing typed is lost: a form with data-draft is kept in this tab until it
// was taken. What is private (a caller's name and number, a password, a file)
// is never kept. The key by which the form is taken once is kept with it: what
// was taken while its answer was lost is not taken again. What is changed after
// it was sent is another form, with a key of its own.

function keyOf(form: HTMLFormElement) {
  return `form ${location.pathname} ${form.dataset.draft}`;
}

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function fields(form: HTMLFormElement): Field[] {
  return [...form.elements].filter((e): e is Field => {
    if (!(e instanceof HTMLInputElement || e instanceof HTMLTextAreaElement || e instanceof HTMLSelectElement)) return false;
    return e.name !== "" && !e.closest("[data-private]") && !["password", "file", "hidden", "submit", "button"].includes(e.type);
  });
}

type Draft = { once: string; sent?: boolean; fields: [string, string | boolean, string][] };

function once(form: HTMLFormElement) {
  return form.querySelector<HTMLInputElement>(":scope > input[type=hidden][name=key]");
}

function load(form: HTMLFormElement) {
  const raw = sessionStorage.getItem(keyOf(form));
  return raw ? (JSON.parse(raw) as Draft) : null;
}

function save(form: HTMLFormElement, sent = false) {
  const hidden = once(form);
  if (hidden && !sent && load(form)?.sent) hidden.value += "+";
  const draft: Draft = {
    once: hidden?.value ?? "",
    sent,
    fields: fields(form).map((f) => [f.name, f instanceof HTMLInputElement && /checkbox|radio/.test(f.type) ? f.checked : f.value, f.value]),
  };
  try {
    sessionStorage.setItem(keyOf(form), JSON.stringify(draft));
  } catch {
    // Storage is full or closed: the page itself still holds what was typed.
  }
}

function restore(form: HTMLFormElement) {
  const draft = load(form);
  if (!draft) return;
  const { once: key, fields: kept } = draft;
  const hidden = once(form);
  if (hidden && key) hidden.value = key;
  for (const f of fields(form)) {
    const i = kept.findIndex(([name, value, of]) => name === f.name && (typeof value !== "boolean" || of === f.value));
    if (i < 0) continue;
    const value = kept[i]![1];
    kept.splice(i, 1);
    if (typeof value === "boolean") (f as HTMLInputElement).checked = value;
    else f.value = value;
  }
}

export function drafts() {
  const each = (root: ParentNode) => root.querySelectorAll<HTMLFormElement>("form[data-draft]").forEach(restore);
  each(document);
  document.addEventListener("input", (e) => {
    const form = (e.target as Element).closest<HTMLFormElement>("form[data-draft]");
    if (form) save(form);
  });
  document.body.addEventListener("htmx:beforeRequest", (e) => {
    const form = (e as CustomEvent).detail.requestConfig?.elt as Element | undefined;
    if (form?.matches("form[data-draft]") && load(form as HTMLFormElement)) save(form as HTMLFormElement, true);
  });
  document.body.addEventListener("htmx:afterRequest", (e) => {
    // The form itself may be gone by now: its answer has taken its place. An
    // answer that leads to another page is not marked as successful, but is.
    const { requestConfig, xhr } = (e as CustomEvent).detail;
    const form = requestConfig?.elt as Element | undefined;
    if (xhr?.status >= 200 && xhr.status < 400 && form?.matches("form[data-draft]")) sessionStorage.removeItem(keyOf(form as HTMLFormElement));
  });
  document.body.addEventListener("htmx:load", (e) => {
    const root = (e as CustomEvent).detail.elt as HTMLElement;
    each(root);
    if (root.matches("form[data-draft]")) restore(root as HTMLFormElement);
  });
}
