/** Random configurations of gateway.yaml, for changes from one to another. The same seed gives the same ones. */
import * as fc from "fast-check";

export type Configuration = Readonly<Record<string, unknown>>;

/** Addresses of things that every configuration may use. */
export interface Surroundings {
  readonly backend: string;
  /** ARN of a function that allows every client, and answers every message. */
  readonly functionArn: string;
}

const CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012";

/** The member is absent, or one of these. */
const optional = <T>(...values: readonly T[]) => fc.constantFrom(undefined, ...values);
const throttle = optional({ burst: 500, rate: 800 }, { burst: 600, rate: 900.5 });
const integration = optional("http", "http-proxy");
const template = optional({ $default: '{"id": "$context.connectionId"}' }, { $default: "{}", other: "[]" });
const responses = optional(
  { $default: {} },
  { $default: {}, "/5\\d\\d/": { templates: { $default: '{"failed": true}' } } },
);

/** Client parameters of `$connect`; each is mapped under its own name. */
const parameters = fc.record({
  stocks: optional("required", "optional"),
  tenant: optional("required", "optional"),
});

const connect = fc
  .record({ parameters, integration, template, version: optional("'one'", "'two'") })
  .map(({ parameters, integration, template, version }) => {
    const declared = Object.entries(parameters).flatMap(([name, need]) => (need ? [[name, need] as const] : []));
    return {
      integration,
      requestTemplates: template,
      ...(version && { headers: { "x-version": version } }),
      ...(declared.length > 0 && {
        requestParameters: Object.fromEntries(
          declared.map(([name, need]) => [`route.request.querystring.${name}`, need]),
        ),
      }),
      query: {
        connectionId: "context.connectionId",
        ...Object.fromEntries(declared.map(([name]) => [name, `route.request.querystring.${name}`])),
      },
    };
  });

const message = (functionArn: string) =>
  fc.oneof(
    { weight: 1, arbitrary: fc.constant(undefined) },
    {
      weight: 2,
      arbitrary: fc.record({ reply: optional(true), integration, requestTemplates: template, throttle }),
    },
    { weight: 1, arbitrary: fc.record({ reply: optional(true), responses, timeoutMs: optional(5000) }) },
    { weight: 1, arbitrary: fc.record({ lambda: fc.constant(functionArn), throttle }) },
  );

/**
 * A configuration that accepts the client of `world.ts`, and sends its messages to the backend's `/ping`. Name, region and
 * stage are always the same: Terraform rejects other ones.
 */
export function configurations({ backend, functionArn }: Surroundings): fc.Arbitrary<Configuration> {
  const issuer = (audience: string[]) => ({ issuer: "https://login.example.com/", audience, secret: "env" });
  return (
    fc
      .record({
        description: optional("Quotes", "Prices"),
        backend: fc.record({
          integration,
          method: optional("PUT"),
          originSecret: optional<true | string>(true, "x-other"),
          vpcLink: optional({ id: "abc123" }),
          timeoutMs: optional(9000),
        }),
        authorizer: fc.constantFrom(
          "none",
          issuer(["quotes"]),
          { ...issuer(["quotes", "other"]), memoryMb: 256 },
          { lambda: functionArn, identitySources: ["route.request.querystring.token"] },
        ),
        connect,
        disconnect: optional<false | object>(false, { query: { id: "context.connectionId", by: "'gateway'" } }),
        $default: message(functionArn),
        say: message(functionArn),
        ask: message(functionArn),
        stage: fc.record({
          variables: optional({ color: "green" }, { color: "blue", size: "2" }),
          throttle,
          detailedMetrics: optional(true),
        }),
        logs: optional(
          { access: true },
          { access: true, execution: "ERROR", retentionDays: 7 },
          { manageAccountRole: true },
        ),
        alarms: optional(true),
        dashboard: optional(true),
        domain: optional(
          { name: "ws.example.com", certificateArn: CERTIFICATE },
          { name: "ws.example.com", certificateArn: CERTIFICATE, basePath: "quotes" },
        ),
        ssm: optional<false | string>(false, "/teams/quotes"),
        tags: optional({ team: "quotes" }, { team: "prices", cost: "1" }),
        routeSelectionExpression: optional("${request.body.action}"),
      })
      .map(({ connect, disconnect, $default, say, ask, backend: settings, stage, ...rest }) => ({
        name: "quotes",
        region: "us-east-1",
        ...rest,
        backend: { url: backend, ...settings },
        routes: {
          $connect: connect,
          $disconnect: disconnect,
          // API Gateway passes the answer to a proxy integration on unchanged.
          ...(settings.integration === "http-proxy"
            ? { $default: withoutResponses($default), say: withoutResponses(say), ask: withoutResponses(ask) }
            : { $default, say, ask }),
          ping: {},
        },
        stage: { name: "prod", ...stage },
      }))
      // Without the members that are absent.
      .map((configuration) => JSON.parse(JSON.stringify(configuration)))
  );
}

const withoutResponses = (route: object | undefined) => route && { ...route, responses: undefined };

/** How many pairs in a row begin with the same configuration, which is then deployed only once. */
export const SAME_START = 6;

/** The pair of configurations with this number, of those of a seed. */
export function pairOf(arbitrary: fc.Arbitrary<Configuration>, seed: number, number: number) {
  const sample = (salt: number): Configuration => {
    const [one] = fc.sample(arbitrary, { seed: seed * 1000 + salt, numRuns: 1 });
    if (one === undefined) throw new Error("There is no sample.");
    return one;
  };
  return { from: sample(500 + Math.floor(number / SAME_START)), to: sample(number) };
}

/** Today, as a number; SEED repeats another day. */
export const SEED = Number((process.env.SEED ?? new Date().toISOString().slice(0, 10)).replaceAll("-", ""));
