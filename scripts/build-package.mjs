// Builds the npm package to dist/. `npm pack` and `npm publish` run it first.
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { inspectorPage } from "../local/inspector/build-page.mjs";
import { bundle, bundleAuthorizer, root, writeBundles } from "./bundle.mjs";

const outdir = join(root, "dist");
/** The peers, which only the constructs use. */
const PEERS = Object.keys(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).peerDependencies).flatMap(
  (name) => [name, `${name}/*`],
);
/** Modules of the package, by name: the source of each. */
const LIBRARIES = { constructs: "constructs.ts", local: "local/index.ts", smoke: "smoke/index.ts" };

/** The sources of the inspector's page, for the licences of the packages in it. */
const page = { outputFiles: [], metafile: { inputs: {} } };
const plugins = [
  inspectorPage(({ inputs }) => {
    page.metafile.inputs = Object.fromEntries(inputs.map((path) => [path, {}]));
  }),
];
const bundles = await Promise.all([
  // The command needs no other package, so that `npx` installs one file tree of a few megabytes.
  bundle({
    entryPoints: ["cli/main.ts"],
    outfile: "websocket-gateway.cjs",
    banner: { js: "#!/usr/bin/env node" },
    external: ["esbuild"],
    plugins,
  }),
  bundle({
    entryPoints: LIBRARIES,
    outdir: ".",
    outExtension: { ".js": ".cjs" },
    external: [...PEERS, "esbuild"],
    plugins,
    minify: false,
    sourcemap: "linked",
  }),
  bundleAuthorizer(),
]);
writeBundles(outdir, [...bundles, page]);
chmodSync(join(outdir, "websocket-gateway.cjs"), 0o755);
// Files that the local gateway reads.
for (const name of ["runner.cjs", "fetch.cjs", "proxy.cjs"])
  cpSync(join(root, "local/lambda", name), join(outdir, "local/lambda", name));
writeTypes();
for (const [name, source] of Object.entries(LIBRARIES)) writeModule(name, `./types/${source.replace(/\.ts$/, ".js")}`);

/** Writes the declarations of all files that a library reaches. */
function writeTypes() {
  const config = join(root, "build", "tsconfig.package.json");
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    stripInternal: true, // Such as a constructor whose parameters have the types of a bundled package.
    rootDir: "..",
    outDir: "../dist/types",
    types: ["node"],
  };
  const files = Object.values(LIBRARIES).map((file) => `../${file}`);
  // Types of packages that have none.
  const include = ["../globals.d.ts", "../local/**/*.d.ts", "../smoke/*.d.ts"];
  mkdirSync(join(root, "build"), { recursive: true });
  writeFileSync(config, JSON.stringify({ extends: "../tsconfig.json", compilerOptions, files, include }));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, "-p", config], { cwd: root, stdio: "inherit" });
  rmSync(config);
}

/**
 * Writes the ES module of a library. It exports the names of the CommonJS module, so that a program that loads both has
 * each class once.
 */
function writeModule(name, types) {
  const exported = Object.keys(createRequire(import.meta.url)(join(outdir, `${name}.cjs`))).sort();
  const text = `import library from "./${name}.cjs";\nexport const { ${exported.join(", ")} } = library;\n`;
  writeFileSync(join(outdir, `${name}.mjs`), text);
  writeFileSync(join(outdir, `${name}.d.mts`), `export * from "${types}";\n`);
}
