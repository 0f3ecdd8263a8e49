// Bundles the action to action/dist, which is committed, because workflows run an action without an install.
// Usage: node scripts/build-action.mjs [folder]
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { bundle, bundleAuthorizer, root, writeBundles } from "./bundle.mjs";

const outdir = resolve(process.argv[2] ?? join(root, "action", "dist"));

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
  bundle({ entryPoints: ["action/src/index.ts"], outfile: "index.js", plugins: [proxyAgentOnly] }),
  bundle({ entryPoints: ["main.ts"], outfile: "main.js", external: ["esbuild"] }),
  bundleAuthorizer(),
]);
writeBundles(outdir, bundles);
writeFileSync(join(outdir, "package.json"), `${JSON.stringify({ type: "commonjs" })}\n`);
