/** Starts a gateway with a backend and functions for one test. All use loopback, and stop after the test. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { listen } from "../../../harness/servers";
import { Store } from "../../../local/api/store";
import type { LambdaFunction } from "../../../local/lambda/types";
import { type Gateway, type GatewayOptions, startServer } from "../../../local/server/gateway";
import { Trace, type TraceEvent } from "../../../local/trace/trace";

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly query: URLSearchParams;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** How the backend answers a request. Undefined if the function has used `response` itself. */
export type Behave = (received: Received, response: ServerResponse) => Answer | undefined | Promise<Answer | undefined>;
export type Handler = (event: Event) => unknown;
/** The event of a Lambda function. */
export type Event = Record<string, unknown>;

export interface RouteSpec {
  readonly route?: Record<string, unknown>;
  /** Without it, the route has no integration. */
  readonly integration?: Record<string, unknown>;
  /** Integration responses. Default is `$default` for HTTP, AWS and MOCK. */
  readonly responses?: readonly Record<string, unknown>[];
  readonly twoWay?: boolean;
}

export interface Spec {
  readonly api?: Record<string, unknown>;
  readonly authorizer?: Record<string, unknown>;
  readonly routes?: Readonly<Record<string, RouteSpec>>;
  readonly models?: readonly Record<string, unknown>[];
  readonly stage?: Record<string, unknown>;
  readonly functions?: Readonly<Record<string, Handler>>;
  readonly backend?: Behave;
  readonly options?: Partial<GatewayOptions>;
  /** Whether the trace has no listener. */
  readonly untraced?: boolean;
  /** Patterns of source ARNs in the functions' policies. */
  readonly allowedSourceArns?: readonly string[];
}

export interface World {
  readonly gateway: Gateway;
  readonly store: Store;
  readonly apiId: string;
  readonly port: number;
  readonly received: Received[];
  readonly invoked: Event[];
  readonly traced: TraceEvent[];
  /** Deploys the current API to the stage. */
  deploy(): void;
  /** Resolves when the backend has received this number of requests. */
  backendCalls(count: number): Promise<Received[]>;
  functionCalls(count: number): Promise<Event[]>;
  /** Resolves with the first traced event that satisfies the condition. */
  happened(is: (event: TraceEvent) => boolean): Promise<TraceEvent>;
}

const REGION = "eu-central-1";
const ACCOUNT = "123456789012";
export const STAGE = "prod";

export function functionArn(name: string): string {
  return `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
}

export function invocationUri(name: string): string {
  return `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${functionArn(name)}/invocations`;
}

const closing: (() => Promise<unknown>)[] = [];

/** Call in `afterEach`. */
export async function endWorlds(): Promise<void> {
  for (const close of closing.splice(0).reverse()) await close();
}

export function atEnd(close: () => Promise<unknown>): void {
  closing.push(close);
}

/** The tutorial's integration: HTTP, POST, the query string and the authorizer's context mapped. */
export const CONNECT: RouteSpec = {
  route: { requestParameters: { "route.request.querystring.stocks": { required: true } } },
  integration: {
    integrationType: "HTTP",
    integrationMethod: "POST",
    integrationUri: "BACKEND/connect",
    templateSelectionExpression: "\\$default",
    requestParameters: {
      "integration.request.querystring.stocks": "route.request.querystring.stocks",
      "integration.request.querystring.connectionId": "context.connectionId",
      "integration.request.querystring.userId": "context.authorizer.userId",
      "integration.request.querystring.orgId": "context.authorizer.orgId",
    },
  },
};

export const DISCONNECT: RouteSpec = {
  integration: {
    integrationType: "HTTP",
    integrationMethod: "POST",
    integrationUri: "BACKEND/disconnect",
    requestParameters: { "integration.request.querystring.connectionId": "context.connectionId" },
  },
};

/** Accepts every client. */
export function allow(event: Event): unknown {
  return {
    principalId: "me",
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Action: "execute-api:Invoke", Effect: "Allow", Resource: event.methodArn }],
    },
    context: { userId: "u-1", orgId: "o-1" },
  };
}

export async function world(spec: Spec): Promise<World> {
  const received: Received[] = [];
  const invoked: Event[] = [];
  const traced: TraceEvent[] = [];
  const counts = new Waiting();
  const backend = await startBackend(spec.backend ?? (() => ({})), (request) => {
    received.push(request);
    counts.changed();
  });
  let gateway: Gateway | undefined;
  const store = new Store({
    account: { accountId: ACCOUNT, region: REGION, partition: "aws" },
    endpoint: () => `ws://localhost:${gateway?.port ?? 0}`,
  });
  const trace = new Trace();
  if (!spec.untraced) {
    trace.listen((event) => {
      traced.push(event);
      counts.changed();
    });
  }
  gateway = await startServer({
    store,
    trace,
    findFunction: async (arn) => lambdaFunction(arn, spec),
    invoke: async (fn, event) => {
      const copy = JSON.parse(JSON.stringify(event));
      invoked.push(copy);
      counts.changed();
      try {
        const payload = await spec.functions?.[fn.functionName]?.(copy);
        return { payload: payload === undefined ? null : JSON.parse(JSON.stringify(payload)) };
      } catch (error) {
        return { functionError: { errorType: "Error", errorMessage: error instanceof Error ? error.message : "" } };
      }
    },
    ...spec.options,
    // Short, so that a test whose backend never answers ends soon.
    limits: { closeTimeoutMs: 500, shutdownTimeoutMs: 500, ...spec.options?.limits },
  });
  atEnd(gateway.close);
  const apiId = define(store, spec, backend);
  return {
    gateway,
    store,
    apiId,
    port: gateway.port,
    received,
    invoked,
    traced,
    deploy: () => void store.deploy(apiId, { stageName: STAGE }),
    backendCalls: (count) => counts.until(() => (received.length >= count ? received : undefined)),
    functionCalls: (count) => counts.until(() => (invoked.length >= count ? invoked : undefined)),
    happened: (is) => counts.until(() => traced.find(is)),
  };
}

