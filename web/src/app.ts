// What every page runs. Each piece stands by itself and does nothing on a page
// that has no place for it.
import htmx from "htmx.org";
import { answers } from "./answers";
import { cut } from "./cut";
import { drafts } from "./drafts";
import { keys } from "./keys";
import { live } from "./live";
import { map } from "./map";
import { passkeys } from "./passkeys";
import { uploads } from "./uploads";
import { wall } from "./wall";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.historyCacheSize = 0; // nothing of a matter stays in the browser
htmx.config.scrollBehavior = "auto";
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "[45]..", swap: true, error: true },
];

answers();
drafts();
keys();
uploads();
map();
cut();
live();
wall();
passkeys();
