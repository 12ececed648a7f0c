// Passkeys: a button asks the server for a challenge, the browser for an answer
// to it, and sends the form it stands in with both. Where a browser has no
// passkeys the form stays hidden.

interface Ceremony {
  secret: string;
  options: { publicKey: PublicKeyCredentialCreationOptionsJSON & PublicKeyCredentialRequestOptionsJSON };
}

function able(): boolean {
  return typeof PublicKeyCredential !== "undefined" && "parseRequestOptionsFromJSON" in PublicKeyCredential;
}

function tell(form: HTMLFormElement, text: string) {
  const box = form.querySelector<HTMLElement>(".faults");
  if (!box) return;
  const note = document.createElement("div");
  note.className = "fault";
  note.setAttribute("role", "alert");
  note.textContent = text;
  box.replaceChildren(note);
}

async function run(button: HTMLElement, form: HTMLFormElement) {
  form.querySelector(".faults")?.replaceChildren();
  const begun = await fetch(button.dataset.passkey!, { method: "POST", headers: { "HX-Request": "true" } });
  if (!begun.ok) {
    const said = new DOMParser().parseFromString(await begun.text(), "text/html").querySelector("[role=alert]");
    return tell(form, said?.textContent?.trim() ?? button.dataset.failed ?? "");
  }
  const { secret, options } = (await begun.json()) as Ceremony;
  const credential = button.dataset.how === "create"
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options.publicKey) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options.publicKey) });
  if (!credential) throw new Error("no credential");
  form.querySelector<HTMLInputElement>("[name=secret]")!.value = secret;
  form.querySelector<HTMLInputElement>("[name=answer]")!.value = JSON.stringify((credential as PublicKeyCredential).toJSON());
  form.requestSubmit();
}

export function passkeys() {
  const show = () => able() && document.querySelectorAll<HTMLFormElement>("form.passkey[hidden]").forEach((f) => (f.hidden = false));
  show();
  document.body.addEventListener("htmx:afterSwap", show);
  document.addEventListener("click", (e) => {
    const button = (e.target as Element).closest<HTMLElement>("[data-passkey]");
    const form = button?.closest("form");
    if (button && form) run(button, form).catch(() => tell(form, button.dataset.failed ?? ""));
  });
}
