/** The schemas of `backend` and `routes`: the targets of events and their parameters. */

import * as z from "zod/mini";
import { FUNCTION_ARN, NETWORK_LOAD_BALANCER_ARN } from "../../aws/arn";
import { contextVariables } from "../../aws/context-variables";
import { HTTP_METHODS, PASSTHROUGH_BEHAVIORS } from "../../aws/enumerations";
import { INTEGRATION_TIMEOUT_MS } from "../../aws/limits";
import { SELECT_DEFAULT } from "../../aws/selection-expression";
import { DEFAULTS } from "../../contract/defaults";
import { VARIABLES } from "../../contract/names";
import {
  byDefault,
  describe,
  either,
  flag,
  HTTP_URL,
  HTTP_URL_OR_PATH,
  map,
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
    id: z.optional(text("the id of a VPC link", /^[a-z0-9]{1,64}$/, "Id of an existing VPC link (version 1).")),
    targetArn: z.optional(
      text(
        "the ARN of a Network Load Balancer",
        NETWORK_LOAD_BALANCER_ARN,
        "ARN of the Network Load Balancer to create a VPC link to.",
      ),
    ),
  },
  "a map with `id` or `targetArn`",
  "Connects to a private backend. WebSocket APIs support only version 1 links, to a Network Load Balancer.",
);

const backendKeys = map(
  {
    url: backendUrl,
    integration: z.optional(
      integrationType(
        `\`http\`: the backend receives only what is mapped, and cannot reject a connection. \`http-proxy\`: it also receives the client's headers and query string, and a 4xx answer rejects the connection. \`$connect\` then has the header \`Sec-WebSocket-Version: 0\`, unless a mapping sets it. ${byDefault(DEFAULTS.integration)}`,
      ),
    ),
    method: z.optional(method(`HTTP method for every route. ${byDefault(DEFAULTS.method)}`)),
    timeoutMs: z.optional(timeoutMs(`Timeout of the backend, in milliseconds. ${byDefault(DEFAULTS.timeoutMs)}`)),
    originSecret: z.optional(
      either(
        [z.boolean(), text("the name of a header, such as `x-origin-secret`", /^[A-Za-z0-9_-]{1,128}$/)],
        "true, false or the name of a header, such as `x-origin-secret`",
        `Header with the value of Terraform's sensitive variable \`${VARIABLES.originSecret}\`, so that the backend can reject requests from other senders. \`true\`: \`${DEFAULTS.originSecretHeader}\`. Default: none.`,
      ),
    ),
    jsonBody: z.optional(
      flag(
        "The body of `$connect` and `$disconnect` is `{}`, in place of an empty one with `Content-Type: application/json`, which Fastify rejects. A route's own `requestTemplates` replace it. Default: false.",
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

/** Values are parsed later, because a parser gives better error messages than a pattern. */
const mapping = (where: string, description: string) => record(source, `a map of ${where} to sources`, description);
const source = z.string("a source such as `context.connectionId`");
/** What editors suggest. */
z.globalRegistry.add(source, {
  examples: [
    ...contextVariables("template").map((name) => `context.${name}`),
    ...Object.keys(DEFAULTS.context).map((key) => `context.authorizer.${key}`),
    "route.request.querystring.NAME",
    "route.request.header.NAME",
    "route.request.body.PATH",
    "stageVariables.NAME",
    "'text'",
  ],
});

const template = either(
  [
    z.string(),
    map({ file: text("a path relative to this file", /^[^\0${}%]{1,1024}$/, "Path of the file with the template.") }),
  ],
  "a template, or a map with `file`",
  "VTL text, or `file` with the path to it.",
);
const templates = (description: string) => record(template, "a map of template keys to templates", description);
const templateSelectionExpression = (description: string) =>
  describe(z.string("an expression such as `\\$default`"), description);

const response = map(
  {
    templates: z.optional(templates("Template key to VTL text for the body. Default: the backend's body, unchanged.")),
    templateSelectionExpression: z.optional(
      templateSelectionExpression(`Selects the template. ${byDefault(SELECT_DEFAULT.text)}`),
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
          HTTP_URL_OR_PATH,
          "Path under the backend's URL, or a full URL. For another host, the VPC link is not used and the origin secret is not sent. `path` sets the value of `{name}`. Default: `/connect`, `/disconnect`, `/default`, `/<action>`.",
        ),
      ),
      method: z.optional(method("HTTP method. Default: `backend.method`.")),
      integration: z.optional(integrationType("Integration type of this route. Default: `backend.integration`.")),
      timeoutMs: z.optional(timeoutMs("Timeout of the integration, in milliseconds. Default: `backend.timeoutMs`.")),
      lambda: z.optional(
        text("the ARN of a Lambda function", FUNCTION_ARN, "A Lambda function (AWS_PROXY) instead of the backend."),
      ),
      requestParameters: z.optional(
        record(
          oneOf(["required", "optional"], "`required`: without it API Gateway answers 400."),
          "a map such as `route.request.querystring.stocks: required`",
          "`$connect` only: declares the client's query parameters and headers that mappings use, as `route.request.querystring.<name>` or `route.request.header.<name>`.",
        ),
      ),
      query: z.optional(
        mapping(
          "query-string parameters",
          "Query string for the backend, parameter to source. Default on `$connect`: `connectionId` and the authorizer's `userId` and `orgId`; elsewhere `connectionId`.",
        ),
      ),
      headers: z.optional(mapping("headers", "Headers for the backend, header to source.")),
      path: z.optional(mapping("`{names}` in the URL", "Values for each `{name}` in the URL, name to source.")),
      requestTemplates: z.optional(
        templates("Template key to VTL text for the body. Default: the client's message, unchanged."),
      ),
      templateSelectionExpression: z.optional(
        templateSelectionExpression(`Selects the request template. ${byDefault(SELECT_DEFAULT.text)}`),
      ),
      passthroughBehavior: z.optional(
        oneOf(
          PASSTHROUGH_BEHAVIORS,
          `What happens to a message that no template matches. ${byDefault(DEFAULTS.passthroughBehavior)}`,
        ),
      ),
      responses: z.optional(
        record(
          response,
          "a map of response keys to responses",
          `Integration responses, by \`$default\` or a \`/regex/\` for the status. ${byDefault(DEFAULTS.responseKey)}`,
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

/** An empty value is a route with its defaults. */
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
            "The route for closed connections. `false`: the backend is not called.",
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
