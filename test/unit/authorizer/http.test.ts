/** Fetching from servers that misbehave: every request ends soon, and reads little. */
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { fetchText } from "../../../functions/authorizer/http";
import { CERTIFICATE } from "../../support/certificate";

const servers: Server[] = [];
const budgetMs = 1500;

async function serve(listener: RequestListener, server: Server = createServer()): Promise<string> {
  server.on("request", listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  servers.push(server);
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  }
});

const failure = (message: RegExp) =>
  expect.objectContaining({ code: "fetch_failed", message: expect.stringMatching(message) });

describe("fetching", () => {
  test("returns the body of a 200, and sends the given method, headers and body", async () => {
    const host = await serve((request, response) => {
      request.setEncoding("utf8");
      request.on("data", (body) => response.end(`${request.method} ${request.headers["x-a"]} ${body} é`));
    });
    await expect(
      fetchText(`http://${host}/`, { method: "POST", headers: { "x-a": "1" }, body: "b", budgetMs }),
    ).resolves.toBe("POST 1 b é");
  });

  test.each([201, 204, 301, 302, 304, 307, 404, 500, 503])("refuses status %d", async (status) => {
    let requests = 0;
    const host = await serve((_request, response) => {
      requests += 1;
      response.writeHead(status, { location: "/elsewhere" }).end("{}");
    });
    await expect(fetchText(`http://${host}/`, { budgetMs })).rejects.toEqual(failure(new RegExp(`Status ${status}`)));
    expect(requests).toBe(1);
  });

  test("takes 64 KiB, and stops at a byte more", async () => {
    const host = await serve((request, response) => response.end("x".repeat(Number(request.url?.slice(1)))));
    await expect(fetchText(`http://${host}/65536`, { budgetMs })).resolves.toHaveLength(65_536);
    await expect(fetchText(`http://${host}/65537`, { budgetMs })).rejects.toEqual(failure(/More than 65536/));
  });

  test("stops an endless body", async () => {
    const host = await serve((_request, response) => {
      const more = () => {
        while (response.write("x".repeat(16_384)));
      };
      response.on("drain", more);
      more();
    });
    await expect(fetchText(`http://${host}/`, { budgetMs })).rejects.toEqual(failure(/More than 65536/));
  });

  test("gives up on a server that does not answer", async () => {
    const host = await serve(() => {});
    await expect(fetchText(`http://${host}/`, { budgetMs: 50 })).rejects.toEqual(failure(/abort/));
  });

  test("gives up on a body that comes too slowly, however lively it is", async () => {
    const host = await serve((_request, response) => {
      const drip = setInterval(() => response.write("x"), 5);
      response.on("close", () => clearInterval(drip));
    });
    await expect(fetchText(`http://${host}/`, { budgetMs: 50 })).rejects.toEqual(failure(/abort|lost/));
  });

  test("refuses a body that is cut off", async () => {
    const host = await serve((_request, response) => {
      response.writeHead(200, { "content-length": "10" });
      response.write("12345", () => response.socket?.destroy());
    });
    await expect(fetchText(`http://${host}/`, { budgetMs })).rejects.toEqual(failure(/lost/));
  });

  test("refuses a server that is not there", async () => {
    const host = await serve(() => {});
    const [server] = servers.splice(0);
    server?.close();
    await expect(fetchText(`http://${host}/`, { budgetMs })).rejects.toEqual(failure(/ECONNREFUSED/));
  });

  test("believes a certificate only from an authority that it knows", async () => {
    const secure = () => createSecureServer(CERTIFICATE);
    const host = await serve((_request, response) => response.end("{}"), secure());
    await expect(fetchText(`https://${host}/`, { budgetMs })).rejects.toEqual(failure(/self-signed certificate/));
    await expect(fetchText(`https://${host}/`, { ca: CERTIFICATE.cert, budgetMs })).resolves.toBe("{}");
  });
});
