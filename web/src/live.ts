// What happens elsewhere shows here without reloading. The stream tells which
// matters and units changed; an element that names one of them in data-live
// gets the event "live" and asks for itself again. When a stream breaks, the
// browser comes back with the last event it has; "reload" says that too much
// was missed.

type Change = { topics: string[] };

function touch(topics: Set<string>) {
  document.querySelectorAll<HTMLElement>("[data-live]").forEach((el) => {
    const mine = el.dataset.live!.split(" ");
    if (mine.some((t) => topics.has(t) || topics.has("*"))) el.dispatchEvent(new CustomEvent("live", { bubbles: false }));
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
  const stream = new EventSource(url);
  stream.addEventListener("change", (e) => later((JSON.parse((e as MessageEvent).data) as Change).topics));
  stream.addEventListener("reload", () => later(["*"]));
  stream.addEventListener("hands", (e) => {
    const { topic, html } = JSON.parse((e as MessageEvent).data) as { topic: string; html: string };
    document.querySelectorAll<HTMLElement>(`[data-hands="${CSS.escape(topic)}"]`).forEach((el) => (el.innerHTML = html));
  });
  const dot = document.getElementById("stream");
  stream.onopen = () => dot && (dot.dataset.state = "open");
  stream.onerror = () => dot && (dot.dataset.state = "lost");
  addEventListener("pagehide", () => stream.close());
}
