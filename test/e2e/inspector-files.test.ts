/** Exports of the inspector: HAR by its schema, JSON Lines as `--json` prints them, and both opened again. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Ajv from "ajv";
import draft6 from "ajv/dist/refs/json-schema-draft-06.json";
import schemas from "har-schema";
import { renderText } from "../../local/trace/print";
import { describeWith } from "../support/describe-with";
import { connect, type InspectorPage, startWorld, violations, type World } from "../support/inspector/world";

jest.setTimeout(120_000);

/** Checks a value by the schema of HAR 1.2, and returns the problems. */
function harProblems(value: unknown): unknown {
  const ajv = new Ajv({
    strict: false,
    formats: {
      "date-time": (text: string) => new Date(text).toISOString() === text,
      uri: (text: string) => URL.canParse(text) && new URL(text).href === text,
      ipv4: true,
      ipv6: true,
    },
  });
  ajv.addMetaSchema(draft6);
  for (const schema of Object.values(schemas)) ajv.addSchema(schema);
  const validate = ajv.getSchema("har.json#");
  if (validate === undefined) throw new Error("har-schema has no har.json");
  return validate(value) ? [] : validate.errors;
}

describeWith(["chromium"], "files of the inspector", () => {
  let world: World;
  let inspector: InspectorPage;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "inspector-files-"));
    world = await startWorld();
    inspector = await world.open();
    // Playwright handles the dialog of the browser while there is a listener. Without this one it would begin and end to do
    // so with each test, and not in time.
    inspector.page.on("filechooser", () => {});
    await connect(inspector);
    await inspector.page.keyboard.press("m");
    await inspector.page.keyboard.type('{"action":"none"}');
    await inspector.page.keyboard.press("Enter");
    await inspector.line("no route has the key").waitFor();
    await inspector.page.getByRole("button", { name: "Push", exact: true }).click();
    await inspector.line("→ push").waitFor();
    await connect(inspector, { Claims: '{"exp":1}' }, "refused with 403");
    await inspector.page.keyboard.press("a");
    await inspector.line("expired").waitFor();
  });
  afterAll(async () => {
    await world?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function exported(key: string): Promise<string> {
    const download = inspector.page.waitForEvent("download");
    await inspector.page.keyboard.press(key);
    const file = join(folder, (await download).suggestedFilename());
    await (await download).saveAs(file);
    return file;
  }
  async function open(file: string): Promise<void> {
    const chooser = inspector.page.waitForEvent("filechooser");
    await inspector.page.keyboard.press("o");
    await (await chooser).setFiles(file);
    await inspector.message.getByText(/^opened/).waitFor();
  }
  /** Without the function's notes that the issuer, which does not exist, cannot be reached. They can come at any time. */
  const summaries = async () =>
    (await inspector.lines.locator("button.summary").allTextContents()).filter((text) => !text.includes('"keys"'));

  test.each(["h", "l"])("what is exported with %s is the same when it is opened again", async (key) => {
    const before = await summaries();
    const file = await exported(key);
    await open(file);
    expect(await summaries()).toEqual(before);
    expect(await violations(inspector)).toEqual([]);
    expect(await inspector.connections.count()).toBe(2);
    await inspector.page.keyboard.press("Escape");
    await inspector.page.getByText("live", { exact: true }).waitFor();
    expect(await summaries()).toEqual(before);
  });

  test("a HAR file is valid, and has the handshakes with their messages, and the requests to the backend", async () => {
    const har = JSON.parse(readFileSync(await exported("h"), "utf8"));
    expect(harProblems(har)).toEqual([]);
    expect(harProblems({ log: { ...har.log, entries: [{}] } })).not.toEqual([]);
    const entries: { request: { url: string }; response: { status: number }; _webSocketMessages?: unknown[] }[] =
      har.log.entries;
    const urls = entries.map(({ request, response }) => `${response.status} ${request.url.replace(/\?.*/, "")}`);
    expect(urls).toEqual([
      expect.stringMatching(/^101 ws:.*\/prod$/),
      expect.stringMatching(/^200 http:.*\/connect$/),
      expect.stringMatching(/^403 ws:.*\/prod$/),
    ]);
    expect(entries[0]?._webSocketMessages).toHaveLength(3);
  });

  test("an exported file has no token", async () => {
    for (const key of ["h", "l"]) expect(readFileSync(await exported(key), "utf8")).not.toMatch(/eyJ/);
  });

  test("JSON Lines are events that the gateway's own printer reads", async () => {
    const events = readFileSync(await exported("l"), "utf8")
      .trim()
      .split("\n");
    const printed = events.map((line) => renderText(JSON.parse(line), { color: false }));
    expect(printed.join("")).toContain("refused: 403 Forbidden, by policy");
  });

  test("a file without events is rejected with what to do", async () => {
    const file = join(folder, "other.har");
    writeFileSync(file, '{"log":{"entries":[]}}');
    const chooser = inspector.page.waitForEvent("filechooser");
    await inspector.page.keyboard.press("o");
    await (await chooser).setFiles(file);
    await inspector.message.getByText("The file has no events").waitFor();
  });
});
