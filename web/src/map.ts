// The map is drawn by the server; here it is only moved: wheel, drag, pinch,
// the buttons, and + - 0 on the keyboard.

function tame(box: HTMLElement) {
  const svg = box.querySelector("svg");
  if (!svg || box.dataset.tamed) return;
  box.dataset.tamed = "1";
  const whole = svg.getAttribute("viewBox")!.split(" ").map(Number) as [number, number, number, number];
  let view = [...whole] as typeof whole;
  const show = () => {
    svg.setAttribute("viewBox", view.join(" "));
    // Labels and dots keep their size on the screen.
    svg.style.setProperty("--zoom", String(view[2] / whole[2]));
  };
  const zoom = (by: number, x = view[0] + view[2] / 2, y = view[1] + view[3] / 2) => {
    const w = Math.min(whole[2], Math.max(whole[2] / 64, view[2] * by));
    const k = w / view[2];
    view = [x - (x - view[0]) * k, y - (y - view[1]) * k, w, view[3] * k];
    show();
  };
  const at = (e: { clientX: number; clientY: number }) => {
    const p = new DOMPoint(e.clientX, e.clientY).matrixTransform(svg.getScreenCTM()!.inverse());
    return [p.x, p.y] as const;
  };
  box.addEventListener("wheel", (e) => {
    if (!e.ctrlKey && box.dataset.wheel === "ctrl") return;
    e.preventDefault();
    zoom(e.deltaY > 0 ? 1.2 : 1 / 1.2, ...at(e));
  }, { passive: false });
  const fingers = new Map<number, PointerEvent>();
  let moved = 0;
  svg.addEventListener("pointerdown", (e) => { fingers.set(e.pointerId, e); moved = 0; });
  svg.addEventListener("pointermove", (e) => {
    const last = fingers.get(e.pointerId);
    if (!last) return;
    const others = [...fingers.values()].filter((f) => f.pointerId !== e.pointerId);
    if (others[0]) {
      const far = (a: PointerEvent) => Math.hypot(a.clientX - others[0]!.clientX, a.clientY - others[0]!.clientY);
      zoom(far(last) / Math.max(1, far(e)), ...at(others[0]));
    } else {
      const [x0, y0] = at(last);
      const [x1, y1] = at(e);
      view = [view[0] + x0 - x1, view[1] + y0 - y1, view[2], view[3]];
      show();
    }
    moved += Math.abs(e.clientX - last.clientX) + Math.abs(e.clientY - last.clientY);
    if (moved > 4) svg.setPointerCapture(e.pointerId);
    fingers.set(e.pointerId, e);
  });
  const up = (e: PointerEvent) => fingers.delete(e.pointerId);
  svg.addEventListener("pointerup", up);
  svg.addEventListener("pointercancel", up);
  svg.addEventListener("click", (e) => { if (moved > 4) { e.preventDefault(); e.stopPropagation(); } }, true);
  box.querySelectorAll<HTMLElement>("[data-zoom]").forEach((b) => b.addEventListener("click", () => {
    const by = b.dataset.zoom!;
    if (by === "0") { view = [...whole]; show(); } else zoom(Number(by));
  }));
  box.addEventListener("keydown", (e) => {
    if (e.key === "+" || e.key === "=") zoom(1 / 1.4);
    else if (e.key === "-") zoom(1.4);
    else if (e.key === "0") { view = [...whole]; show(); }
  });
}

export function map() {
  const all = (root: ParentNode) => root.querySelectorAll<HTMLElement>(".map").forEach(tame);
  all(document);
  document.body.addEventListener("htmx:load", (e) => {
    const el = (e as CustomEvent).detail.elt as HTMLElement;
    if (el.matches(".map")) tame(el);
    all(el);
  });
}
