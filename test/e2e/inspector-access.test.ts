/** The inspector for everyone: axe in light and dark, at 1280 and 390 pixels; and use without a mouse. */
import { describeWith } from "../support/describe-with";
import { connect, startWorld, until, violations, type World } from "../support/inspector/world";

jest.setTimeout(180_000);

describeWith(["chromium"], "access to the inspector", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(async () => {
    await world?.close();
  });

  describe.each([1280, 390])("%d pixels wide", (width) => {
    test.each(["light", "dark"] as const)("axe finds nothing in %s", async (colorScheme) => {
      const inspector = await world.open({ viewport: { width, height: 800 }, colorScheme });
      const { page, connections, lines } = inspector;
      expect(await violations(inspector)).toEqual([]);
      // Enough lines that both lists scroll.
      for (let i = 0; i < 3; i++) await connect(inspector, { Claims: '{"exp":1}' }, "refused with 403");
      await connect(inspector);
      await page.getByLabel("Message", { exact: true }).fill("hello");
      await page.getByRole("button", { name: "Push", exact: true }).click();
      await inspector.line("→ push").first().waitFor();
      expect(await violations(inspector)).toEqual([]);
      for (const summary of await lines.locator("button.summary").all()) await summary.click();
      expect(await violations(inspector)).toEqual([]);
      await page.keyboard.press("a");
      await page.keyboard.press("r");
      await page.locator(".details .reason").first().waitFor();
      expect(await violations(inspector)).toEqual([]);
      if (width === 390) {
        await page.getByRole("button", { name: "← Connections" }).click();
        await connections.first().waitFor();
        expect(await violations(inspector)).toEqual([]);
      }
      for (const [key, name] of [
        ["?", "Keys"],
        ["c", "Connect"],
      ] as const) {
        await page.keyboard.press(key);
        await page.getByRole("dialog", { name }).waitFor();
        expect(await violations(inspector)).toEqual([]);
        await page.keyboard.press("Escape");
      }
      await page.getByText("More").click();
      expect(await violations(inspector)).toEqual([]);
      // Nothing is wider than the screen.
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      await page.context().close();
    });
  });

  test("a key right after a connect finds the connection open, however late its events are shown", async () => {
    const { page, message } = await world.open();
    await page.evaluate("window.requestAnimationFrame = (draw) => setTimeout(draw, 500)");
    await page.keyboard.press("c");
    await page.getByRole("dialog", { name: "Connect" }).waitFor();
    await page.keyboard.press("Enter");
    await message.getByText("connected").waitFor();
    await page.keyboard.press("m");
    await page.keyboard.type("early");
    await page.keyboard.press("Enter");
    await message.getByText("sent").waitFor();
  });

  test("everything is possible by keyboard", async () => {
    const inspector = await world.open();
    const { page, message, connections } = inspector;
    for (let i = 0; i < 2; i++) {
      const title = await page.getByRole("heading", { level: 2 }).textContent();
      await page.keyboard.press("c");
      await page.getByRole("dialog", { name: "Connect" }).waitFor();
      await page.keyboard.press("Enter");
      await until(page, `![${JSON.stringify(title)}, "Connect"].includes(document.querySelector("h2").textContent)`);
    }
    await page.keyboard.press("m");
    await page.keyboard.type('{"action":"keys"}');
    await page.keyboard.press("Control+Enter");
    await message.getByText("@connections answered 200").waitFor();
    await inspector.line("→ push").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("2");
    await page.keyboard.press("End");
    await until(page, 'document.activeElement?.textContent.includes("→ push")');
    await page.keyboard.press("ArrowRight");
    await page.locator(".details").getByText('"action": "keys"').waitFor();
    await page.keyboard.press("ArrowUp");
    await until(page, 'document.activeElement?.textContent.includes("handshake")');
    await page.keyboard.press("1");
    const id = await page.getByRole("heading", { level: 2 }).textContent();
    await page.keyboard.press("Home");
    await until(page, `document.querySelector("h2").textContent !== ${JSON.stringify(id)}`);
    await page.keyboard.press("End");
    await page.keyboard.press("x");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Enter");
    await connections.filter({ hasText: "closed 1000" }).waitFor();
  });
});
