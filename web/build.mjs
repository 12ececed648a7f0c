// Builds what browsers load into internal/web/asset: one script and one sheet
// for every page, and the charts for the pages that have them. The output is
// committed, so that nobody needs Node to build the program.
import { build } from "esbuild";

const out = "../internal/web/asset";

await build({
  entryPoints: { app: "src/app.ts", chart: "src/chart.ts", style: "css/app.css", wall: "css/wall.css" },
  outdir: out,
  bundle: true,
  minify: true,
  target: ["chrome123", "firefox125", "safari17.5"],
  format: "iife",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
});
