// Makes `built/meres.css` and `built/meres.js`, each also packed by gzip, from `src/` and the NHS design system.
import { build } from "esbuild";
import { compile } from "sass";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const built = join(here, "built");
mkdirSync(built, { recursive: true });

const styles = compile(join(here, "src/meres.scss"), {
  loadPaths: [join(here, "node_modules")],
  style: "compressed",
  quietDeps: true,
});
const script = await build({
  entryPoints: [join(here, "src/meres.js")],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2020",
  legalComments: "none",
  write: false,
});
for (const [name, text] of [["meres.css", styles.css], ["meres.js", script.outputFiles[0].text]]) {
  writeFileSync(join(built, name), text);
  writeFileSync(join(built, `${name}.gz`), gzipSync(text, { level: 9 }));
}
