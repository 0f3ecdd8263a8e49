// What the bundles of the action and of the package have in common.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Bundles for Node.js. @param {import("esbuild").BuildOptions} options */
export const bundle = (options) =>
  build({
    absWorkingDir: root,
    bundle: true,
    minify: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    legalComments: "none", // licenses.txt has the complete licences.
    metafile: true,
    write: false,
    logLevel: "warning",
    ...options,
  });

/** Bundles the authorizer as contract/authorizer-bundle.ts does, so that the app does not need esbuild. */
export const bundleAuthorizer = () =>
  bundle({
    format: "esm",
    charset: "utf8",
    splitting: true,
    chunkNames: "[name]",
    outExtension: { ".js": ".mjs" },
    entryPoints: { index: "functions/authorizer/index.ts" },
    outdir: "authorizer",
  });

/** Replaces the contents of a folder with the bundles, and the licences of the packages in them. */
export function writeBundles(outdir, bundles) {
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  for (const { outputFiles } of bundles) {
    for (const { path, contents } of outputFiles) {
      const file = join(outdir, path.slice(root.length + 1));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, contents);
    }
  }
  const inputs = bundles.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  writeFileSync(join(outdir, "licenses.txt"), licenses(inputs));
}

/** Returns name, version and licence of every package in a bundle, sorted. */
function licenses(inputs) {
  const folders = new Set(inputs.map(packageFolder).filter(Boolean));
  return [...folders]
    .map((folder) => ({ folder, ...JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) }))
    .sort((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1))
    .map(({ folder, name, version, license }) => `${name} ${version} (${license})\n\n${licenseText(folder)}`)
    .join(`\n${"-".repeat(80)}\n\n`);
}

/** Returns the folder of a file's innermost package, such as `node_modules/a` for `node_modules/a/lib/b.js`, including its scope. */
function packageFolder(file) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
}

function licenseText(folder) {
  const file = readdirSync(join(root, folder)).find((name) => /^(licen[cs]e|copying)(\.|-|$)/i.test(name));
  return file
    ? `${readFileSync(join(root, folder, file), "utf8")
        .replaceAll("\r\n", "\n")
        .trim()}\n`
    : "No licence text in the package.\n";
}
