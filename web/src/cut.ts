// A line that cuts a grid in two, or the border of an institution's own grid, is
// drawn on the map point by point. It stands in
// a field of the form, where it can be typed as well: the map shows what the
// field says. data-cut tells how units of the map become degrees.

function drawn(box: HTMLElement) {
  const svg = box.querySelector<SVGSVGElement>(".map svg");
  const line = box.querySelector<SVGPolylineElement>("[data-cutline]");
  const field = box.querySelector<HTMLTextAreaElement>("textarea[name=line]");
  const tools = box.querySelector<HTMLElement>("[data-cuttools]");
  const pen = box.querySelector<HTMLButtonElement>("[data-cut-draw]");
  if (!svg || !line || !field || !tools || !pen) return;
  const [left, top, kx, ky] = box.dataset.cut!.split(" ").map(Number) as [number, number, number, number];
  const points = () => field.value.split("\n").map((l) => l.split(/[,，]/).map(Number)).filter((p) => p.length === 2 && p.every(Number.isFinite)) as [number, number][];
  const how = (value: string) => box.querySelector<HTMLInputElement>(`input[name=how][value=${value}]`);
  const show = () => {
    const all = points();
    if (how("OWN")?.checked && all.length > 2) all.push(all[0]!);
    line.setAttribute("points", all.map(([lon, lat]) => `${((lon - left) * kx).toFixed(1)},${((top - lat) * ky).toFixed(1)}`).join(" "));
  };
  const write = (list: string[]) => {
    field.value = list.join("\n");
    field.dispatchEvent(new Event("input", { bubbles: true })); // the draft keeps it
  };
  const said = () => field.value.split("\n").filter((l) => l.trim());
  const pick = (on: boolean) => {
    pen.setAttribute("aria-pressed", String(on));
    svg.classList.toggle("drawing", on);
  };
  tools.hidden = false;
  field.addEventListener("input", show);
  box.addEventListener("change", show);
  pen.addEventListener("click", () => {
    pick(pen.getAttribute("aria-pressed") !== "true");
    if (!how("OWN")?.checked) how("LINE")?.click();
  });
  box.querySelector("[data-cut-undo]")?.addEventListener("click", () => write(said().slice(0, -1)));
  box.querySelector("[data-cut-clear]")?.addEventListener("click", () => write([]));
  // Before the links of the grids hear of it; what was a drag is stopped by the map.
  svg.addEventListener("click", (e) => {
    if (pen.getAttribute("aria-pressed") !== "true" || e.defaultPrevented) return;
    e.preventDefault();
    e.stopPropagation();
    const p = new DOMPoint(e.clientX, e.clientY).matrixTransform(svg.getScreenCTM()!.inverse());
    write([...said(), `${(left + p.x / kx).toFixed(6)},${(top - p.y / ky).toFixed(6)}`]);
  }, true);
  show();
}

export function cut() {
  document.querySelectorAll<HTMLElement>("[data-cut]").forEach(drawn);
}
