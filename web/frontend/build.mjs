// Bundles every entry of this folder into web/static/dist (not committed).
// An entry is a .js or .css file directly in this folder.
import { build } from "esbuild";
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const outdir = join(here, "..", "static", "dist");
const entryPoints = readdirSync(here)
  .filter((name) => /\.(js|css)$/.test(name))
  .sort()
  .map((name) => join(here, name));

rmSync(outdir, { recursive: true, force: true });
await build({
  entryPoints,
  outdir,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2022"],
  charset: "utf8",
  legalComments: "linked",
  logLevel: "warning",
});
