// The command centre: the server draws it and tells what has changed; here the
// map is painted over, what is new in a list flows in, and clocks run. Motion
// is left to the sheet.
import htmx from "htmx.org";

type Paint = { heat: Record<string, number>; teams: Record<string, [number, number, number]>; says: Record<string, string> };

const steps = ["h0", "h1", "h2", "h3", "h4"];

// again starts a class's animation from the beginning.
function again(el: Element, name: string) {
  el.classList.remove(name);
  el.getBoundingClientRect();
  el.classList.add(name);
}

function paint(el: HTMLElement) {
  const map = document.getElementById("w-map");
  if (!map) return;
  const p = JSON.parse(el.dataset.paint!) as Paint;
  map.querySelectorAll<SVGPathElement>(".area").forEach((a) => {
    const code = a.dataset.code!;
    if (!a.classList.contains("edge")) {
      const step = steps[p.heat[code] ?? 0]!;
      if (!a.classList.contains(step)) {
        a.classList.remove(...steps);
        a.classList.add(step);
      }
    }
    const team = p.teams[code];
    if (!team) return;
    a.classList.toggle("behind", team[2] > 0);
    const said = p.says[code]!;
    const title = a.querySelector("title");
    if (title && title.textContent !== said) {
      title.textContent = said;
      a.closest("a")?.setAttribute("aria-label", said);
      again(a, "rise");
    }
  });
  map.querySelectorAll<SVGGElement>("[data-team]").forEach((g) => {
    const team = p.teams[g.dataset.team!];
    if (!team) return;
    const [owed, past] = team;
    g.classList.toggle("late", past > 0);
    g.classList.toggle("idle", owed === 0 && past === 0);
    const n = g.querySelector(".n")!;
    if (n.textContent !== String(owed)) n.textContent = String(owed).replace(/\B(?=(\d{3})+$)/g, " ");
  });
}

// seen are the lines of the list that have been there.
const seen = new Set<string>();

function flow(list: HTMLElement, first: boolean) {
  const lines = [...list.querySelectorAll<HTMLElement>("li[id]")];
  lines.forEach((li) => {
    if (!first && !seen.has(li.id)) li.classList.add("fresh");
  });
  lines.forEach((li) => seen.add(li.id));
}

// wait is how long a screen waits before it asks what has changed: as long as
// an answer is kept for all, and a little apart from the others.
const wait = () => 520 + 180 * Math.random();

let asking = 0;

function pulse() {
  asking ||= window.setTimeout(() => {
    asking = 0;
    const el = document.getElementById("w-pulse");
    if (el) htmx.trigger(el, "pulse");
  }, wait());
}

const two = (n: number) => String(n).padStart(2, "0");

// away is what a screen's own clock differs from the server's by.
let away = 0;

function tick() {
  const now = Date.now() + away;
  document.querySelectorAll<HTMLTimeElement>("time[data-now]").forEach((el) => {
    const t = new Date(now + 8 * 3600e3); // Beijing time
    el.textContent = `${two(t.getUTCHours())}:${two(t.getUTCMinutes())}:${two(t.getUTCSeconds())}`;
  });
  document.querySelectorAll<HTMLTimeElement>("time[data-until]").forEach((el) => {
    const left = Math.round((Date.parse(el.dateTime) - now) / 1000);
    const s = Math.abs(left), h = Math.floor(s / 3600);
    el.textContent = `${left < 0 ? "−" : ""}${h}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
    el.classList.toggle("soon", left >= 0 && left < 900);
    el.classList.toggle("over", left < 0);
  });
}

export function wall() {
  if (!document.querySelector("[data-wall]")) return;
  const clock = document.querySelector<HTMLTimeElement>("time[data-now]");
  if (clock) away = Date.parse(clock.dateTime) - Date.now();
  const list = document.getElementById("w-acts");
  if (list) flow(list, true);
  document.addEventListener("live", (e) => {
    if ((e.target as HTMLElement).matches("[data-pulse]")) pulse();
  }, true);
  document.body.addEventListener("htmx:oobAfterSwap", (e) => {
    const id = ((e as CustomEvent).detail.target as HTMLElement).id;
    const el = document.getElementById(id);
    if (!el) return;
    if (id === "w-paint") paint(el);
    if (id === "w-acts") flow(el, false);
    if (id === "w-alarms") tick();
  });
  tick();
  window.setInterval(tick, 1000);
}
