/** The command line of `npm run local`. */

import { SWITCHES } from "../../../../local/data-plane/switches";
import { explainFailure } from "../../../../local/session/command";
import { localHelp, localOptions, OPTIONS } from "../../../../local/session/options";
import { explain } from "../../../../terminal/error";
import { UsageError } from "../../../../terminal/values";

test("listens on this machine only by default", () => {
  expect(localOptions([])).toEqual({
    help: false,
    host: "localhost",
    port: 3000,
    backends: new Map(),
    config: undefined,
    environment: undefined,
    stack: undefined,
    empty: false,
    zipFolders: ["cdktf.out"],
    variables: {},
    tls: undefined,
    limits: {},
    switches: {},
    apiKeys: [],
    faults: {},
    seed: undefined,
    claims: {},
    reload: true,
    inspector: true,
    once: false,
    print: "text",
  });
});

test.each([
  [["-p", "0", "--host", "0.0.0.0"], { port: 0, host: "0.0.0.0" }],
  [["-b", "http://localhost:8080/"], { backends: new Map([["*", "http://localhost:8080"]]) }],
  [
    ["--backend", "https://a.example/x=http://localhost:1", "--backend", "http://localhost:2"],
    {
      backends: new Map([
        ["https://a.example", "http://localhost:1"],
        ["*", "http://localhost:2"],
      ]),
    },
  ],
  [["--variable", "a=b=c"], { variables: { a: "b=c" } }],
  [["--tls-cert", "c.pem", "--tls-key", "k.pem"], { tls: { certFile: "c.pem", keyFile: "k.pem" } }],
  [["--limit", "idle-seconds=0.5", "--limit", "frame-bytes=10"], { limits: { idleSeconds: 0.5, frameBytes: 10 } }],
  [
    ["--switch", "plain-get-status=426", "--switch", "ping-resets-idle=true", "--switch", "other-stage=allowed"],
    { switches: { plainGetStatus: 426, pingResetsIdle: true, otherStage: "allowed" } },
  ],
  [["--zip-folder", "dist", "--zip-folder", "/out"], { zipFolders: ["dist", "/out"] }],
  [["--json"], { print: "json" }],
  [["-q", "--once", "--no-reload", "--no-inspector"], { print: "quiet", once: true, reload: false, inspector: false }],
])("%j", (argv, expected) => {
  expect(localOptions(argv)).toMatchObject(expected);
});

test.each<[string[], string | RegExp]>([
  [["--prot", "1"], "There is no option --prot. Did you mean `--port`?"],
  [["--whatever"], "There is no option --whatever."],
  [["--port", "70000"], "--port 70000: expected a whole number from 0 to 65535."],
  [["--port", "x"], "--port x: expected a whole number from 0 to 65535."],
  [["--backend", "localhost:8080"], "--backend localhost:8080: expected a URL such as http://localhost:8080."],
  [["--tls-cert", "c.pem"], "--tls-cert and --tls-key belong together."],
  [
    ["--limit", "idle-second=1"],
    /^--limit idle-second=1: `idle-second` is not one of idle-seconds, .* Did you mean `idle-seconds`\?$/,
  ],
  [["--limit", "idle-seconds=-1"], "--limit idle-seconds=-1: expected a number above zero."],
  [["--switch", "delete-status=201"], "--switch delete-status=201: `201` is not one of 204, 200."],
  [
    ["--switch", "frame-limit=ignore"],
    "--switch frame-limit=ignore: `ignore` is not one of enforced, ignored. Did you mean `ignored`?",
  ],
  [
    ["--switch", "frame-limits=ignored"],
    /^--switch frame-limits=ignored: `frame-limits` is not one of .* Did you mean `frame-limit`\?$/,
  ],
  [["-B", "http://localhost:1"], "There is no option -B. Did you mean `-b`?"],
  [["environment"], "`environment` is not an option. Did you mean `--environment`?"],
  [["--switch", "delete-status"], "--switch delete-status: expected NAME=VALUE."],
  [["--variable", "=x"], "--variable =x: expected NAME=VALUE."],
  [["--empty", "--once"], "--empty excludes --stack and --once."],
  [["--stack", "out", "--config", "gateway.yaml"], "--stack excludes --config."],
  [["--stack", "gateway.yaml"], "--stack takes what was synthesized. Use --config."],
  [["--json", "--quiet"], "--json and --quiet exclude each other."],
])("refuses %j", (argv, message) => {
  const refuse = () => {
    try {
      localOptions(argv);
    } catch (error) {
      if (error instanceof UsageError) return explain(error);
      throw error;
    }
    return "accepted";
  };
  expect(refuse()).toEqual(typeof message === "string" ? message : expect.stringMatching(message));
});

test("rejects an unknown option", () => {
  expect(() => localOptions(["gateway.yaml"])).toThrow(UsageError);
});

test("names every value of every switch in its help, the default first", () => {
  const words = localHelp("npm run local --").replace(/\s+/g, " ");
  for (const [name, value] of Object.entries(SWITCHES)) {
    const option = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const [, values = ""] = new RegExp(` ${option}=([^ ,]+)`).exec(words) ?? [];
    expect(values).toMatch(new RegExp(`^${value}\\|`));
    for (const one of values.split("|")) expect(() => localOptions(["--switch", `${option}=${one}`])).not.toThrow();
  }
});

test("says in its help where deployed functions are looked up", () => {
  expect(localHelp("npm run local --")).toContain("AWS_ENDPOINT_URL_LAMBDA");
});

test("names every option in its help, within the width of a terminal", () => {
  for (const name of Object.keys(OPTIONS)) expect(localHelp("npm run local --")).toContain(`--${name}`);
  for (const line of localHelp("npm run local --").split("\n")) expect(line.length).toBeLessThanOrEqual(120);
});

test.each([
  ["EADDRINUSE", "listen EADDRINUSE: address already in use ::1:3000", /\. Choose another port with --port\.$/],
  ["EACCES", "listen EACCES: permission denied 0.0.0.0:80", /\. Choose a port above 1023 with --port\.$/],
  ["ENOTFOUND", "getaddrinfo ENOTFOUND nope", /\. Give an address of this machine with --host\.$/],
  ["EACCES", "EACCES: permission denied, open 'gateway.yaml'", /'gateway.yaml'$/],
])("says what to do where it cannot listen: %s", (code, message, explained) => {
  expect(explainFailure(Object.assign(new Error(message), { code }))).toMatch(explained);
});
