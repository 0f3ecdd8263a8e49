/** The inspector in Chromium: connect as any client, send, push, close, and see why. */
import * as ws from "ws";
import { describeWith } from "../support/describe-with";
import { connect, type InspectorPage, startWorld, until, type World } from "../support/inspector/world";

jest.setTimeout(120_000);

/** A client of another program. */
async function openClient(url: string, message?: string): Promise<ws.WebSocket> {
  const client = new ws.WebSocket(url);
  await new Promise((resolve, reject) => client.on("open", resolve).on("error", reject));
  if (message !== undefined) client.send(message);
  return client;
}

/** The result of a handshake that is expected to be refused. */
function refused(url: string): Promise<unknown> {
  const client = new ws.WebSocket(url);
  return new Promise((resolve) => client.on("error", ({ message }) => resolve(message)));
}

describeWith(["chromium"], "the inspector in Chromium", () => {
  let world: World;
  let inspector: InspectorPage;

  beforeAll(async () => {
    world = await startWorld();
    inspector = await world.open({ permissions: ["clipboard-read", "clipboard-write"] });
  });
  afterAll(async () => {
    await world?.close();
  });

  const details = () => inspector.page.locator(".details");
  const clipboard = () => inspector.page.evaluate("navigator.clipboard.readText()");
  async function expand(text: string | RegExp): Promise<void> {
    const summary = inspector.line(text).last().locator("button.summary");
    if ((await summary.getAttribute("aria-expanded")) === "false") await summary.click();
  }

  test("connects as a user with claims, headers, an origin and subprotocols of one's choice", async () => {
    const { page, connections, lines, line } = inspector;
    await connect(inspector, {
      "User (sub)": "alice",
      Claims: '{"org_id":"acme"}',
      Headers: "X-Team: red\nCookie: session=abcdefgh",
      Origin: "https://app.example.com",
    });
    await connections.filter({ hasText: "open, prod, alice" }).waitFor();
    await line(/^.*handshake.*101/).waitFor();
    expect(await lines.count()).toBe(1);
    await expand("handshake");
    const text = (await details().textContent()) ?? "";
    expect(text).toMatch(/Claims.*"sub": "alice".*"org_id": "acme"/s);
    expect(text).toContain("X-Teamred");
    expect(text).toContain("Originhttps://app.example.com");
    expect(text).toMatch(/Cookie<masked, 16 characters>/);
    expect(text).not.toMatch(/token=ey|abcdefgh/);
    // The mapped value, and the request that the backend received.
    const mapping = details().getByRole("row", { name: "integration.request.querystring.userId" });
    expect(await mapping.getByRole("cell").allTextContents()).toEqual([
      "integration.request.querystring.userId",
      "context.authorizer.userId",
      "alice",
    ]);
    expect(text).toMatch(/http:\/\/127\.0\.0\.1:\d+\/connect\?.*stocks=aapl%2Cgoog.*userId=alice/);
    expect(text).toContain('"accepted": true');
    expect(await details().getByRole("list", { name: "Time" }).textContent()).toMatch(/authorizer.*backend/);
    await details().getByRole("button", { name: "Copy as curl" }).click();
    await inspector.message.getByText("curl").waitFor();
    expect(await clipboard()).toMatch(/^curl -i -X POST 'http:\/\/127\.0\.0\.1:\d+\/connect\?/);
    expect(page.url()).not.toContain("token");
  });

  test("offers subprotocols, of which the backend must choose one", async () => {
    await connect(inspector, { Subprotocols: "v2" }, "Server sent no subprotocol");
    await inspector.connections.filter({ hasText: "closed" }).click();
    await expand("handshake");
    expect(await details().textContent()).toContain("Sec-WebSocket-Protocolv2");
    await inspector.connections.filter({ hasText: "alice" }).click();
  });

  test("sends, sends again and shows how each message was answered", async () => {
    const { page, line } = inspector;
    await page.keyboard.press("m");
    await page.keyboard.type('{"action":"none"}');
    await page.keyboard.press("Enter");
    await line('no route has the key "none"').waitFor();
    await expand('no route has the key "none"');
    const message = line('no route has the key "none"').last();
    await message.getByText('✗ no route has the key "none"').waitFor();
    await message.getByText(/"message": "Forbidden"/).waitFor();
    await message.getByRole("button", { name: "Send again" }).click();
    await line('no route has the key "none"').nth(1).waitFor();
  });

  test("has the messages that were sent before", async () => {
    const { page } = inspector;
    const draft = page.getByLabel("Message", { exact: true });
    await draft.fill("");
    await draft.press("ArrowUp");
    expect(await draft.inputValue()).toBe('{"action":"none"}');
    await draft.press("ArrowDown");
    expect(await draft.inputValue()).toBe("");
  });

  test("pushes to the client through @connections", async () => {
    const { page, message, line } = inspector;
    await page.getByLabel("Message", { exact: true }).fill('{"aapl":187.20}');
    await page.getByRole("button", { name: "Push", exact: true }).click();
    await message.getByText("@connections answered 200").waitFor();
    await line("→ push").last().waitFor();
    await expand("→ push");
    // As it was written: JSON.parse would drop the zero.
    await details().getByText('"aapl": 187.20').waitFor();
  });

  test("shows what a client sends as text, whatever it is", async () => {
    const { page, line } = inspector;
    await page.getByLabel("Message", { exact: true }).fill("<img src=x onerror=\"document.title='owned'\">");
    await page.keyboard.press("Enter");
    await line("<img src=x").waitFor();
    await expand("<img src=x");
    await details().getByText("<img src=x").first().waitFor();
    expect(await page.locator("img").count()).toBe(0);
    expect(await page.title()).toBe("Gateway inspector");
  });

  test("sends on the selected connection, although another client opens meanwhile", async () => {
    const { page, connections } = inspector;
    const id = (await page.getByRole("heading", { level: 2 }).textContent()) ?? "";
    const other = await openClient(world.url());
    await connections.nth(1).waitFor();
    await page.getByLabel("Message", { exact: true }).fill('{"action":"mine"}');
    const sentOn = new Promise((resolve) => {
      const stop = world.server.trace.listen((event) => {
        if (event.type !== "frame" || event.direction !== "in") return;
        stop();
        resolve(event.connectionId);
      });
    });
    await page.keyboard.press("Enter");
    expect(await sentOn).toBe(id);
    await connections.filter({ hasText: "open", hasNotText: id }).click();
    await page.getByLabel("Message", { exact: true }).press("Enter");
    await inspector.message.getByText("Another program opened this connection").waitFor();
    await connections.filter({ hasText: id }).click();
    other.close();
    await connections.filter({ hasText: "closed 1005" }).waitFor();
  });

  test("finds the reason of a refused token in one key press", async () => {
    const { page, connections } = inspector;
    await connect(inspector, { Claims: '{"exp":1}' }, "refused with 403");
    await connections.filter({ hasText: "refused 403" }).waitFor();
    await page.keyboard.press("r");
    await page
      .locator(".details .reason")
      .getByText(/^expired: exp is 1970-01-01T00:00:01Z, must be 20.*Z or later$/)
      .waitFor();
    expect(await page.evaluate("document.activeElement?.className")).toBe("summary");
    await details().getByText("✗ policy: a Deny statement of the policy matches").waitFor();
  });

  test("finds the reason of another client's refusal in two", async () => {
    const { page, connections } = inspector;
    const url = new URL(world.url());
    url.searchParams.delete("token");
    expect(await refused(url.href)).toMatch("401");
    await connections.filter({ hasText: "refused 401" }).waitFor();
    await page.keyboard.press("a");
    await page.keyboard.press("r");
    await page.locator(".details .reason").getByText("route.request.querystring.token is missing or empty").waitFor();
  });

  test("filters by text, state, route and status", async () => {
    const { page, connections, lines } = inspector;
    const only = async (count: number) => {
      await until(
        page,
        `document.querySelector("#timeline [aria-setsize]")?.getAttribute("aria-setsize") === "${count}"`,
      );
      return lines.allTextContents();
    };
    await page.keyboard.press("a");
    await page.keyboard.press("/");
    await page.keyboard.type("ACME");
    await page.keyboard.press("Escape");
    expect(await only(1)).toEqual([expect.stringContaining("handshake")]);
    expect(await connections.count()).toBe(1);
    await page.getByLabel("Search").fill("");
    await page.getByLabel("Route").selectOption("$disconnect");
    await until(page, 'document.querySelectorAll("#timeline .kind-close").length > 0');
    await until(page, 'document.querySelectorAll("#timeline .line:not(.kind-close)").length === 0');
    await page.getByLabel("Route").selectOption("frames only");
    await until(page, 'document.querySelectorAll("#timeline .line:not(.kind-message, .kind-push)").length === 0');
    await page.getByLabel("Route").selectOption("");
    await page.getByLabel("Status").selectOption("403");
    expect(await only(1)).toEqual([expect.stringContaining("expired")]);
    await page.getByLabel("Status").selectOption("");
    await page.getByLabel("State").selectOption("refused");
    expect(await only(2)).toEqual([expect.stringContaining("403"), expect.stringContaining("401")]);
    expect(await connections.count()).toBe(2);
    await page.getByLabel("State").selectOption("");
  });

  test("forgets nothing when it is loaded again: after 550 messages the connection is open, and can be pushed to", async () => {
    const { page, connections, message } = inspector;
    const client = await openClient(world.url());
    for (let i = 0; i < 550; i++) client.send(`{"action":"none","i":${i}}`);
    const received = new Promise<void>((resolve) => {
      let count = 0;
      client.on("message", () => {
        count += 1;
        if (count === 550) resolve();
      });
    });
    await received;
    await page.reload();
    await page.getByText("live", { exact: true }).waitFor();
    expect(await connections.filter({ hasText: "open, prod" }).count()).toBe(2);
    await connections.filter({ hasText: "open, prod, local-developer" }).click();
    await page.getByLabel("Message", { exact: true }).fill("hello");
    await page.keyboard.press("Control+Enter");
    await message.getByText("@connections answered 200").waitFor();
    // The page's own connection is still open too.
    await connections.filter({ hasText: "alice" }).click();
    expect(await page.getByRole("button", { name: "Send", exact: true }).isEnabled()).toBe(true);
    client.close();
  });

  test("closes with a code", async () => {
    const { page, connections } = inspector;
    await connections.filter({ hasText: "alice" }).click();
    await page.getByRole("heading", { level: 2 }).click();
    await page.keyboard.press("x");
    const dialog = page.getByRole("dialog", { name: "Close the connection" });
    await dialog.getByLabel("Code").fill("4001");
    await dialog.getByLabel("Reason").fill("done");
    await dialog.getByRole("button", { name: "Close as the client" }).click();
    await connections.filter({ hasText: "closed 4001, prod, alice" }).waitFor();
    await inspector.line("closed by client: done").waitFor();
  });

  test("disconnects a client as a backend", async () => {
    const { page, connections, message } = inspector;
    const client = await openClient(world.url());
    const closed = new Promise((resolve) => client.on("close", resolve));
    await connections.filter({ hasText: "open, prod" }).click();
    await page.getByRole("button", { name: "Close…" }).click();
    await page.getByRole("button", { name: "Disconnect as a backend" }).click();
    await message.getByText("@connections answered 204").waitFor();
    expect(await closed).toBe(1000);
  });

  test("copies the connection as a wscat command", async () => {
    const { page, message } = inspector;
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await page.getByLabel("Headers").fill("X-Team: it's red");
    await page.getByLabel("Origin").fill("https://app.example.com");
    await page.getByRole("button", { name: "Copy as wscat" }).click();
    await message.getByText("wscat").waitFor();
    expect(await clipboard()).toMatch(
      /^npx wscat -c 'ws:\/\/localhost:\d+\/prod\?token=[\w.-]+&stocks=aapl,goog' -H 'X-Team: it'\\''s red' -o 'https:\/\/app\.example\.com'$/,
    );
    await page.keyboard.press("Escape");
  });

  test("stands still while it is paused, and forgets nothing", async () => {
    const { page, connections } = inspector;
    await page.getByRole("heading", { level: 2 }).click();
    await page.keyboard.press("Space");
    await page.getByText("paused", { exact: true }).waitFor();
    const before = await connections.count();
    const other = await world.open();
    const shown = await other.connections.count();
    const client = await openClient(world.url());
    client.close();
    // The gateway sends each event to all pages at the same time, and a page shows it in the next frame.
    await other.connections.nth(shown).waitFor();
    await other.page.context().close();
    await page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
    expect(await connections.count()).toBe(before);
    await page.keyboard.press("Space");
    await connections.nth(before).waitFor();
  });

  test("shows its keys", async () => {
    const { page } = inspector;
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).getByText("the latest refusal or failure").waitFor();
    await page.keyboard.press("Escape");
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  test("clears everything except open connections", async () => {
    const { page, connections, lines } = inspector;
    const client = await openClient(world.url());
    await connections.filter({ hasText: "open, prod" }).waitFor();
    await page.keyboard.press("Shift+X");
    await page.getByText("cleared", { exact: true }).waitFor();
    await connections.nth(1).waitFor({ state: "detached" });
    expect(await connections.count()).toBe(1);
    expect(await lines.count()).toBe(0);
    client.close();
  });

  test("has no errors of its own, and uses no other server", () => {
    // Chromium reports the subprotocol that was not accepted.
    expect(inspector.problems.filter((problem) => !problem.includes("status of 400"))).toEqual([]);
  });
});
