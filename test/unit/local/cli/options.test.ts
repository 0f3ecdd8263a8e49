/** The command line of `npm run local`. */

import { SWITCHES } from "../../../../local/data-plane/switches";
import { helpText } from "../../../../local/session/help";
import { OPTIONS, parseOptions, UsageError } from "../../../../local/session/options";

it("listens on this machine only, unless told", () => {
  expect(parseOptions([])).toEqual({
    help: false,
    host: "127.0.0.1",
    port: 3000,
    backends: new Map(),
    config: undefined,
    environment: undefined,
    stack: undefined,
    empty: false,
    variables: {},
    tls: undefined,
    limits: {},
    switches: {},
    apiKeys: [],
    reload: true,
    inspector: true,
    once: false,
    print: "text",
  });
});

it.each([
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
  [["--json"], { print: "json" }],
  [["-q", "--once", "--no-reload", "--no-inspector"], { print: "quiet", once: true, reload: false, inspector: false }],
])("%j", (argv, expected) => {
  expect(parseOptions(argv)).toMatchObject(expected);
});

it.each([
  [["--prot", "1"], "There is no option --prot. Did you mean --port?"],
  [["--whatever"], "There is no option --whatever."],
  [["--port", "70000"], "--port must be between 0 and 65535, not 70000."],
  [["--port", "x"], "--port must be between 0 and 65535, not x."],
  [["--backend", "localhost:8080"], "--backend takes a URL such as http://localhost:8080, not localhost:8080."],
  [["--tls-cert", "c.pem"], "--tls-cert and --tls-key belong together."],
  [["--limit", "idle-second=1"], "There is no limit idle-second. Did you mean idle-seconds?"],
  [["--limit", "idle-seconds=-1"], "--limit idle-seconds must be a number above zero, not -1."],
  [["--switch", "delete-status=201"], "--switch delete-status is one of 204, 200, not 201."],
  [["--switch", "delete-status"], "--switch takes name=value, not delete-status."],
  [["--variable", "=x"], "--variable takes name=value, not =x."],
  [["--empty", "--once"], "--empty excludes --stack and --once."],
  [["--json", "--quiet"], "--json and --quiet exclude each other."],
])("refuses %j", (argv, message) => {
  expect(() => parseOptions(argv)).toThrow(new UsageError(message));
});

it("refuses a word that is no option", () => {
  expect(() => parseOptions(["gateway.yaml"])).toThrow(UsageError);
});

it("names every value of every switch in its help, the default first", () => {
  const words = helpText().replace(/\s+/g, " ");
  for (const [name, value] of Object.entries(SWITCHES)) {
    const option = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const [, values = ""] = new RegExp(` ${option}=([^ ,]+)`).exec(words) ?? [];
    expect(values).toMatch(new RegExp(`^${value}\\|`));
    for (const one of values.split("|")) expect(() => parseOptions(["--switch", `${option}=${one}`])).not.toThrow();
  }
});

it("says in its help where deployed functions are looked up", () => {
  expect(helpText()).toContain("AWS_ENDPOINT_URL_LAMBDA");
});

it("names every option in its help, within the width of a terminal", () => {
  for (const name of Object.keys(OPTIONS)) expect(helpText()).toContain(`--${name}`);
  for (const line of helpText().split("\n")) expect(line.length).toBeLessThanOrEqual(120);
});