function lambdaFunction(arn: string, { functions = {}, allowedSourceArns = ["*"] }: Spec): LambdaFunction | undefined {
  const functionName = arn.split(":").at(-1) ?? "";
  if (!Object.hasOwn(functions, functionName)) return undefined;
  const code = { zipFile: "", handler: "index.handler", environmentVariables: {}, timeoutSeconds: 3, memoryMb: 128 };
  return { functionArn: arn, functionName, ...code, allowedSourceArns };
}

/** Creates an API in a store and deploys it to a stage. Returns its id. */
export function define(store: Store, spec: Spec, backend: string): string {
  const { apiId } = store.apiStates().create({
    name: "test",
    protocolType: "WEBSOCKET",
    routeSelectionExpression: "$request.body.action",
    ...spec.api,
  }).current.api;
  for (const model of spec.models ?? []) store.models(apiId).create({ contentType: "application/json", ...model });
  const authorizerId =
    spec.authorizer &&
    store.authorizers(apiId).create({
      name: "authorizer",
      authorizerType: "REQUEST",
      authorizerUri: invocationUri("authorizer"),
      identitySource: ["route.request.querystring.token"],
      ...spec.authorizer,
    }).authorizerId;
  for (const [routeKey, route] of Object.entries(spec.routes ?? {})) {
    const target = route.integration && integration(store, apiId, route, backend);
    const authorization = routeKey === "$connect" && authorizerId && { authorizationType: "CUSTOM", authorizerId };
    const { routeId } = store.routes(apiId).create({
      routeKey,
      ...authorization,
      ...route.route,
      ...(target !== undefined && { target }),
      ...(route.twoWay && { routeResponseSelectionExpression: "$default" }),
    });
    if (route.twoWay) store.routeResponses(apiId, routeId).create({ routeResponseKey: "$default" });
  }
  store.stages(apiId).create({ stageName: STAGE, ...spec.stage });
  if (Object.keys(spec.routes ?? {}).length > 0) store.deploy(apiId, { stageName: STAGE });
  return apiId;
}

function integration(store: Store, apiId: string, route: RouteSpec, backend: string): string {
  const { integrationUri, ...rest } = route.integration ?? {};
  const uri = typeof integrationUri === "string" ? integrationUri.replace("BACKEND", backend) : undefined;
  const { integrationId, integrationType } = store
    .integrations(apiId)
    .create({ ...rest, ...(uri !== undefined && { integrationUri: uri }) });
  const defaults = integrationType.endsWith("_PROXY") ? [] : [{ integrationResponseKey: "$default" }];
  for (const response of route.responses ?? defaults) {
    store.integrationResponses(apiId, integrationId).create(response);
  }
  return `integrations/${integrationId}`;
}

async function startBackend(behave: Behave, arrived: (received: Received) => void): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", async () => {
      const { pathname: path, searchParams: query } = new URL(request.url ?? "/", "http://backend");
      const { method = "", url = "", headers } = request;
      const received = { method, url, path, query, headers, body: Buffer.concat(chunks).toString() };
      arrived(received);
      const answer = await behave(received, response);
      if (answer === undefined) return;
      response.writeHead(answer.status ?? 200, answer.headers);
      response.end(answer.body ?? "");
    });
  });
  await listen(server);
  atEnd(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${portOf(server.address())}`;
}

export function portOf(address: string | AddressInfo | null): number {
  if (typeof address !== "object" || address === null) throw new TypeError("not listening");
  return address.port;
}

/** Lets tests wait for a condition. It is checked when `changed` is called, not by polling. */
export class Waiting {
  readonly #waiting = new Set<() => void>();

  changed(): void {
    for (const look of [...this.#waiting]) look();
  }

  until<T>(read: () => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const look = (): void => {
        const value = read();
        if (value === undefined) return;
        this.#waiting.delete(look);
        resolve(value);
      };
      this.#waiting.add(look);
      look();
    });
  }
}
