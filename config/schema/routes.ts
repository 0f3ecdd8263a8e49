/** `backend` and `routes`: where events go, and what goes with them. */
import * as z from "zod/mini";
import { HTTP_METHODS, PASSTHROUGH_BEHAVIORS } from "../../aws/enumerations";
import { INTEGRATION_TIMEOUT_MS } from "../../aws/limits";
import {
  describe,
  either,
  flag,
  HTTP_URL,
  LAMBDA_ARN,
  map,
  NETWORK_LOAD_BALANCER_ARN,
  oneOf,
  record,
  text,
  whole,
} from "./values";

const timeoutMs = (description: string) =>
  whole(INTEGRATION_TIMEOUT_MS.least, INTEGRATION_TIMEOUT_MS.most, "milliseconds", description);
const integrationType = (description: string) => oneOf(["http", "http-proxy"], description);
const method = (description: string) => oneOf(HTTP_METHODS, description);
const backendUrl = text("a URL such as `https://api.example.com`", HTTP_URL, "Base URL of the backend.");

const vpcLink = map(
  {
    id: z.optional(text("the id of a VPC link", /^[a-z0-9]{1,64}$/, "A VPC link (version 1) that exists already.")),
    targetArn: z.optional(
      text(
        "the ARN of a Network Load Balancer",
        NETWORK_LOAD_BALANCER_ARN,
        "Network Load Balancer to make a VPC link to.",
      ),
    ),
  },
  "a map with `id` or `targetArn`",
  "Reach a private backend. WebSocket APIs take only version 1 links, to a Network Load Balancer.",
);

const backendKeys = map(
  {
    url: backendUrl,
    integration: z.optional(
      integrationType(
        "`http`: the backend gets what is mapped, and cannot refuse a connection. `http-proxy`: it gets the client's headers and query string too, and its 4xx refuses; `$connect` comes with `Sec-WebSocket-Version: 0`, unless that is mapped. Default: `http`.",
      ),
    ),
    method: z.optional(method("HTTP method for every route. Default: `POST`.")),
    timeoutMs: z.optional(timeoutMs("Time that the backend may take. Default: 29000.")),
    originSecret: z.optional(
      either(
        [z.boolean(), text("the name of a header, such as `x-origin-secret`", /^[A-Za-z0-9_-]{1,128}$/)],
        "true, false or the name of a header, such as `x-origin-secret`",
        "Header that carries Terraform's sensitive variable `origin_secret`, so that the backend can tell the gateway from strangers. `true`: `x-origin-secret`. Default: none.",
      ),
    ),
    vpcLink: z.optional(vpcLink),
  },
  "a URL, or a map with `url`",
);
export const backend = either(
  [backendUrl, backendKeys],
  "a URL such as `https://api.example.com`, or a map with `url`",
  "The HTTP backend: its base URL, or a map.",
);

/** Values are checked by config/grammar, which says more than a pattern could. */
const mapping = (where: string, description: string) =>
  record(z.string("a source such as `context.connectionId`"), `a map of ${where} to sources`, description);

const template = either(
  [
    z.string(),
    map({ file: text("a path relative to this file", /^[^\0${}%]{1,1024}$/, "File that holds the template.") }),
  ],
  "a template, or a map with `file`",
  "VTL text, or `file` with the path to it.",
);
const templates = (description: string) => record(template, "a map of template keys to templates", description);
const templateSelectionExpression = (description: string) =>
  describe(z.string("an expression such as `\\$default`"), description);

const response = map(
  {
    templates: z.optional(templates("Template key to VTL text for the body. Default: the backend's body as it is.")),
    templateSelectionExpression: z.optional(
      templateSelectionExpression("Selects the template. Default: `\\$default`."),
    ),
  },
  "a map with `templates`",
  "One integration response.",
);

const RATE = "requests per second, greater than 0";
export const throttle = (description: string) =>
  map(
    {
      burst: whole(1, 1_000_000, "requests at once", "Requests at once."),
      rate: describe(z.number(RATE).check(z.gt(0, RATE)), "Requests per second."),
    },
    "a map with `burst` and `rate`",
    description,
  );

export const route = describe(
  map(
    {
      url: z.optional(
        text(
          "a path such as `/connect`, or a URL",
          /^(https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?)?(\/[A-Za-z0-9\-._~!$&'()*+,;=:@%/{}]*)?$/,
          "Path under the backend's URL, or a URL of its own; another host is not reached by the VPC link, nor told the origin secret. `{name}` is filled by `path`. Default: `/connect`, `/disconnect`, `/default`, `/<action>`.",
        ),
      ),
      method: z.optional(method("HTTP method. Default: `backend.method`.")),
      integration: z.optional(integrationType("Integration type of this route. Default: `backend.integration`.")),
      timeoutMs: z.optional(timeoutMs("Time that the integration may take. Default: `backend.timeoutMs`.")),
      lambda: z.optional(
        text("the ARN of a Lambda function", LAMBDA_ARN, "A Lambda function (AWS_PROXY) in place of the backend."),
      ),
      requestParameters: z.optional(
        record(
          oneOf(["required", "optional"], "`required`: without it API Gateway answers 400."),
          "a map such as `route.request.querystring.stocks: required`",
          "`$connect` only: what the client sends, declared so that it can be mapped, as `route.request.querystring.<name>` or `route.request.header.<name>`.",
        ),
      ),
      query: z.optional(
        mapping(
          "query-string parameters",
          "Query string for the backend, parameter to source. Default on `$connect`: `connectionId` and the authorizer's `userId` and `orgId`; elsewhere `connectionId`.",
        ),
      ),
      headers: z.optional(mapping("headers", "Headers for the backend, header to source.")),
      path: z.optional(mapping("`{names}` in the URL", "What fills each `{name}` in the URL, name to source.")),
      requestTemplates: z.optional(
        templates("Template key to VTL text for the body. Default: the client's message as it is."),
      ),
      templateSelectionExpression: z.optional(
        templateSelectionExpression("Selects the request template. Default: `\\$default`."),
      ),
      passthroughBehavior: z.optional(
        oneOf(PASSTHROUGH_BEHAVIORS, "What happens to a message that no template matches. Default: `WHEN_NO_MATCH`."),
      ),
      responses: z.optional(
        record(
          response,
          "a map of response keys to responses",
          "Integration responses: `$default` or `/regex/` of the status. Default: `$default`.",
        ),
      ),
      reply: z.optional(flag("Two-way: send the integration's answer to the client. Default: false.")),
      throttle: z.optional(throttle("Limits of this route. Default: `stage.throttle`.")),
    },
    "a map with `url`, `query` or other settings of a route",
  ),
  "One route and its integration.",
  "route",
);

/** Nothing under a route's key: the route with its defaults. */
const bare = z.nullable(route);
export const routes = describe(
  z.catchall(
    z.object(
      {
        $connect: z.optional(bare),
        $disconnect: z.optional(
          either(
            [z.literal(false), bare],
            "false, or a map",
            "After a connection has ended. `false`: the backend is not told.",
          ),
        ),
        $default: z.optional(bare),
      },
      "a map of route keys to routes",
    ),
    bare,
  ),
  "Route key to route. `$connect` and `$disconnect` are always there; add `$default` or any action.",
);

export type RouteInput = z.infer<typeof route>;
export type BackendInput = z.infer<typeof backendKeys>;
export type TemplatesInput = NonNullable<RouteInput["requestTemplates"]>;
