// Bundles the action to action/dist, which is committed, because workflows run an action without an install.
// Usage: node scripts/build-action.mjs [folder]
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const outdir = resolve(process.argv[2] ?? join(root, "action", "dist"));

const common = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  platform: "node",
  target: "node20",
  legalComments: "none", // licenses.txt has the complete licences.
  metafile: true,
  write: false,
  logLevel: "warning",
};
/** @actions/http-client needs only the proxy agent of undici, whose index also loads fetch, caches and mocks: 300 KB. */
const proxyAgentOnly = {
  name: "proxy-agent-only",
  setup(build) {
    build.onLoad({ filter: /undici[\\/]index\.js$/ }, () => ({
      contents: 'exports.ProxyAgent = require("./lib/dispatcher/proxy-agent");',
    }));
  },
};
const bundles = await Promise.all([
  // The action, and the cdktf app that it runs for a project with only a gateway.yaml.
  build({
    ...common,
    format: "cjs",
    entryPoints: ["action/src/index.ts"],
    outfile: "index.js",
    plugins: [proxyAgentOnly],
  }),
  build({ ...common, format: "cjs", entryPoints: ["main.ts"], outfile: "main.js", external: ["esbuild"] }),
  // The authorizer, bundled as by stacks/authorizer-bundle.ts, so that the app does not need to bundle it.
  build({
    ...common,
    format: "esm",
    charset: "utf8",
    splitting: true,
    chunkNames: "[name]",
    outExtension: { ".js": ".mjs" },
    entryPoints: { index: "functions/authorizer/index.ts" },
    outdir: "authorizer",
  }),
]);

rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir, { recursive: true });
for (const { outputFiles } of bundles) {
  for (const { path, contents } of outputFiles) {
    const file = join(outdir, path.slice(root.length + 1));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, contents);
  }
}
writeFileSync(join(outdir, "package.json"), `${JSON.stringify({ type: "commonjs" })}\n`);
writeFileSync(join(outdir, "licenses.txt"), licenses(bundles.flatMap(({ metafile }) => Object.keys(metafile.inputs))));

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
