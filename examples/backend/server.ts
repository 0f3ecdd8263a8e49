/**
 * The example backend: the gateway sends it the stocks that each connection asks for, and it pushes their quotes. It is
 * a plain HTTP server without sockets, and works the same behind the local gateway and behind API Gateway.
 */
import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import {
  ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";

export interface BackendOptions {
  /** `WS_API_ENDPOINT`, an output of the stack. */
  readonly endpoint: string;
  readonly region?: string;
  readonly host?: string;
  readonly port?: number;
  /**
   * Header with a secret value that only the gateway sends. Other requests get 403. If undefined, requests are not
   * checked.
   */
  readonly originSecret?: { readonly header: string; readonly value: string } | undefined;
  readonly price?: (stock: string) => number;
}

export interface Backend {
  readonly url: string;
  /** Stocks that each client asked for, by connection id. */
  readonly connections: ReadonlyMap<string, readonly string[]>;
  /** Pushes one quote of each stock to every connection that asked for it. */
  pushQuotes(): Promise<void>;
  close(): Promise<void>;
}

export async function startBackend(options: BackendOptions): Promise<Backend> {
  const { endpoint, region = "us-east-1", host = "127.0.0.1", port = 0, originSecret } = options;
  const { price = () => Math.round(10_000 + Math.random() * 5_000) / 100 } = options;
  const connections = new Map<string, readonly string[]>();
  const gateway = new ApiGatewayManagementApiClient({ endpoint, region });

  /** Handles a request and returns the status. A push to a connection fails until its `/connect` has been answered. */
  function handle(request: IncomingMessage): number {
    if (originSecret && !isEqual(request.headers[originSecret.header.toLowerCase()], originSecret.value)) return 403;
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://backend");
    const connectionId = searchParams.get("connectionId");
    const stocks = searchParams.get("stocks")?.split(",").filter(Boolean) ?? [];
    if (request.method !== "POST" || (pathname !== "/connect" && pathname !== "/disconnect")) return 404;
    if (!connectionId || (pathname === "/connect" && stocks.length === 0)) return 400;
    if (pathname === "/connect") connections.set(connectionId, stocks);
    else connections.delete(connectionId);
    return 200;
  }

  async function push(connectionId: string, quotes: object): Promise<void> {
    try {
      await gateway.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: JSON.stringify(quotes) }));
    } catch (error) {
      // 410: the client has disconnected. API Gateway calls `/disconnect` on a best-effort basis.
      if (error instanceof GoneException) connections.delete(connectionId);
      else console.error(`push to ${connectionId} failed: ${error instanceof Error ? error.message : error}`);
    }
  }

  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(handle(request)).end();
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, host, resolve));
  const address = server.address() as AddressInfo;

  return {
    url: `http://${host}:${address.port}`,
    connections,
    async pushQuotes() {
      const quotes = new Map([...new Set([...connections.values()].flat())].map((stock) => [stock, price(stock)]));
      await Promise.all(
        [...connections].map(([id, stocks]) => push(id, Object.fromEntries(stocks.map((s) => [s, quotes.get(s)])))),
      );
    },
    async close() {
      gateway.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function isEqual(given: string | string[] | undefined, expected: string): boolean {
  const [left, right] = [Buffer.from(String(given)), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
