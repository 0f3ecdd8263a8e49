/** Command lines: typed values by a table of options, and errors for invalid ones. */
import { explain } from "../../../terminal/error";
import { helpText } from "../../../terminal/help";
import { type OptionTable, parseOptions, rejectWords } from "../../../terminal/options";
import { oneOf, pair, positiveNumber, seconds, text, UsageError, wholeNumber } from "../../../terminal/values";

const TABLE = {
  port: { value: wholeNumber("NUMBER", 0, 65_535), short: "p", default: 3000, help: "port to listen on" },
  header: { value: pair(":"), multiple: true, short: "H", group: "Request", help: "request header" },
  query: { value: pair("="), multiple: true, group: "Request", help: "query parameter" },
  timeout: { value: seconds, help: "time to wait" },
  wait: { value: seconds, default: 1500, help: "more time" },
  factor: { value: positiveNumber("NUMBER"), help: "any number" },
  token: { value: text("TEXT"), help: "the token" },
  mode: {
    value: { placeholder: "MODE", parse: (given: string) => oneOf(given, ["enforced", "ignored"] as const) },
    help: "a closed list",
  },
  json: { short: "j", help: "print JSON" },
} as const satisfies OptionTable;

const errorOf = (argv: readonly string[]): string => {
  try {
    parseOptions(TABLE, argv);
  } catch (error) {
    if (error instanceof UsageError) return explain(error);
    throw error;
  }
  return "no error";
};

test("an empty command line returns the defaults", () => {
  expect(parseOptions(TABLE, [])).toEqual({
    values: {
      port: 3000,
      header: [],
      query: [],
      timeout: undefined,
      wait: 1500,
      factor: undefined,
      token: undefined,
      mode: undefined,
      json: false,
    },
    given: new Set(),
    words: [],
  });
});

test("values have the types of their options", () => {
  const { values } = parseOptions(TABLE, ["--timeout", "1"]);
  const port: number = values.port;
  const mode: "enforced" | "ignored" | undefined = values.mode;
  const json: boolean = values.json;
  // @ts-expect-error: an option that is not in the table
  const missing: unknown = values.prot;
  expect([port, mode, json, missing]).toEqual([3000, undefined, false, undefined]);
});

test.each<[string[], object]>([
  [["-p", "0"], { port: 0 }],
  [["--port=1", "--port", "2"], { port: 2 }],
  [
    ["-H", "X-A:  b c ", "--header=x:y:z"],
    {
      header: [
        ["X-A", "b c"],
        ["x", "y:z"],
      ],
    },
  ],
  [
    ["--query", "a=b=c", "--query", "d="],
    {
      query: [
        ["a", "b=c"],
        ["d", ""],
      ],
    },
  ],
  [["--timeout", "0.5"], { timeout: 500 }],
  [["--factor", "0.25"], { factor: 0.25 }],
  [["--token=--json"], { token: "--json", json: false }],
  [["--token", "-"], { token: "-" }],
  [["--mode", "ignored"], { mode: "ignored" }],
  [["-jp", "1"], { json: true, port: 1 }],
])("parses %j", (argv, values) => {
  expect(parseOptions(TABLE, argv).values).toMatchObject(values);
});

test("returns positional arguments, also those after --", () => {
  expect(parseOptions(TABLE, ["a", "-j", "--", "--b"])).toMatchObject({
    words: ["a", "--b"],
    given: new Set(["json"]),
  });
});

test.each<[string[], string]>([
  [["--prot", "1"], "There is no option --prot. Did you mean `--port`?"],
  [["--TOKEN=x"], "There is no option --TOKEN. Did you mean `--token`?"],
  [["--whatever"], "There is no option --whatever."],
  [["--constructor"], "There is no option --constructor."],
  [["-P", "1"], "There is no option -P. Did you mean `-p`?"],
  [["-f", "1"], "There is no option -f. Did you mean `--factor`?"],
  [["-t"], "There is no option -t."],
  [["-jx"], "There is no option -x."],
  [["--port"], "--port needs a value: --port NUMBER."],
  [["-p"], "-p needs a value: -p NUMBER."],
  [["--token", "--json"], "--token needs a value: --token TEXT. If the value is --json, write --token=--json."],
  [["--json=yes"], "--json takes no value. Write --json alone, or leave it out."],
  [["--port", "70000"], "--port 70000: expected a whole number from 0 to 65535."],
  [["-p", "1e3"], "-p 1e3: expected a whole number from 0 to 65535."],
  [["--timeout", "0"], "--timeout 0: expected seconds, such as 10 or 0.5."],
  [["--factor", "0"], "--factor 0: expected a number above zero."],
  [["--token", "-hunter2"], "--token needs a value: --token TEXT. If the value begins with -, write --token=TEXT."],
  [["--query", "hs256_secret hunter2"], "--query ***: expected NAME=VALUE."],
  [["--header", "Authorization Bearer hunter2"], "--header ***: expected NAME:VALUE."],
  [["--mode", "AKIAIOSFODNN7EXAMPLE"], "--mode ***: `***` is not one of enforced, ignored."],
  [["--query", "stocks"], "--query stocks: expected NAME=VALUE."],
  [["--header", ":x"], "--header :x: expected NAME:VALUE."],
  [["--mode", "ignore"], "--mode ignore: `ignore` is not one of enforced, ignored. Did you mean `ignored`?"],
  [["--mode", "x"], "--mode x: `x` is not one of enforced, ignored."],
])("rejects %j and says what to do", (argv, message) => {
  expect(errorOf(argv)).toBe(message);
});

test("rejects a positional argument, and suggests the option of that name", () => {
  expect(() => rejectWords(["prot"], TABLE)).toThrow(
    expect.objectContaining({ code: "usage", message: "`prot` is not an option.", hint: "Did you mean `--port`?" }),
  );
  expect(() => rejectWords(["hs256_secret=hunter2"], TABLE)).toThrow("`***` is not an option.");
  expect(() => rejectWords([], TABLE)).not.toThrow();
});

test("the help has groups, placeholders, defaults, examples and exit codes, within 100 columns", () => {
  const help = helpText({
    summary: `Tests a command. ${"Long sentences are wrapped. ".repeat(10)}`.trim(),
    usage: "command [options]",
    examples: ["command --port 1"],
    options: TABLE,
    notes: ["A note."],
    exitCodes: [[2, "the command line is not valid"]],
  });
  expect(help).toContain("\nUsage: command [options]\n\n  command --port 1\n\nOptions:\n");
  expect(help).toMatch(/^ {2}-p, --port NUMBER {13}port to listen on \(default: 3000\)$/m);
  expect(help).toMatch(/^ +--wait SECONDS +more time \(default: 1.5\)$/m);
  expect(help).toMatch(/^Request:\n {2}-H, --header NAME:VALUE {7}request header\n {6}--query NAME=VALUE/m);
  expect(help).toContain("\n\nA note.\n\nExit codes:\n    2  the command line is not valid\n");
  for (const line of help.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
});
