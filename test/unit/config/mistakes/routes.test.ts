/** Mistakes in routes. */
import { finds } from "../../../support/config/finds";
import { FUNCTION, plus, routes } from "../../../support/config/load";

finds("routes", [
  [
    "a route key that AWS has not",
    routes("{▸$conect: {}}"),
    "routes.$conect: only `$connect`, `$disconnect` and `$default` begin with `$`. Did you mean `$connect`?",
  ],
  [
    "a route selection without its `$`",
    plus("routeSelectionExpression: ▸request.body.action"),
    "routeSelectionExpression: expected `$request.body.PATH`, the part of a message that names its route. Did you mean `$request.body.action`?",
  ],
  [
    "a parameter that is not declared",
    routes("{$connect: {query: {stocks: ▸route.request.querystring.stocks}}}"),
    "routes.$connect.query.stocks: `route.request.querystring.stocks` is not declared. Add `route.request.querystring.stocks: optional` (or `required`) to `requestParameters`.",
  ],
  [
    "a parameter declared otherwise",
    routes(
      "{$connect: {requestParameters: {route.request.querystring.stock: required}, query: {stocks: ▸route.request.querystring.stocks}}}",
    ),
    "routes.$connect.query.stocks: `route.request.querystring.stocks` is not declared. Did you mean `route.request.querystring.stock`?",
  ],
  [
    "a request outside the handshake",
    routes("{$disconnect: {query: {a: ▸route.request.header.Origin}}}"),
    "routes.$disconnect.query.a: only `$connect` has a query string and headers, not `$disconnect`. Store the value in the backend on `$connect`, by `connectionId`.",
  ],
  [
    "a declaration outside the handshake",
    routes("{chat: {▸requestParameters: {route.request.querystring.a: required}}}"),
    "routes.chat.requestParameters: only `$connect` has a query string and headers to declare.",
  ],
  [
    "a declaration without its place",
    routes("{$connect: {requestParameters: {▸querystring.a: required}}}"),
    "routes.$connect.requestParameters.querystring.a: expected `route.request.querystring.NAME` or `route.request.header.NAME`. Did you mean `route.request.querystring.a`?",
  ],
  [
    "a body in the handshake",
    routes("{$connect: {query: {a: ▸route.request.body.a}}}"),
    "routes.$connect.query.a: `$connect` has no message, so no `route.request.body`.",
  ],
  [
    "context that is not there yet",
    routes("{$connect: {query: {a: ▸context.messageId}}}"),
    "routes.$connect.query.a: has no value on `$connect`: only messages have a `messageId`.",
  ],
  [
    "context that is never there",
    routes("{chat: {query: {a: ▸context.disconnectReason}}}"),
    "routes.chat.query.a: has no value on `chat`: only `$disconnect` has a `disconnectReason`.",
  ],
  [
    "context that is misspelt",
    routes("{chat: {query: {a: ▸context.conectionId}}}"),
    "routes.chat.query.a: WebSocket APIs have no `context.conectionId`. Did you mean `context.connectionId`?",
  ],
  [
    "context that the authorizer does not set",
    routes("{chat: {query: {a: ▸context.authorizer.userid, b: ▸context.authorizer.plan}}}"),
    "routes.chat.query.a: the authorizer does not set `userid`. Did you mean `userId`?",
    "routes.chat.query.b: the authorizer does not set `plan`. Add it to `authorizer.context`: `plan: <claim>`.",
  ],
  [
    "context without an authorizer",
    "name: quotes\nbackend: https://api.example.com\nauthorizer: none\nroutes: {chat: {query: {a: ▸context.authorizer.userId}}}",
    "routes.chat.query.a: no authorizer sets it: `authorizer` is `none`.",
  ],
  [
    "a stage variable that is not there",
    plus(
      "stage: {variables: {tier: gold}}\nroutes: {chat: {query: {a: ▸stageVariables.teir, b: ▸stageVariables.other}}}",
    ),
    "routes.chat.query.a: there is no stage variable `teir`. Did you mean `tier`?",
    "routes.chat.query.b: there is no stage variable `other`. Define it under `stage.variables`.",
  ],
  [
    "a header of API Gateway's own",
    routes("{chat: {headers: {▸Host: \"'a'\", ▸transfer-encoding: \"'b'\"}}}"),
    "routes.chat.headers.Host: API Gateway sets or drops the header `Host` itself.",
    "routes.chat.headers.transfer-encoding: API Gateway sets or drops the header `transfer-encoding` itself.",
  ],
  [
    "a header twice",
    routes("{chat: {headers: {X-A: \"'a'\", ▸x-a: \"'b'\"}}}"),
    "routes.chat.headers.x-a: duplicate header: already defined above. Header names are case-insensitive.",
  ],
  [
    "the origin secret's header",
    "name: quotes\nauthorizer: none\nbackend: {url: https://a.example, originSecret: true}\nroutes: {chat: {headers: {▸X-Origin-Secret: \"'a'\"}}}",
    "routes.chat.headers.X-Origin-Secret: `X-Origin-Secret` is the header of `backend.originSecret`. The line is not shown, because it seems to contain a secret. If it does, rotate that secret.",
  ],
  [
    "AWS's key where a name is enough",
    routes("{chat: {query: {▸integration.request.querystring.a: context.connectionId}}}"),
    "routes.chat.query.integration.request.querystring.a: expected only the name. Write `a`.",
  ],
  [
    "a path without its place",
    routes("{chat: {url: '/c/{id}', path: {▸idd: context.connectionId, id: context.stage}}}"),
    "routes.chat.path.idd: the URL `https://api.example.com/c/{id}` has no `{idd}`. Did you mean `id`?",
  ],
  [
    "a place without its path",
    routes("{chat: {url: ▸'/c/{id}'}}"),
    "routes.chat.url: `{id}` has no value. Add its source as `routes.chat.path.id`.",
  ],
  [
    "a reply that no client receives",
    routes("{$connect: {▸reply: true}}"),
    "routes.$connect.reply: the backend's answer on `$connect` is never sent to the client. Only messages can have a reply.",
  ],
  [
    "settings that Lambda has no use for",
    routes(`{chat: {lambda: "${FUNCTION}", ▸query: {}}}`),
    "routes.chat.query: has no effect with `lambda`: the function receives the whole event.",
  ],
  [
    "responses that a proxy has no use for",
    routes("{chat: {integration: http-proxy, ▸responses: {}}}"),
    "routes.chat.responses: has no effect with `http-proxy`: API Gateway passes the backend's answer on unchanged.",
  ],
  [
    "a response key that is no pattern",
    routes("{chat: {responses: {▸404: {}, ▸/(/: {}, $default: {}}}}"),
    "routes.chat.responses.404: expected `$default` or a pattern of the status between slashes, such as `/5\\d\\d/`. Did you mean `/404/`?",
    "routes.chat.responses./(/: expected `$default` or a pattern of the status between slashes, such as `/5\\d\\d/`.",
  ],
  [
    "an unescaped `$default`",
    routes("{chat: {templateSelectionExpression: ▸$default}}"),
    "routes.chat.templateSelectionExpression: expected `${request.body.PATH}`, static text or both. A literal `$` is written `\\$`: `\\$default`.",
  ],
  [
    "a template that is not there",
    routes("{chat: {requestTemplates: {$default: {file: ▸gone.vtl}}}}"),
    "routes.chat.requestTemplates.$default.file: file not found: `gone.vtl`, relative to the folder of this file.",
  ],
  [
    "a template that AWS refuses",
    routes(`{chat: {requestTemplates: {▸$default: ${"x".repeat(307_201)}}}}`),
    "routes.chat.requestTemplates.$default: is 307201 bytes long; a template may have at most 307200.",
  ],
  [
    "too many routes",
    plus(`▸routes: {${Array.from({ length: 299 }, (_, i) => `r${i}: {}`).join(", ")}}`),
    "routes: an API has at most 300 routes, not 301.",
  ],
  [
    "no response at all",
    routes("{chat: {▸responses: {}}}"),
    "routes.chat.responses: expected at least `$default`: API Gateway answers 500 if no response matches.",
  ],
  [
    "a template with a block that is not closed",
    routes("{say: {requestTemplates: {$default: ▸'#if($context.stage) x'}}}"),
    "routes.say.requestTemplates.$default: line 1 of the template: `#if` has no `#end`.",
  ],
  [
    "a template that cannot be parsed",
    routes("{say: {responses: {$default: {templates: {$default: ▸'#if('}}}}}"),
    "routes.say.responses.$default.templates.$default: line 1 of the template: unexpected text.",
  ],
]);
