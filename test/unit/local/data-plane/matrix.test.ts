/** The handshake's status codes: every case of the contract, for every type of integration. */
import { handshake } from "../../../support/local/client";
import {
  allow,
  type Behave,
  endWorlds,
  type Handler,
  invocationUri,
  type RouteSpec,
  type Spec,
  STAGE,
  world,
} from "../../../support/local/world";

afterEach(endWorlds);

const TYPES = ["HTTP", "HTTP_PROXY", "AWS_PROXY"] as const;
type Type = (typeof TYPES)[number];

interface Case {
  readonly name: string;
  readonly path?: string;
  readonly expected: Readonly<Record<Type, number | undefined>>;
  readonly authorizer?: Handler;
  /** The backend's answer, or the function's. */
  readonly status?: number;
  readonly behave?: "hangs" | "throws" | "unreachable";
  readonly spec?: Partial<Spec>;
  readonly responses?: RouteSpec["responses"];
  readonly host?: string;
  readonly upgrade?: false;
  readonly route?: RouteSpec["route"];
}

const GOOD = `/${STAGE}?token=t&stocks=aapl`;
const all = (status: number) => ({ HTTP: status, HTTP_PROXY: status, AWS_PROXY: status });
const proxies = (HTTP: number, status: number) => ({ HTTP, HTTP_PROXY: status, AWS_PROXY: status });
const fails =
  (message: string): Handler =>
  () =>
    Promise.reject(new Error(message));
const deny: Handler = (event) => ({
  principalId: "me",
  policyDocument: { Statement: [{ Action: "execute-api:Invoke", Effect: "Deny", Resource: event.methodArn }] },
});

const CASES: readonly Case[] = [
  { name: "OK", expected: all(101) },
  { name: "token missing", path: `/${STAGE}?stocks=a`, expected: all(401) },
  { name: "token empty", path: `/${STAGE}?token=&stocks=a`, expected: all(401) },
  { name: "authorizer says Unauthorized", authorizer: fails("Unauthorized"), expected: all(401) },
  { name: "authorizer denies", authorizer: deny, expected: all(403) },
  { name: "authorizer error", authorizer: fails("oh"), expected: all(500) },
  { name: "authorizer malformed", authorizer: () => ({}), expected: all(500) },
  { name: "token and stocks missing", path: `/${STAGE}`, expected: all(401) },
  { name: "stocks missing", path: `/${STAGE}?token=t`, expected: all(400) },
  { name: "backend 3xx", status: 302, expected: { HTTP: 101, HTTP_PROXY: 302, AWS_PROXY: undefined } },
  { name: "backend 4xx", status: 403, expected: proxies(101, 403) },
  { name: "backend 5xx", status: 503, expected: proxies(101, 503) },
  { name: "backend throws", behave: "throws", expected: { HTTP: undefined, HTTP_PROXY: undefined, AWS_PROXY: 502 } },
  { name: "backend timeout", behave: "hangs", expected: all(504) },
  { name: "backend unreachable", behave: "unreachable", expected: all(500) },
  { name: "no matching integration response", responses: [], expected: { HTTP: 500, HTTP_PROXY: 101, AWS_PROXY: 101 } },
  { name: "no $connect route", spec: { routes: { $default: {} } }, expected: all(101) },
  { name: "unknown stage", path: "/other?token=t&stocks=a", expected: all(403) },
  { name: "stage without a deployment", spec: { routes: {} }, expected: all(403) },
  { name: "path after the stage", path: `/${STAGE}/extra?token=t&stocks=a`, expected: all(403) },
  { name: "unknown API", host: "unknownapi.execute-api.eu-central-1.amazonaws.com", expected: all(403) },
  {
    name: "throttled",
    spec: { stage: { defaultRouteSettings: { throttlingBurstLimit: 0, throttlingRateLimit: 0 } } },
    expected: all(429),
  },
  { name: "API key missing", route: { apiKeyRequired: true }, expected: all(403) },
  { name: "plain GET", upgrade: false, expected: all(403) },
];

const ROWS = CASES.flatMap((c) =>
  TYPES.flatMap((type) => {
    const status = c.expected[type];
    return status === undefined ? [] : [{ name: c.name, type, status, c }];
  }),
);

test.each(ROWS)("$name, $type: $status", async ({ type, status, c }) => {
  const w = await world({
    authorizer: {},
    routes: { $connect: connectRoute(type, c) },
    functions: { authorizer: c.authorizer ?? allow, connect: connectFunction(c) },
    backend: backendOf(c),
    ...c.spec,
  });
  const headers = c.upgrade === false ? { Upgrade: undefined, Connection: "close" } : {};
  const { host } = c;
  expect((await handshake(w, { path: c.path ?? GOOD, headers, ...(host !== undefined && { host }) })).status).toBe(
    status,
  );
});

function connectRoute(type: Type, { behave, responses, route }: Case): RouteSpec {
  const unreachable = behave === "unreachable";
  const httpUri = unreachable ? "http://127.0.0.1:1/" : "BACKEND/connect";
  const integrationUri = type === "AWS_PROXY" ? invocationUri(unreachable ? "missing" : "connect") : httpUri;
  return {
    route: { requestParameters: { "route.request.querystring.stocks": { required: true } }, ...route },
    integration: {
      integrationType: type,
      integrationMethod: "POST",
      integrationUri,
      ...(behave === "hangs" && { timeoutInMillis: 50 }),
    },
    ...(responses && { responses }),
  };
}

function connectFunction({ behave, status = 200 }: Case): Handler {
  if (behave === "hangs") return () => new Promise(() => {});
  if (behave === "throws") return fails("oh");
  return () => ({ statusCode: status });
}

function backendOf({ behave, status = 200 }: Case): Behave {
  return () => (behave === "hangs" ? undefined : { status });
}
