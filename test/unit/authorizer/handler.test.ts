/** The function as it is shipped: bundled, small, with its key set beside it, in a process of its own. */
import { execFile, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { buildSync } from "esbuild";
import fc from "fast-check";
import {
  claims,
  connect,
  door,
  ISSUER,
  json,
  jwksIssuer,
  keySet,
  pairs,
  rs256,
  SECRET,
  settings,
  token,
} from "../../support/authorizer/door";
import * as subject from "../../support/authorizer/subject";
import { CERTIFICATE } from "../../support/certificate";

const bundle = () =>
  buildSync({
    entryPoints: { index: resolve(__dirname, "../../../functions/authorizer/index.ts") },
    outdir: folder,
    bundle: true,
    minify: true,
    splitting: true,
    chunkNames: "[name]",
    outExtension: { ".js": ".mjs" },
    platform: "node",
    target: "node20",
    format: "esm",
    charset: "utf8",
    legalComments: "none",
    metafile: true,
  });

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "authorizer-"));
  writeFileSync(join(folder, "settings.json"), JSON.stringify(settings()));
  writeFileSync(join(folder, "ca.pem"), CERTIFICATE.cert);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Prints the answers, and which modules of Node.js are loaded by then. */
const PROGRAM = `
  const { handler } = await import(process.argv[1]);
  const answers = [];
  for (const event of JSON.parse(process.argv[2])) answers.push(await handler(event).catch(({ message }) => ({ message })));
  const loaded = process.moduleLoadList.filter((name) => /undici|_tls_wrap|internal.http2/.test(name));
  console.log(JSON.stringify({ answers, loaded }));`;

/** Answers and log lines of a fresh process, which says too what of Node it has loaded by then. */
function invoke(events: readonly object[], environment: Readonly<Record<string, string>>) {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--input-type=module", "-e", PROGRAM, join(folder, "index.mjs"), JSON.stringify(events)],
    { encoding: "utf8", env: { ...environment } },
  );
  const lines = stdout.trim().split("\n");
  return { stderr, log: lines.slice(0, -1), result: lines.at(-1) ?? "" };
}
const good = (changes: Readonly<Record<string, unknown>> = {}) =>
  token(
    { alg: "RS256", typ: "JWT", kid: "rsa" },
    claims({ iat: undefined, exp: Math.floor(Date.now() / 1000) + 300, ...changes }),
    pairs.rsa.privateKey,
  );
const environment = { HS256_SECRET: SECRET };

