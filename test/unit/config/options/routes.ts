/** Cases of `backend` and `routes`. */

import { mappingTexts, parameterTexts } from "../../../support/aws/typed";
import { FUNCTION, MINIMAL, plus, routes } from "../../../support/config/load";
import { AUTHORIZER, BASE, backend, type Case, connect, http, route } from "../../../support/config/option-case";

export const ROUTES_CASES: readonly Case[] = [
  ["backend", MINIMAL, (e) => http(e, "$connect").uri, "https://api.example.com/connect"],
  [
    "backend.url",
    `${BASE}${AUTHORIZER}backend: {url: "https://api.example.com/v1/"}`,
    (e) => http(e, "$disconnect").uri,
    "https://api.example.com/v1/disconnect",
  ],
  ["backend.integration", backend("integration: http-proxy"), (e) => http(e, "$connect").type, "HTTP_PROXY"],
  ["backend.method", backend("method: PUT"), (e) => http(e, "$connect").method, "PUT"],
  ["backend.timeoutMs", backend("timeoutMs: 50"), (e) => http(e, "$disconnect").timeoutMs, 50],
  ["backend.originSecret", backend("originSecret: true"), (e) => e.originSecret, { header: "x-origin-secret" }],
  ["backend.originSecret", backend("originSecret: x-mine"), (e) => e.originSecret, { header: "x-mine" }],
  ["backend.originSecret", backend("originSecret: false"), (e) => e.originSecret, undefined],
  [
    "backend.jsonBody",
    `${backend("jsonBody: true")}routes: {chat: }\n`,
    (e) => ["$connect", "$disconnect", "chat"].map((key) => http(e, key).requestTemplates),
    [{ $default: "{}" }, { $default: "{}" }, {}],
  ],
  ["backend.jsonBody", backend("jsonBody: false"), (e) => http(e, "$connect").requestTemplates, {}],
  [
    "backend.jsonBody",
    backend("jsonBody: true, integration: http-proxy"),
    (e) => http(e, "$connect").requestTemplates,
    {},
  ],
  [
    "backend.jsonBody",
    `${backend("jsonBody: true")}routes: {$connect: {requestTemplates: {$default: "[]"}}}\n`,
    (e) => http(e, "$connect").requestTemplates,
    { $default: "[]" },
  ],
  ["backend.vpcLink", backend("vpcLink: {id: ab12}"), (e) => e.vpcLink, { id: "ab12" }],
  ["backend.vpcLink.id", backend("vpcLink: {id: ab12}"), (e) => e.vpcLink, { id: "ab12" }],
  [
    "backend.vpcLink.targetArn",
    backend(
      "vpcLink: {targetArn: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/mine/50dc6c495c0c9188'}",
    ),
    (e) => e.vpcLink,
    { targetArn: "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/mine/50dc6c495c0c9188" },
  ],
  [
    "routeSelectionExpression",
    plus("routeSelectionExpression: $request.body.message.kind"),
    (e) => e.routeSelectionExpression.text,
    "$request.body.message.kind",
  ],
  [
    "routes",
    routes("{chat: , $default: {}}"),
    (e) => e.routes.map(({ key }) => key),
    ["$connect", "$disconnect", "$default", "chat"],
  ],
  ["routes", routes("{$disconnect: false}"), (e) => e.routes.map(({ key }) => key), ["$connect"]],
  [
    "routes.<key>.url",
    routes("{chat: {url: /v2/chat}}"),
    (e) => http(e, "chat").uri,
    "https://api.example.com/v2/chat",
  ],
  [
    "routes.<key>.url",
    routes("{chat: {url: 'https://chat.example.com/in'}}"),
    (e) => http(e, "chat").uri,
    "https://chat.example.com/in",
  ],
  ["routes.<key>.method", routes("{chat: {method: PATCH}}"), (e) => http(e, "chat").method, "PATCH"],
  [
    "routes.<key>.integration",
    routes("{chat: {integration: http-proxy}}"),
    (e) => [http(e, "chat").type, http(e, "chat").responses],
    ["HTTP_PROXY", []],
  ],
  ["routes.<key>.timeoutMs", routes("{chat: {timeoutMs: 1000}}"), (e) => http(e, "chat").timeoutMs, 1000],
  [
    "routes.<key>.lambda",
    routes(`{chat: {lambda: '${FUNCTION}', timeoutMs: 500}}`),
    (e) => route(e, "chat").integration,
    { type: "AWS_PROXY", functionArn: FUNCTION, timeoutMs: 500 },
  ],
  [
    "routes.<key>.requestParameters",
    routes(
      "{$connect: {requestParameters: {route.request.querystring.stocks: required, route.request.header.Origin: optional}}}",
    ),
    (e) => parameterTexts(connect(e).requestParameters),
    { "route.request.querystring.stocks": true, "route.request.header.Origin": false },
  ],
  [
    "routes.<key>.query",
    routes("{chat: {query: {id: context.connectionId, text: route.request.body.text}}}"),
    (e) => mappingTexts(http(e, "chat").mappings),
    {
      "integration.request.querystring.id": "context.connectionId",
      "integration.request.querystring.text": "route.request.body.text",
    },
  ],
  [
    "routes.<key>.headers",
    routes("{chat: {query: {}, headers: {X-Kind: \"'chat'\"}}}"),
    (e) => mappingTexts(http(e, "chat").mappings),
    { "integration.request.header.X-Kind": "'chat'" },
  ],
  [
    "routes.<key>.path",
    routes("{chat: {url: '/c/{id}', query: {}, path: {id: context.connectionId}}}"),
    (e) => [http(e, "chat").uri, mappingTexts(http(e, "chat").mappings)],
    ["https://api.example.com/c/{id}", { "integration.request.path.id": "context.connectionId" }],
  ],
  [
    "routes.<key>.requestTemplates",
    routes('{chat: {requestTemplates: {$default: \'{"id": "${context.connectionId}"}\'}}}'),
    (e) => http(e, "chat").requestTemplates,
    { $default: '{"id": "${context.connectionId}"}' },
  ],
  [
    "routes.<key>.requestTemplates.<key>.file",
    routes("{chat: {requestTemplates: {$default: {file: message.vtl}}}}"),
    (e) => http(e, "chat").requestTemplates,
    { $default: "$input.body" },
  ],
  [
    "routes.<key>.templateSelectionExpression",
    routes("{chat: {templateSelectionExpression: '${request.body.kind}'}}"),
    (e) => http(e, "chat").templateSelectionExpression.text,
    "${request.body.kind}",
  ],
  [
    "routes.<key>.passthroughBehavior",
    routes("{chat: {passthroughBehavior: NEVER}}"),
    (e) => http(e, "chat").passthroughBehavior,
    "NEVER",
  ],
  [
    "routes.<key>.responses",
    routes("{chat: {responses: {/5\\d\\d/: {}, $default: {}}}}"),
    (e) => http(e, "chat").responses.map(({ key }) => key.text),
    ["/5\\d\\d/", "$default"],
  ],
  [
    "routes.<key>.responses.<key>.templates",
    routes("{chat: {responses: {$default: {templates: {$default: ok}}}}}"),
    (e) => http(e, "chat").responses[0]?.templates,
    { $default: "ok" },
  ],
  [
    "routes.<key>.responses.<key>.templates.<key>.file",
    routes("{chat: {responses: {$default: {templates: {$default: {file: message.vtl}}}}}}"),
    (e) => http(e, "chat").responses[0]?.templates,
    { $default: "$input.body" },
  ],
  [
    "routes.<key>.responses.<key>.templateSelectionExpression",
    routes("{chat: {responses: {$default: {templateSelectionExpression: '${integration.response.statuscode}'}}}}"),
    (e) => http(e, "chat").responses[0]?.templateSelectionExpression.text,
    "${integration.response.statuscode}",
  ],
  [
    "routes.<key>.reply",
    routes("{chat: {reply: true}}"),
    (e) => route(e, "chat"),
    expect.objectContaining({ reply: true }),
  ],
  [
    "routes.<key>.throttle",
    routes("{chat: {throttle: {burst: 5, rate: 0.5}}}"),
    (e) => e.stage.routeThrottles,
    { chat: { burst: 5, rate: 0.5 } },
  ],
  [
    "routes.<key>.throttle.burst",
    routes("{chat: {throttle: {burst: 7, rate: 1}}}"),
    (e) => e.stage.routeThrottles.chat?.burst,
    7,
  ],
  [
    "routes.<key>.throttle.rate",
    routes("{$connect: {throttle: {burst: 7, rate: 9}}}"),
    (e) => e.stage.routeThrottles.$connect?.rate,
    9,
  ],
];
