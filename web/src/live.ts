// What happens elsewhere shows here without reloading. The stream tells of each
// act which matter, place and units it was about; an element that names one of
// them in data-live gets the event "live" and asks for itself again. When a
// stream breaks, the browser comes back with the last event it has; "reload"
// says that too much was missed.

type Act = { matter: string; units?: string[]; unit?: string; holder?: string; place: Record<string, string> };

function topicsOf(a: Act) {
  const out = [`matter:${a.matter}`];
  for (const u of [...(a.units ?? []), a.unit, a.holder]) if (u) out.push(`unit:${u}`);
  for (const p of [...Object.values(a.place), document.body.dataset.root]) if (p) out.push(`place:${p}`);
  return out;
}

function touch(topics: Set<string>) {
  document.querySelectorAll<HTMLElement>("[data-live]").forEach((el) => {
    const mine = el.dataset.live!.split(" ");
    if (topics.has("*") || mine.some((t) => topics.has(t))) el.dispatchEvent(new CustomEvent("live", { bubbles: false }));
  });
}

export function live() {
  const url = document.body.dataset.stream;
  if (!url) return;
  let waiting = new Set<string>();
  let timer = 0;
  const later = (topics: string[]) => {
    topics.forEach((t) => waiting.add(t));
    timer ||= window.setTimeout(() => {
      const now = waiting;
      waiting = new Set();
      timer = 0;
      touch(now);
    }, 150); // a burst of acts is one refresh
  };
  let broken = false;
  let wait = 2000;
  const follow = () => {
    const stream = new EventSource(url);
    stream.addEventListener("act", (e) => {
      const act = JSON.parse((e as MessageEvent).data) as Act;
      document.body.dispatchEvent(new CustomEvent("act", { detail: act }));
      later(topicsOf(act));
    });
    stream.addEventListener("reload", () => later(["*"]));
    stream.addEventListener("hands", (e) => {
      const { topic, text } = JSON.parse((e as MessageEvent).data) as { topic: string; text: string };
      document.querySelectorAll<HTMLElement>(`[data-hands="${CSS.escape(topic)}"]`).forEach((el) => (el.textContent = text));
    });
    stream.onopen = () => {
      if (broken) later(["*"]); // what happened meanwhile may show on no event
      broken = false;
      wait = 2000;
      document.body.dataset.streaming = "open";
    };
    stream.onerror = () => {
      broken = true;
      document.body.dataset.streaming = "lost";
      if (stream.readyState !== EventSource.CLOSED) return; // the browser comes back by itself
      setTimeout(follow, wait); // it gave up: a proxy answered while the server was away
      wait = Math.min(wait * 2, 60_000);
    };
    addEventListener("pagehide", () => stream.close());
  };
  follow();
}
