/**
 * The inspector while much happens: 300 connections come and go while messages flow, and nothing takes away the scroll
 * position, the focus or the selection. With LONG=1 for a minute.
 */
import { once } from "node:events";
import type { Page } from "playwright-core";
import * as ws from "ws";
import type { TraceEvent } from "../../local/trace/trace";
import { describeWith } from "../support/describe-with";
import { type InspectorPage, startWorld, until, type World } from "../support/inspector/world";

jest.setTimeout(300_000);
const LONG_MS = process.env.LONG ? 60_000 : 0;
/** Fewer than the connections that have ended and are kept. */
const MOST = 4_000;

/** What must not change: the first visible line of each list and where it is, the focus, and the selected text. */
const WHERE = `(() => {
  const firstVisible = (id) => {
    const list = document.getElementById(id);
    const top = list.getBoundingClientRect().top;
    const lines = [...list.querySelectorAll("[data-key]")];
    const first = lines.find((line) => line.getBoundingClientRect().bottom > top + 1);
    return [first.dataset.key, Math.round(first.getBoundingClientRect().top - top)];
  };
  return {
    connections: firstVisible("connections"),
    timeline: firstVisible("timeline"),
    focus: document.activeElement.closest("[data-key]")?.dataset.key ?? document.activeElement.id,
    selection: document.getSelection().toString(),
    title: document.querySelector("h2").textContent,
  };
})()`;

/** The whole list of connections: scrolls through it. */
const LISTED = `(async () => {
  const list = document.getElementById("connections");
  const found = new Map();
  for (let top = 0; ; top += 200) {
    list.scrollTop = top;
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    for (const line of list.querySelectorAll("[data-key]")) {
      found.set(line.dataset.key, line.querySelector(".state").textContent.split(" ")[0]);
    }
    if (top >= list.scrollHeight) return [...found];
  }
})()`;

describeWith(["chromium"], "the inspector while much happens", () => {
  let world: World;
  let inspector: InspectorPage;
  /** The truth: connectionId to state. */
  const states = new Map<string, string>();
  beforeAll(async () => {
    world = await startWorld();
    world.server.trace.listen((event) => {
      if (event.type === "opened") states.set(event.connectionId, "open");
      if (event.type === "refused") states.set(event.connectionId, "refused");
      if (event.type === "closed") states.set(event.connectionId, "closed");
    });
    inspector = await world.open();
  });
  afterAll(async () => {
    await world?.close();
  });

  async function open(): Promise<ws.WebSocket> {
    const client = new ws.WebSocket(world.url());
    await once(client, "open");
    return client;
  }
  const drawn = (page: Page) =>
    page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))");

  test("scroll position, focus and selection stay, and the list is exact", async () => {
    const { page } = inspector;
    const watched = await open();
    const talk = async (): Promise<void> => {
      watched.send('{"action":"none"}');
      await once(watched, "message");
    };
    const clients: ws.WebSocket[] = [];
    for (let i = 0; i < 30; i++) clients.push(await open());
    for (let i = 0; i < 60; i++) await talk();
    await page.keyboard.press("1");
    await page.keyboard.press("Home");
    const focused = inspector.lines.nth(8).locator("button.summary");
    await page.keyboard.press("2");
    await page.keyboard.press("Home");
    await inspector.line("handshake").waitFor();
    await focused.click();
    await page.locator(".details ul.checks").waitFor();
    // A selection in the open line, and the list of connections in the middle.
    await page.evaluate(`document.getSelection().selectAllChildren(document.querySelector(".details ul.checks"))`);
    await page.evaluate(`document.getElementById("connections").scrollTop = 300`);
    await drawn(page);
    const before = await page.evaluate(WHERE);
    const { selection } = before as { selection: string };
    expect(selection).toContain("no route has the key");

    const end = Date.now() + LONG_MS;
    for (let opened = 0; opened < 300 || Date.now() < end; ) {
      // More would make the list forget the first visible connection, which has ended.
      const coming = opened < MOST ? 10 : 0;
      opened += coming;
      clients.push(...(await Promise.all(Array.from({ length: coming }, open))));
      const leaving = clients.splice(0, coming);
      await Promise.all([
        ...leaving.map((client) => {
          client.close();
          return once(client, "close");
        }),
        talk(),
        ...clients.slice(0, 5).map((client) => client.send('{"action":"none"}')),
      ]);
      await drawn(page);
      expect(await page.evaluate(WHERE)).toEqual(before);
    }
    const expected = [...states].sort();
    await until(
      page,
      `document.querySelector("#connections [aria-setsize]").getAttribute("aria-setsize") === "${states.size}"`,
    );
    const listed = (await page.evaluate(LISTED)) as [string, string][];
    expect(listed.sort()).toEqual(expected);
    for (const client of [...clients, watched]) client.terminate();
  });

  test("the timeline follows its end when it becomes higher, because the field for messages is not shown for all", async () => {
    const { page, connections } = inspector;
    const watched = await open();
    for (let i = 0; i < 60; i++) {
      watched.send('{"action":"none"}');
      await once(watched, "message");
    }
    await connections.last().click();
    await page.getByLabel("Message", { exact: true }).waitFor();
    // Both within one frame.
    await page.evaluate(
      `for (const key of ["a", "g"]) document.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }))`,
    );
    await drawn(page);
    await drawn(page);
    for (let i = 0; i < 60; i++) {
      watched.send(`{"action":"none","last":${i}}`);
      await once(watched, "message");
    }
    await inspector.line('"last":59').waitFor();
    watched.terminate();
  });

  test("5,000 connections and 100,000 events: few elements, and the latest event is there", async () => {
    const { page, message } = inspector;
    await page.keyboard.press("Escape");
    await page.keyboard.press("Shift+X");
    await message.getByText("cleared").waitFor();
    const emit = (event: TraceEvent) => world.server.trace.emit(event);
    const on = (i: number) => ({ at: Date.now(), apiId: "a", stage: "prod", connectionId: `connection-${i % 5_000}` });
    for (let i = 0; i < 5_000; i++) {
      emit({ ...on(i), type: "opened", durationMs: 1, protocol: undefined, compressed: false });
    }
    for (let i = 0; i < 95_000; i++) {
      emit({ ...on(i), type: "frame", direction: "out", cause: "push", bytes: 9, text: `push ${i}` });
      // As many as arrive at once; the event loop sends them.
      if (i % 1_000 === 0) await new Promise(setImmediate);
    }
    await page.keyboard.press("a");
    await page.keyboard.press("g");
    await inspector.line("push 94999").waitFor();
    expect(await page.evaluate("document.querySelectorAll('*').length")).toBeLessThan(2_000);
    await page.keyboard.press("/");
    await page.keyboard.type("push 94321");
    await inspector.line("push 94321").waitFor();
    await until(page, `document.querySelector("#timeline [aria-setsize]").getAttribute("aria-setsize") === "1"`);
    expect(inspector.problems).toEqual([]);
  });
});
