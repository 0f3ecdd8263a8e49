// Bundles the inspector's page to one HTML file. Plain JavaScript, because scripts/run.mjs runs without a build.
import { join } from "node:path";
import { build } from "esbuild";

/** The page's folder from the project's, in which every program here runs. */
const FOLDER = "local/inspector/page";

/** Builds the page: the HTML, with `{{nonce}}` in place of the nonces, and the paths of its sources. */
export async function buildPage(root = process.cwd()) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [join(FOLDER, "main.tsx"), join(FOLDER, "style.css")],
    outdir: "page",
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
    write: false,
  });
  const text = (ending) => outputFiles.find(({ path }) => path.endsWith(ending)).text.trim();
  const html = [
    "<!doctype html>",
    '<html lang="en">',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    "<title>Gateway inspector</title>",
    `<style nonce="{{nonce}}">${text(".css")}</style>`,
    '<div id="app"></div>',
    `<script nonce="{{nonce}}">${text(".js")}</script>`,
    "</html>",
  ].join("\n");
  return { html, inputs: Object.keys(metafile.inputs) };
}

/**
 * An esbuild plugin that puts the built page into a bundle of the gateway.
 *
 * @param onBuilt is called with the page, whose sources are not in the bundle's own metafile
 */
export function inspectorPage(onBuilt = () => {}) {
  return {
    name: "inspector-page",
    setup({ onLoad, initialOptions }) {
      onLoad({ filter: /[\\/]inspector[\\/]page-html\.ts$/ }, async () => {
        const page = await buildPage(initialOptions.absWorkingDir);
        onBuilt(page);
        return { contents: `export const pageHtml = async () => ${JSON.stringify(page.html)};`, loader: "ts" };
      });
    },
  };
}
