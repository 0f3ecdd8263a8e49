/** An open connection: each wait gets its own answer, and ends at its timeout, an abort or a close. */
import { Socket } from "node:net";
import type { WebSocket } from "ws";
import { Connection, probe } from "../../../smoke";
import { UNREAD_FRAMES } from "../../../smoke/constants";
import { type Faults, fakeGateway } from "../../support/smoke/gateway";
import { afterTest } from "../../support/smoke/servers";

async function open(faults: Faults = {}): Promise<{ connection: Connection; server: WebSocket }> {
  let server: WebSocket | undefined;
  const onSocket = (socket: WebSocket) => {
    server = socket;
    faults.onSocket?.(socket);
  };
  const gateway = await fakeGateway({ authorize: () => undefined, ...faults, onSocket });
  afterTest(() => gateway.close());
  const connection = await probe({ url: `${gateway.url}?stocks=a`, env: {} });
  if (!(connection instanceof Connection) || !server)
    throw new Error(`It did not connect: ${JSON.stringify(connection)}.`);
  return { connection, server };
}

const SHORT = { timeoutMs: 30 };

describe("send", () => {
  test("times out when the server does not read", async () => {
    const { connection, server } = await open();
    server.pause();
    await expect(connection.send("x".repeat(64 * 1024 * 1024), SHORT)).rejects.toMatchObject({ code: "timeout" });
  });
});

describe("receive", () => {
  test("returns frames that came with the 101", async () => {
    const { connection } = await open({ onSocket: (socket) => socket.send("welcome") });
    expect(await connection.receive(() => true)).toEqual({ text: "welcome", binary: false });
  });
  test("returns the first match, and keeps the other frames", async () => {
    const { connection, server } = await open();
    for (const text of ["a1", "b1", "a2"]) server.send(text);
    expect((await connection.receive(({ text }) => text.startsWith("b"))).text).toBe("b1");
    expect((await connection.receive(({ text }) => text.startsWith("a"))).text).toBe("a1");
    expect((await connection.receive(({ text }) => text.startsWith("a"))).text).toBe("a2");
  });
  test("returns each of the frames that arrive in one packet", async () => {
    const { connection, server } = await open();
    const first = connection.receive(() => true);
    const raw: unknown = Reflect.get(server, "_socket");
    if (!(raw instanceof Socket)) throw new TypeError("this version of ws has no _socket");
    raw.cork();
    server.send("one");
    server.send("two");
    raw.uncork();
    expect((await first).text).toBe("one");
    expect((await connection.receive(() => true)).text).toBe("two");
  });
  test("keeps a bounded number of unread frames", async () => {
    const { connection, server } = await open();
    for (let n = 0; n <= UNREAD_FRAMES; n++) server.send(String(n));
    server.send("last");
    await connection.receive(({ text }) => text === "last");
    expect(connection.unread).toHaveLength(UNREAD_FRAMES);
    expect(connection.unread[0]?.text).toBe("1");
  });
  test("times out", async () => {
    const { connection } = await open();
    await expect(connection.receive(() => true, SHORT)).rejects.toMatchObject({ code: "timeout" });
  });
  test("ends when it is aborted", async () => {
    const { connection } = await open();
    const controller = new AbortController();
    const waiting = connection.receive(() => true, { signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: "cancelled" });
  });
  test("fails with the code of the server's close", async () => {
    const { connection, server } = await open();
    server.close(1001, "Going away");
    await expect(connection.receive(() => true)).rejects.toMatchObject({
      code: "reset",
      message: "The connection was closed (1001 Going away) while waiting for a message.",
    });
  });
  test("fails when the server breaks the protocol", async () => {
    const { connection, server } = await open();
    Reflect.get(server, "_socket").write(Buffer.from([0xff, 0xff, 0xff]));
    await expect(connection.receive(() => true)).rejects.toMatchObject({ code: "reset" });
    expect(connection.state).toBe("closed");
  });
  test("rejects a message over the limit", async () => {
    const { connection, server } = await open();
    server.send("x".repeat(300 * 1024));
    await expect(connection.receive(() => true)).rejects.toMatchObject({ code: "reset" });
  });
});

describe("ping", () => {
  test("measures its own pong only", async () => {
    const { connection, server } = await open({ autoPong: false });
    server.once("ping", (data: Buffer) => {
      server.pong("another's");
      server.pong(data);
    });
    expect(await connection.ping()).toBeGreaterThan(0);
  });
  test("times out when only pongs to other pings arrive", async () => {
    const { connection, server } = await open({ autoPong: false });
    server.once("ping", () => server.pong("another's"));
    await expect(connection.ping(SHORT)).rejects.toMatchObject({ code: "timeout" });
  });
});

describe("close", () => {
  test("returns the server's answer", async () => {
    const { connection } = await open();
    expect(await connection.close()).toEqual({ code: 1000, reason: "" });
    expect(connection.state).toBe("closed");
  });
  test("returns the server's own close if that came first", async () => {
    const { connection, server } = await open();
    server.close(1001, "Going away");
    await connection.closed;
    expect(await connection.close()).toEqual({ code: 1001, reason: "Going away" });
  });
  test("destroys the socket when the server does not answer", async () => {
    const { connection, server } = await open();
    server.pause();
    await expect(connection.close(SHORT)).rejects.toMatchObject({ code: "timeout" });
    expect(await connection.closed).toMatchObject({ code: 1006 });
  });
  test("makes later sends fail", async () => {
    const { connection } = await open();
    await connection.close();
    await expect(connection.send("late")).rejects.toMatchObject({ code: "reset" });
  });
});
