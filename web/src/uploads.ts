// Files are sent one by one as soon as they are chosen or dropped, with their
// progress, so that a form holds only what has arrived. A file that fails
// stays in the list with its reason and can be tried again.

function send(box: HTMLElement, file: File) {
  const list = box.querySelector<HTMLElement>("[data-files]")!;
  const row = document.createElement("li");
  row.className = "row";
  const name = document.createElement("span");
  name.className = "grow";
  name.textContent = file.name;
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  row.append(name, bar);
  list.append(row);
  const most = Number(box.dataset.most ?? "0");
  const fail = (why: string) => {
    row.querySelectorAll("progress,button").forEach((e) => e.remove());
    const note = document.createElement("span");
    note.className = "mark red";
    note.textContent = why;
    const again = document.createElement("button");
    again.type = "button";
    again.textContent = box.dataset.again ?? "↻";
    again.onclick = () => { row.remove(); send(box, file); };
    const drop = document.createElement("button");
    drop.type = "button";
    drop.textContent = box.dataset.remove ?? "×";
    drop.onclick = () => row.remove();
    row.append(note, again, drop);
  };
  if (most && file.size > most) return fail(box.dataset.large ?? "");
  const req = new XMLHttpRequest();
  req.open("POST", box.dataset.upload!);
  req.setRequestHeader("HX-Request", "true");
  req.upload.onprogress = (e) => { if (e.lengthComputable) bar.value = (100 * e.loaded) / e.total; };
  req.onerror = () => fail(box.dataset.lost ?? "");
  req.onload = () => {
    if (req.status === 401) document.body.dispatchEvent(new CustomEvent("signin"));
    const part = new DOMParser().parseFromString(req.responseText, "text/html");
    if (req.status >= 400) return fail(part.body.textContent?.trim() || (box.dataset.lost ?? ""));
    row.replaceChildren(...part.body.childNodes);
    if (/^image\/(jpeg|png)$/.test(file.type)) {
      const seen = document.createElement("img");
      seen.alt = "";
      seen.src = URL.createObjectURL(file);
      seen.onload = () => URL.revokeObjectURL(seen.src);
      row.prepend(seen);
    }
  };
  const body = new FormData();
  body.append("file", file);
  req.send(body);
}

export function uploads() {
  const boxOf = (e: Event) => (e.target as Element).closest<HTMLElement>("[data-upload]");
  document.addEventListener("change", (e) => {
    const input = e.target as HTMLInputElement;
    const box = input.type === "file" ? boxOf(e) : null;
    if (!box) return;
    [...(input.files ?? [])].forEach((f) => send(box, f));
    input.value = "";
  });
  document.addEventListener("click", (e) => {
    const b = (e.target as Element).closest("[data-files] [data-drop]");
    if (b) b.closest("li")?.remove();
  });
  for (const kind of ["dragover", "dragleave", "drop"] as const) {
    document.addEventListener(kind, (e) => {
      const box = boxOf(e);
      if (!box) return;
      e.preventDefault();
      box.classList.toggle("over", kind === "dragover");
      if (kind === "drop") [...((e as DragEvent).dataTransfer?.files ?? [])].forEach((f) => send(box, f));
    });
  }
}