describe("the bundle", () => {
  test("has at most 8 KB, no dependency, and no import but those for what only some need", () => {
    const { metafile } = bundle();
    expect(Object.keys(metafile?.inputs ?? {}).filter((file) => /node_modules/.test(file))).toEqual([]);
    const outputs = Object.entries(metafile?.outputs ?? {});
    const [index] = outputs.filter(([file]) => file.endsWith("index.mjs")).map(([, output]) => output);
    expect(index?.bytes).toBeLessThanOrEqual(8192);
    expect(index?.imports.map(({ kind }) => kind)).toEqual(Array(3).fill("dynamic-import"));
    expect(outputs.flatMap(([, { imports }]) => imports).filter(({ path }) => isBuiltin(path))).toEqual([]);
  });

  test("answers, logs one line for each event, and loads neither TLS nor undici for it", () => {
    bundle();
    writeFileSync(join(folder, "jwks.json"), JSON.stringify({ [ISSUER]: keySet }));
    const { stderr, log, result } = invoke([connect(good()), connect("x.y.z"), {}], environment);
    expect(stderr).toBe("");
    expect(JSON.parse(result)).toMatchObject({
      answers: [
        {
          principalId: "user-1",
          policyDocument: { Statement: [{ Effect: "Allow" }] },
          context: { userId: "user-1", orgId: "org-1" },
        },
        { principalId: "denied", policyDocument: { Statement: [{ Effect: "Deny" }] } },
        { message: "unexpected_event" },
      ],
      loaded: [],
    });
    expect(log.map((line) => JSON.parse(line).decision)).toEqual(["allow", "deny", "error"]);
  });

  test("the made-up token of the initialization is in no answer and no log", () => {
    bundle();
    const { stderr, log } = invoke([], environment);
    expect([stderr, log]).toEqual(["", []]);
  });

  test("reads its settings from its folder, and those in its environment in their place", () => {
    bundle();
    const other = JSON.stringify(settings({ issuers: [jwksIssuer({ audiences: ["other"] })] }));
    const decisions = (more: Readonly<Record<string, string>>) =>
      invoke([connect(good())], { ...environment, ...more }).log.map((line) => JSON.parse(line).decision);
    expect(decisions({})).toEqual(["allow"]);
    expect(decisions({ AUTHORIZER_SETTINGS: other })).toEqual(["deny"]);
  });

  test("finds the keys over TLS by the issuer's discovery document, after a connection that was lost", async () => {
    bundle();
    const requests: string[] = [];
    let connections = 0;
    const server = createServer(CERTIFICATE, (request, response) => {
      requests.push(`${request.url}`);
      if (requests.length === 1) return request.destroy();
      response.end(JSON.stringify(request.url === "/keys" ? keySet : { issuer, jwks_uri: `${issuer}/keys` }));
    }).listen(0, "127.0.0.1");
    server.on("connection", () => {
      connections += 1;
    });
    await once(server, "listening");
    const address = server.address();
    const issuer = `https://localhost:${typeof address === "object" ? address?.port : ""}`;
    const { jwksUri: _, ...rules } = jwksIssuer({ issuer });
    try {
      const { stdout, stderr } = await promisify(execFile)(
        process.execPath,
        [
          "--input-type=module",
          "-e",
          PROGRAM,
          join(folder, "index.mjs"),
          JSON.stringify([connect(good({ iss: issuer }))]),
        ],
        {
          env: {
            AUTHORIZER_SETTINGS: JSON.stringify(settings({ issuers: [rules] })),
            NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"),
          },
        },
      );
      expect(stderr).toBe("");
      const [failed, decision] = stdout.trim().split("\n");
      expect(JSON.parse(failed ?? "")).toMatchObject({ keys: "unavailable", reason: expect.stringContaining(issuer) });
      expect(JSON.parse(decision ?? "")).toMatchObject({ decision: "allow", issuer });
      const document = "/.well-known/openid-configuration";
      expect(requests).toEqual([document, document, "/keys"]);
      // One was lost; the other one serves both documents.
      expect(connections).toBe(2);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  test("does not start without a good secret or key set, and says why", () => {
    bundle();
    expect(invoke([], { ...environment, HS256_SECRET: "short" }).stderr).toContain("HS256_SECRET has 5 bytes, not 32.");
    writeFileSync(join(folder, "jwks.json"), JSON.stringify({ [ISSUER]: { keys: [] } }));
    expect(invoke([], environment).stderr).toContain("keys_unusable");
  });
});

describe("whatever comes", () => {
  const { outcome } = door(subject);
  const anything = fc.oneof(
    fc.anything(),
    fc.jsonValue(),
    fc.record({ type: fc.constant("REQUEST"), methodArn: fc.anything() }),
  );

  test("an event that is none is an error, and never an answer", async () => {
    await fc.assert(
      fc.asyncProperty(anything, async (event) => {
        expect(await outcome(Object(event))).toBe("unexpected_event");
      }),
    );
  });

  test("an unsigned token is rejected, and is not an error", async () => {
    const part = fc.oneof(
      fc.base64String(),
      fc.string(),
      fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value)).toString("base64url")),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 5 }), async (parts) => {
        expect(await outcome(parts.join("."))).toMatch(/^token_|_refused$|_unsupported$|_unknown$/);
      }),
    );
  });

  test("a header or claims of any shape, under a real signature, are allowed or refused, and never an error", async () => {
    await fc.assert(
      fc.asyncProperty(fc.object(), fc.object(), async (header, changes) => {
        const signed = token(
          { ...header, alg: "RS256", kid: "rsa" },
          { ...claims(), ...changes },
          pairs.rsa.privateKey,
        );
        expect(await outcome(signed)).not.toMatch(/internal_error|Error/);
      }),
      { numRuns: 50 },
    );
  });

  test("a token with one character changed is refused", async () => {
    const original = rs256();
    await fc.assert(
      fc.asyncProperty(fc.nat(original.length - 1), fc.constantFrom(..."AQgwz09-_."), async (at, letter) => {
        fc.pre(original[at] !== letter);
        expect(await outcome(original.slice(0, at) + letter + original.slice(at + 1))).not.toBe("allow");
      }),
    );
  });

  test("JSON that has a member twice counts as its last", async () => {
    const body = Buffer.from(`{"sub":"admin",${JSON.stringify(claims()).slice(1)}`).toString("base64url");
    const twice = token(json({ alg: "RS256", kid: "rsa" }), body, pairs.rsa.privateKey);
    const { principalId } = await door(subject).answer(twice);
    expect(principalId).toBe("user-1");
  });
});
