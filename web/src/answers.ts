// How answers are shown: what has happened in a line that fades, faults at the
// fields they belong to, and signing in again on top of the page.

function say(text: string) {
  const box = document.getElementById("says");
  if (!box || !text) return;
  const line = document.createElement("div");
  line.textContent = text;
  box.append(line);
  setTimeout(() => line.remove(), 5000);
}

// mark shows which fields of a form the faults in it are about.
function mark(form: Element) {
  form.querySelectorAll("[aria-invalid]").forEach((e) => e.removeAttribute("aria-invalid"));
  let first: HTMLElement | undefined;
  form.querySelectorAll<HTMLElement>(".faults [data-field]").forEach((fault) => {
    const whole = fault.dataset.field ?? "";
    const named = (name: string) => (name ? form.querySelector<HTMLElement>(`[name="${CSS.escape(name)}"]`) : null);
    const field = named(whole) ?? named(whole.split(/[.[]/)[0]!);
    if (!field) return;
    field.setAttribute("aria-invalid", "true");
    first ??= field;
  });
  (first ?? form.querySelector<HTMLElement>(".faults [role=alert]"))?.focus();
}

export function answers() {
  const body = document.body;
  body.addEventListener("says", (e) => say((e as CustomEvent).detail.value));
  body.addEventListener("htmx:configRequest", (e) => {
    const { elt, headers } = (e as CustomEvent).detail;
    const form = (elt as Element).closest("form");
    if (form?.id && form.querySelector(".faults")) headers["X-Form"] = form.id;
  });
  body.addEventListener("htmx:beforeRequest", (e) => {
    const form = ((e as CustomEvent).detail.elt as Element).closest("form");
    form?.querySelector(".faults")?.replaceChildren();
    form?.querySelectorAll("[aria-invalid]").forEach((f) => f.removeAttribute("aria-invalid"));
    // What an act has replaced meanwhile is not renewed, nor are the parts
    // beside it. The event of an element that is gone reaches nobody else.
    const { target, requestConfig } = (e as CustomEvent).detail;
    const gone = (swap: Event) => {
      if (!target.isConnected) (swap as CustomEvent).detail.shouldSwap = false;
    };
    if (requestConfig.verb === "get") target.addEventListener("htmx:beforeSwap", gone, { once: true });
  });
  body.addEventListener("htmx:afterSwap", (e) => {
    const target = (e as CustomEvent).detail.target as Element;
    const form = target.matches(".faults") ? target.closest("form") : null;
    if (form) mark(form);
  });
  const again = document.getElementById("again") as HTMLDialogElement | null;
  body.addEventListener("signin", () => {
    if (again && !again.open) again.showModal();
  });
  body.addEventListener("signedin", () => again?.close());

  const offline = document.getElementById("offline");
  const lost = (is: boolean) => offline && (offline.hidden = !is);
  addEventListener("offline", () => lost(true));
  addEventListener("online", () => lost(false));
  body.addEventListener("htmx:sendError", () => lost(true));
  body.addEventListener("htmx:afterOnLoad", () => lost(false));

  document.addEventListener("click", (e) => {
    const el = (e.target as Element).closest<HTMLElement>("[data-open],[data-close],[data-copy],[data-print]");
    if (!el) return;
    const open = el.dataset.open && (document.getElementById(el.dataset.open) as HTMLDialogElement | null);
    if (open) open.showModal();
    if (el.dataset.close !== undefined) el.closest("dialog")?.close();
    if (el.dataset.copy) navigator.clipboard?.writeText(el.dataset.copy).then(() => say(el.dataset.copied ?? ""));
    if (el.dataset.print !== undefined) print();
  });
  // A menu closes when something else is touched.
  document.addEventListener("click", (e) => {
    document.querySelectorAll<HTMLDetailsElement>("details.who[open]").forEach((d) => {
      if (!d.contains(e.target as Node)) d.open = false;
    });
  });
  // The item of a queue that is open beside it is the one the address names.
  const here = () => {
    const all = [...document.querySelectorAll<HTMLAnchorElement>(".queue a[data-peek]")];
    if (!all.some((a) => a.pathname === location.pathname)) return;
    all.forEach((a) => {
      const is = a.pathname === location.pathname;
      a.closest("li")?.classList.toggle("here", is);
      if (is) a.setAttribute("aria-current", "true");
      else a.removeAttribute("aria-current");
    });
  };
  here();
  body.addEventListener("htmx:pushedIntoHistory", here);
  body.addEventListener("htmx:load", here);
  // Choices that act at once, such as filters.
  document.addEventListener("change", (e) => {
    const el = e.target as HTMLElement;
    if (el.matches("[data-all]")) {
      const boxes = el.closest("form")?.querySelectorAll<HTMLInputElement>(`input[name="${CSS.escape(el.dataset.all!)}"]`);
      boxes?.forEach((b) => (b.checked = (el as HTMLInputElement).checked));
    }
    if (el.matches("[data-submit]")) (el.closest("form") as HTMLFormElement | null)?.requestSubmit();
  });
}
