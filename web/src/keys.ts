// The keyboard: j and k walk the queue, Enter opens, / searches, ? tells, and
// any element with data-key is pressed by its key.

function typing(e: KeyboardEvent) {
  const t = e.target as HTMLElement;
  return t.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(t.tagName);
}

function walk(step: number) {
  const items = [...document.querySelectorAll<HTMLElement>(".queue .item, table[data-walk] tbody a.item")].filter((e) => e.offsetParent !== null);
  if (!items.length) return;
  const at = items.findIndex((e) => e === document.activeElement || e.closest("li,tr")?.classList.contains("here"));
  const active = items.indexOf(document.activeElement as HTMLElement);
  const next = items[Math.max(0, Math.min(items.length - 1, (active >= 0 ? active : at) + step))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
  if (next?.hasAttribute("data-peek")) next.click();
}

// found walks what was found beneath the search box.
function found(e: KeyboardEvent) {
  const box = document.getElementById("found");
  const input = document.getElementById("find");
  if (!box || !input || !["ArrowDown", "ArrowUp", "Enter"].includes(e.key)) return;
  const links = [...box.querySelectorAll<HTMLElement>("a")];
  const at = links.indexOf(document.activeElement as HTMLElement);
  if (!links.length || (at < 0 && document.activeElement !== input)) return;
  if (e.key === "Enter") {
    if (at < 0) (links[0] as HTMLElement).click();
    return;
  }
  e.preventDefault();
  const next = at + (e.key === "ArrowDown" ? 1 : -1);
  (next < 0 ? input : links[Math.min(next, links.length - 1)])?.focus();
}

// here marks the line whose matter is in hand.
function here(item: Element) {
  item.closest(".queue")?.parentElement?.querySelectorAll(".queue > li.here").forEach((li) => {
    li.classList.remove("here");
    li.querySelector(".item")?.removeAttribute("aria-current");
  });
  item.closest("li")?.classList.add("here");
  item.setAttribute("aria-current", "true");
}

export function keys() {
  document.addEventListener("keydown", found);
  document.body.addEventListener("htmx:beforeRequest", (e) => {
    const item = (e as CustomEvent).detail.elt as Element;
    if (item.matches("[data-peek]")) here(item);
  });
  document.addEventListener("keydown", (e) => {
    if (e.key === "Escape") {
      const found = document.getElementById("found");
      if (found?.childElementCount) return found.replaceChildren();
      if (typing(e)) return (e.target as HTMLElement).blur();
    }
    if (e.ctrlKey || e.metaKey || e.altKey || typing(e) || document.querySelector("dialog[open]")) return;
    switch (e.key) {
      case "j": return walk(1);
      case "k": return walk(-1);
      case "/":
        e.preventDefault();
        return document.querySelector<HTMLElement>("#find")?.focus();
      case "?": return (document.getElementById("help") as HTMLDialogElement | null)?.showModal();
    }
    const el = [...document.querySelectorAll<HTMLElement>(`[data-key="${CSS.escape(e.key)}"]`)].find((x) => x.checkVisibility());
    if (!el) return;
    e.preventDefault();
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName)) el.focus();
    else el.click();
    const opened = el.tagName === "SUMMARY" && (el.parentElement as HTMLDetailsElement).open;
    if (opened) el.parentElement!.querySelector<HTMLElement>("input:not([type=hidden]),textarea,select")?.focus();
  });
}
