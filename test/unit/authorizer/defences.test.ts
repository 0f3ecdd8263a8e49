/** Every defence is tested: without it, at least one case of the tables fails. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { DEFENCES, type Defence } from "../../support/authorizer/defences";
import type { Case, Subject } from "../../support/authorizer/door";
import { ATTACKS } from "./cases/attacks";
import { CLAIM_SHAPES } from "./cases/claim-shapes";
import { JWKS_BEHAVIOUR } from "./cases/jwks-behaviour";
import { RFC8725 } from "./cases/rfc8725";
import { TOKEN_PLACES } from "./cases/token-places";

const SOURCES = resolve(__dirname, "../../../functions/authorizer");

/** The authorizer with one text replaced in one of its files. */
async function subjectWithout(defence: Defence | undefined): Promise<Subject> {
  const { outputFiles } = await build({
    entryPoints: [resolve(__dirname, "../../support/authorizer/subject.ts")],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    logLevel: "silent",
    plugins: [
      {
        name: "without",
        setup: ({ onLoad }) => {
          if (!defence) return;
          const file = join(SOURCES, defence.file);
          onLoad({ filter: /functions.authorizer/ }, ({ path }) =>
            path === file
              ? { contents: readFileSync(path, "utf8").replace(defence.text, () => defence.without), loader: "ts" }
              : undefined,
          );
        },
      },
    ],
  });
  const module: { exports: unknown } = { exports: {} };
  new Function("module", "exports", "require", outputFiles.map(({ text }) => text).join(""))(
    module,
    module.exports,
    require,
  );
  if (!isSubject(module.exports)) throw new TypeError("The bundle does not export what is tested.");
  return module.exports;
}

const isSubject = (value: unknown): value is Subject =>
  typeof value === "object" && value !== null && "createAuthorizer" in value;

/** Whether a case passes, and comes to its end at all: nothing in the cases takes more than a few turns of the event loop. */
async function passes({ run }: Case, subject: Subject): Promise<boolean> {
  let outcome: boolean | undefined;
  run(subject).then(
    () => {
      outcome = true;
    },
    () => {
      outcome = false;
    },
  );
  for (let turn = 0; turn < 100 && outcome === undefined; turn++) await new Promise((resolve) => setImmediate(resolve));
  return outcome ?? false;
}

/** The name of the first case that fails, looked for among the likeliest first. */
async function failing(subject: Subject, file = ""): Promise<string[]> {
  const likely = /cache|refreshing|published/.test(file)
    ? JWKS_BEHAVIOUR
    : /token-places/.test(file)
      ? TOKEN_PLACES
      : /jwk|policy/.test(file)
        ? RFC8725
        : /settings|json/.test(file)
          ? CLAIM_SHAPES
          : ATTACKS;
  for (const entry of new Set([
    ...likely,
    ...ATTACKS,
    ...CLAIM_SHAPES,
    ...RFC8725,
    ...JWKS_BEHAVIOUR,
    ...TOKEN_PLACES,
  ])) {
    if (!(await passes(entry, subject))) return [entry.name];
  }
  return [];
}

describe("defences", () => {
  test("all cases pass with all of them in place", async () => {
    expect(await failing(await subjectWithout(undefined))).toEqual([]);
  });

  test.each(DEFENCES.map((defence) => [`${defence.file}: ${defence.name}`, defence] as const))(
    "%s",
    async (_name, defence) => {
      expect(readFileSync(join(SOURCES, defence.file), "utf8").split(defence.text)).toHaveLength(2);
      expect(await failing(await subjectWithout(defence), defence.file)).toHaveLength(1);
    },
  );
});
