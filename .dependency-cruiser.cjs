// The arrows of ARCHITECTURE.md: `npm run check` rejects an import in the other direction.

/**
 * The base folders. Everything except the Lambda function may import them. They import nothing from the project, except
 * `contract/`, whose defaults are AWS's limits, and whose errors are those of all programs.
 */
const GROUND = ["aws/", "contract/", "terminal/"];
const BELOW = { "contract/": ["aws/", "terminal/error[.]ts"] };

/** Imports that each folder may have, in addition to its own files, packages and the base folders. A subfolder has its own row. */
const ARROWS = {
  config: ["functions/authorizer/(settings|jwk)[.]ts"],
  stacks: ["functions/authorizer/(check-)?settings[.]ts", "config/model[.]ts"],
  synth: ["config/", "stacks/"],
  adopt: ["config/", "functions/authorizer/settings[.]ts", "synth/app[.]ts"],
  doctor: [
    "adopt/(errors[.]ts|read/|findings/defects[.]ts)",
    "config/(index|model)[.]ts",
    "functions/authorizer/(authorizer|http|log)[.]ts",
    "smoke/",
  ],
  cli: ["package[.]json", "adopt/", "config/", "doctor/", "local/", "smoke/", "synth/", "token/"],
  smoke: [],
  token: ["config/index[.]ts", "functions/authorizer/settings[.]ts"],
  "local/api": [],
  "local/templates": [],
  "local/trace": [],
  "local/lambda": [
    "functions/authorizer/(authorizer|check-settings|http|json|log|policy|settings)[.]ts",
    "local/project-file[.]ts",
  ],
  "local/terraform": ["local/(api|lambda)/"],
  "local/control-plane": ["local/api/"],
  "local/data-plane": ["local/(api|lambda|templates|trace)/"],
  "local/inspector/page": ["local/inspector/(connections|history)[.]ts", "local/trace/trace[.]ts"],
  "local/session": ["local/", "smoke/index[.]ts"],
  local: ["functions/authorizer/settings[.]ts"],
  action: ["functions/authorizer/settings[.]ts", "smoke/"],
  examples: ["constructs[.]ts", "websocket-gateway$"],
  harness: ["local/", "smoke/", "action/"],
};

/** Packages that only these files import. */
const PACKAGES = {
  "cdktf|@cdktf/[^/]+|constructs": ["stacks/", "synth/app[.]ts", "examples/constructs/"],
  "@actions/[^/]+": ["action/"],
  "preact|@preact/[^/]+": ["local/inspector/page/"],
};

/** Entry points of the programs and the library. The local gateway runs `runner.cjs` as a process, and serves the inspector's page. Files that none of them imports are dead code. */
const PROGRAMS = [
  "main[.]ts",
  "constructs[.]ts",
  "cli/main[.]ts",
  "(adopt|doctor|local|smoke|token)/cli[.]ts",
  "local/index[.]ts",
  "action/src/index[.]ts",
  "functions/authorizer/index[.]ts",
  "local/lambda/(fetch|runner)[.]cjs",
  "local/inspector/page/",
  "(scripts|bench|examples)/",
];

const rule = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });
const under = (paths) => paths.map((path) => `^${path}`);

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    ...GROUND.concat("functions/").map((folder) =>
      rule(
        `${folder.slice(0, -1)}-imports`,
        "This folder imports nothing from the project.",
        { path: `^${folder}` },
        { pathNot: under([folder, ...(BELOW[folder] ?? []), "node_modules/"]), dependencyTypesNot: ["core"] },
      ),
    ),
    ...Object.entries(ARROWS).map(([folder, allowed]) =>
      rule(
        `${folder}-imports`,
        "The map has no arrow to this file. Move what both need down, or change ARCHITECTURE.md and this rule together.",
        { path: `^${folder}/`, pathNot: under(Object.keys(ARROWS).filter((other) => other.startsWith(`${folder}/`))) },
        { pathNot: under([`${folder}/`, ...GROUND, ...allowed, "node_modules/"]), dependencyTypesNot: ["core"] },
      ),
    ),
    ...Object.entries(PACKAGES).map(([packages, users]) =>
      rule(
        `${packages.split("|")[0]}-users`,
        `Only ${users.join(" and ").replaceAll("[.]", ".")} know these packages.`,
        { pathNot: [...under([...users, "test/"]), "node_modules/"] },
        { path: `^node_modules/(${packages})/` },
      ),
    ),
    rule(
      "functions-have-no-packages",
      "The Lambda function is small because it needs nothing but Node.js.",
      { path: "^functions/" },
      { path: "node_modules/" },
    ),
    rule(
      "no-circle",
      "Two files that need each other are one file, or three.",
      { pathNot: "^test/" },
      { circular: true },
    ),
    rule("no-tests", "What tests and others share is in harness/.", { pathNot: "^test/" }, { path: "^test/" }),
    rule(
      "no-dead-file",
      "No program reaches this file.",
      { path: under(PROGRAMS) },
      {
        path: "^(aws|contract|terminal|doctor|config|stacks|synth|cli|functions|local|smoke|adopt|action)/",
        pathNot: [...under(PROGRAMS), "[.]d[.]ts$"],
        reachable: false,
      },
    ),
    rule(
      "no-dead-support",
      "No test reaches this file.",
      { path: "[.]test[.]ts$" },
      { path: "^test/(unit|e2e|support)/", pathNot: ["[.]test[.]ts$", "^test/support/frameworks/"], reachable: false },
    ),
  ],
  options: {
    parser: "swc",
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    // The parser does not know JSX. A test checks what the inspector's page imports (test/unit/local/inspector/page.test.ts).
    exclude: { path: "^(build|dist|cdktf[.]out|action/dist|coverage|examples/testing|[.]claude)/|[.]tsx$" },
  },
};
