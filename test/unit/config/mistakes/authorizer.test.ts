/** Mistakes in the authorizer. */
import { authorizer, finds, LOGIN } from "../../../support/config/finds";
import { FUNCTION } from "../../../support/config/load";

finds("the authorizer", [
  ["no issuer", authorizer("audience: quotes"), "3:1 authorizer: needs `issuer`, the exact `iss` claim of its tokens."],
  [
    "no audience",
    authorizer("issuer: https://login.example.com/"),
    "3:1 authorizer: needs `audience`: without it the authorizer would accept tokens for any other service.",
  ],
  [
    "no audience, empty",
    authorizer("issuer: https://login.example.com/, ▸audience: []"),
    "authorizer.audience: expected an audience, or a list of them, not an empty list.",
  ],
  [
    "a misspelt none",
    "name: quotes\nbackend: https://api.example.com\nauthorizer: ▸nome\n",
    "authorizer: expected `none`, `iam`, or a map with `issuer` and `audience`, not `nome`. Did you mean `none`?",
  ],
  [
    "iam in capital letters",
    "name: quotes\nbackend: https://api.example.com\nauthorizer: ▸IAM\n",
    "authorizer: expected `none`, `iam`, or a map with `issuer` and `audience`, not `IAM`. Did you mean `iam`?",
  ],
  [
    "an algorithm that is none",
    authorizer(`${LOGIN}, algorithms: [▸none, ▸RS25]`),
    "authorizer.algorithms.0: expected one of `RS256`, `RS384`, `RS512`, `PS256`, `PS384`, `PS512`, `ES256`, `ES384`, `ES512`, `EdDSA`, `Ed25519`, `HS256`, `HS384`, `HS512`, not `none`.",
    "authorizer.algorithms.1: expected one of `RS256`, `RS384`, `RS512`, `PS256`, `PS384`, `PS512`, `ES256`, `ES384`, `ES512`, `EdDSA`, `Ed25519`, `HS256`, `HS384`, `HS512`, not `RS25`. Did you mean `RS256`?",
  ],
  [
    "a secret's algorithm for published keys",
    authorizer(`${LOGIN}, algorithms: [▸HS256]`),
    "authorizer.algorithms.0: `HS256` needs a shared secret, not published keys. Add `secret: env`.",
  ],
  [
    "a key's algorithm for a secret",
    authorizer(`${LOGIN}, secret: env, algorithms: [▸RS256]`),
    "authorizer.algorithms.0: `RS256` needs published keys, not a shared secret. Remove `secret`.",
  ],
  [
    "keys published nowhere",
    authorizer("issuer: ▸quotes-login, audience: quotes"),
    "authorizer.issuer: is not an https URL, so the address of its keys is unknown. Set `jwksUri`, or `secret: env` for a shared secret.",
  ],
  [
    "keys published for everyone on the way",
    authorizer(`${LOGIN}, jwksUri: ▸http://login.example.com/keys`),
    "authorizer.jwksUri: expected an https URL, not `http://login.example.com/keys`.",
  ],
  [
    "an issuer on this machine, for a deploy",
    authorizer("issuer: ▸http://localhost:8080/realms/quotes, audience: quotes"),
    "authorizer.issuer: the authorizer on AWS cannot reach `localhost:8080`. Use a public host. The local gateway accepts this address.",
  ],
  ...["localhost:99999", "localhost:65536"].map((host): [string, string, string] => [
    `an issuer at ${host}, which is no port`,
    authorizer(`issuer: ▸http://${host}, audience: quotes`),
    "authorizer.issuer: is not an https URL, so the address of its keys is unknown. Set `jwksUri`, or `secret: env` for a shared secret.",
  ]),
  [
    "a port that is too high, in every address",
    `name: quotes\nbackend: ▸https://a.example:65536\nauthorizer: {${LOGIN}, jwksUri: ▸'https://a.example:99999/keys'}\nroutes: {chat: {url: ▸'https://a.example:70000/chat'}}\n`,
    "backend: expected a URL such as `https://api.example.com`, not `https://a.example:65536`.",
    "authorizer.jwksUri: expected an https URL, not `https://a.example:99999/keys`.",
    "routes.chat.url: expected a path such as `/connect`, or a URL, not `https://a.example:70000/chat`.",
  ],
  ...["10.1.2.3", "login.internal", "login"].map((host): [string, string, string] => [
    `an issuer at ${host}, which is an address of one network`,
    authorizer(`issuer: ▸https://${host}/realms/quotes, audience: quotes`),
    `authorizer.issuer: the authorizer on AWS cannot reach \`${host}\`. Use a public host, or package the keys with \`jwks\`.`,
  ]),
  [
    "keys at an address of one network",
    authorizer(`${LOGIN}, jwksUri: ▸"https://192.168.0.4:8443/keys"`),
    "authorizer.jwksUri: the authorizer on AWS cannot reach `192.168.0.4`. Use a public host, or package the keys with `jwks`.",
  ],
  [
    "keys on this machine, for a deploy",
    authorizer(`${LOGIN}, jwksUri: ▸"https://127.0.0.1/keys"`),
    "authorizer.jwksUri: the authorizer on AWS cannot reach `127.0.0.1`. Use a public host. The local gateway accepts this address.",
  ],
  [
    "a realm on this machine, for a deploy",
    authorizer("keycloak: {realm: ▸'http://[::1]:8080/realms/quotes', clientId: web}"),
    "authorizer.keycloak.realm: the authorizer on AWS cannot reach `[::1]:8080`. Use a public host. The local gateway accepts this address.",
  ],
  [
    "a realm over http",
    authorizer("keycloak: {realm: ▸'http://localhost:8080@login.example.com/realms/quotes', clientId: web}"),
    "authorizer.keycloak.realm: expected an https URL, not `***`. The line is not shown, because it seems to contain a secret. If it does, rotate that secret.",
  ],
  [
    "a function that is not one, and nothing that follows from it",
    authorizer("lambda: ▸chat"),
    "authorizer.lambda: expected the ARN of a Lambda function, not `chat`.",
  ],
  [
    "a key set that is not one, and nothing that follows from it",
    authorizer("issuer: quotes-login, audience: quotes, jwksUri: ▸keys"),
    "authorizer.jwksUri: expected an https URL, not `keys`.",
  ],
  [
    "a secret that is not one, and nothing that follows from it",
    authorizer("issuer: quotes-login, audience: quotes, algorithms: [HS256], secret: ▸no"),
    "authorizer.secret: expected `env`, or a map with `env` or `ssm`, not `***`. The line is not shown, because it seems to contain a secret. If it does, rotate that secret.",
  ],
  [
    "issuers that are none, and nothing that follows from it",
    authorizer("issuers: ▸https://login.example.com/"),
    "authorizer.issuers: expected a list of issuers, not `https://login.example.com/`.",
  ],
  [
    "a secret in a variable that has another purpose",
    authorizer(`${LOGIN}, secret: {env: [▸VERSION, ▸ORIGIN_SECRET]}`),
    "authorizer.secret.env.0: Terraform's variable `version` cannot be used: the name is reserved.",
    "authorizer.secret.env.1: Terraform's variable `origin_secret` cannot be used: the name is reserved.",
  ],
  [
    "a mistake that has nothing to do with what a mapping reads, and the mapping's",
    `${authorizer(`${LOGIN}, memoryMb: ▸10`)}routes: {$connect: {query: {user: ▸context.authorizer.usrId}}}\n`,
    "authorizer.memoryMb: expected megabytes, a whole number from 128 to 10240, not `10`.",
    "routes.$connect.query.user: the authorizer does not set `usrId`. Did you mean `userId`?",
  ],
  [
    "a claim that is not text",
    authorizer(`${LOGIN}, requiredClaims: {▸tenant: {id: 3}, level: ▸9007199254740993}`),
    "authorizer.requiredClaims.tenant: expected a text, a number or a boolean, not a map. For a claim in an object, write its path: `tenant.id`.",
    "authorizer.requiredClaims.level: expected a whole number between -9007199254740991 and 9007199254740991, not `9007199254740993`.",
  ],
  [
    "an identity source without its place, and one of a place that there is not",
    authorizer(`${LOGIN}, identitySources: [▸token, ▸route.request.path.x, route.request.querystring.token]`),
    "authorizer.identitySources.0: expected `route.request.querystring.NAME`, `route.request.header.NAME`, `context.NAME` or `stageVariables.NAME`. Did you mean `route.request.querystring.token`?",
    "authorizer.identitySources.1: a request has no `path`; expected `querystring` or `header`.",
  ],
  [
    "three secrets",
    authorizer(`${LOGIN}, secret: {▸env: [A, B, C]}`),
    "authorizer.secret.env: expected at most two: the current secret and the previous one.",
  ],
  [
    "a secret in two places",
    authorizer(`${LOGIN}, ▸secret: {env: [A], ssm: [/a]}`),
    "authorizer.secret: expected `env` or `ssm`, not both.",
  ],
  [
    "a variable of Lambda's own",
    authorizer(`${LOGIN}, secret: {env: [▸AWS_REGION, ▸AWS_REGION]}`),
    "authorizer.secret.env.0: `AWS_REGION` is reserved by Lambda.",
    "authorizer.secret.env.1: `AWS_REGION` is reserved by Lambda.",
    "3:95 authorizer.secret.env.1: `AWS_REGION` is listed already.",
  ],
  [
    "Cognito and an issuer",
    authorizer("cognito: {userPoolId: eu-west-1_A, clientId: a}, ▸issuer: https://a.example"),
    "authorizer.issuer: cannot be combined with `cognito`, which sets it.",
  ],
  [
    "GitHub without an audience",
    authorizer("github: {repository: octo/quotes}"),
    "3:1 authorizer: needs `audience`: without it the authorizer would accept tokens for any other service.",
  ],
  [
    "no repository",
    authorizer("github: {repository: ▸quotes}, audience: a"),
    "authorizer.github.repository: expected a repository such as `octo-org/quotes`, not `quotes`.",
  ],
  [
    "a context key of API Gateway's own",
    authorizer(`${LOGIN}, context: {▸principalId: sub, ▸status: s, ▸latency: l, ▸error: e, ▸exp: exp, ▸a.b: sub}`),
    "authorizer.context.principalId: is reserved: API Gateway or the authorizer sets it.",
    "authorizer.context.status: is reserved: API Gateway or the authorizer sets it.",
    "authorizer.context.latency: is reserved: API Gateway or the authorizer sets it.",
    "authorizer.context.error: is reserved: API Gateway or the authorizer sets it.",
    "authorizer.context.exp: is reserved: API Gateway or the authorizer sets it.",
    "authorizer.context.a.b: expected a key of letters, digits, `_` and `-`.",
  ],
  [
    "a context key of API Gateway's access log",
    authorizer(`${LOGIN}, context: {▸integrationLatency: a, ▸integrationStatus: b, ▸requestId: c}`),
    "authorizer.context.integrationLatency: is reserved: API Gateway or the authorizer sets it.",
    "authorizer.context.integrationStatus: is reserved: API Gateway or the authorizer sets it.",
    "authorizer.context.requestId: is reserved: API Gateway or the authorizer sets it.",
  ],
  [
    "one issuer twice",
    authorizer("issuers: [{issuer: https://a.example, audience: a}, ▸{issuer: https://a.example, audience: b}]"),
    "authorizer.issuers.1: has the same `issuer` as one above; only the first would be used.",
  ],
  [
    "one issuer with two secrets, beside its keys",
    authorizer(
      "issuers: [{issuer: https://a.example, audience: a}, {issuer: https://a.example, audience: a, secret: env}, ▸{issuer: https://a.example, audience: a, secret: {env: [B]}}]",
    ),
    "authorizer.issuers.2: has the same `issuer` as one above; only the first would be used.",
  ],
  [
    "a requirement that contradicts the preset's",
    authorizer("github: {repository: octo/quotes}, audience: a, requiredClaims: {repository: ▸octo/other}"),
    "authorizer.requiredClaims.repository: no token could pass: `github` requires `octo/quotes`.",
  ],
  [
    "a required scope that is two",
    authorizer("issuer: https://a.example/, audience: a, requiredClaims: {scope: ▸'openid read:quotes'}"),
    "authorizer.requiredClaims.scope: no token could pass: a scope has no spaces. Write one scope, such as `read:quotes`.",
  ],
  [
    "two presets",
    authorizer("google: {clientId: a}, ▸firebase: {project: a}, ▸secret: env"),
    "authorizer.firebase: cannot be combined with `google`, which sets it.",
    "authorizer.secret: cannot be combined with `google`, which sets it.",
  ],
  [
    "no tenant",
    authorizer("entra: {tenant: ▸common}, audience: a"),
    "authorizer.entra.tenant: expected a tenant id, a UUID in lower case, not `common`.",
  ],
  [
    "an issuer beside several",
    authorizer("issuers: [{issuer: https://a.example, audience: a}], ▸audience: b"),
    "authorizer.audience: belongs to one issuer: move it into an entry of `issuers`.",
  ],
  [
    "settings of a function that is not used",
    authorizer(`lambda: "${FUNCTION}", ▸issuer: a, ▸memoryMb: 512`),
    "authorizer.issuer: is a setting of the bundled authorizer and cannot be combined with `lambda`.",
    "authorizer.memoryMb: is a setting of the bundled authorizer and cannot be combined with `lambda`.",
  ],
  [
    "identity sources of an HTTP API",
    authorizer(`${LOGIN}, identitySources: [▸$request.querystring.token]`),
    "authorizer.identitySources.0: this is the form of HTTP APIs, which WebSocket APIs reject. Write `route.request.querystring.token`.",
  ],
  [
    "an identity source without the token",
    authorizer(`${LOGIN}, ▸identitySources: [route.request.header.Authorization]`),
    "authorizer.identitySources: expected `route.request.querystring.token` in the list: it carries the token.",
  ],
  [
    "an identity source that is never there",
    authorizer(
      `${LOGIN}, identitySources: [route.request.querystring.token, ▸context.authorizer.userId, ▸context.messageId, ▸stageVariables.tier, ▸route.request.body.a]`,
    ),
    "authorizer.identitySources.1: no client could connect: the authorizer's context has no value before it has run.",
    "authorizer.identitySources.2: no client could connect: `context.messageId` has no value before the authorizer has run.",
    "authorizer.identitySources.3: no client could connect: there is no stage variable `tier`. Define it under `stage.variables`.",
    "authorizer.identitySources.4: no client could connect: a handshake has no body.",
  ],
  [
    "a snapshot that is not there",
    authorizer(`${LOGIN}, jwks: ▸keys.json`),
    "authorizer.jwks: file not found: `keys.json`, relative to the folder of this file.",
  ],
  [
    "a cookie that a page of any origin would send",
    authorizer(`${LOGIN}, ▸token: {cookie: session}`),
    "authorizer.token: needs `allowedOrigins`: a browser sends the cookie for a page of any origin, so every page could connect as its visitor. List the origins of your pages.",
  ],
  [
    "a cookie in a list",
    authorizer(`${LOGIN}, ▸token: [{query: token}, {cookie: session}]`),
    "authorizer.token: needs `allowedOrigins`: a browser sends the cookie for a page of any origin, so every page could connect as its visitor. List the origins of your pages.",
  ],
  [
    "two places in one",
    authorizer(`${LOGIN}, ▸token: {query: token, header: Authorization}`),
    "authorizer.token: expected one of `query`, `header` and `cookie`. For several places, write a list: `[{ query: token }, { header: Authorization }]`.",
  ],
  [
    "a place twice",
    authorizer(`${LOGIN}, token: [{header: Authorization}, ▸{header: authorization}]`),
    "authorizer.token.1: is listed already.",
  ],
  [
    "a subprotocol, and other headers of a handshake",
    authorizer(
      `${LOGIN}, token: [{header: ▸Sec-WebSocket-Protocol}, {header: ▸Cookie}, {header: ▸Origin}, {header: ▸Host}, {header: ▸Upgrade}]`,
    ),
    "authorizer.token.0.header: a subprotocol cannot carry the token: API Gateway does not send it back with an HTTP integration, and browsers then close the connection. Use `query` or `cookie` for browsers.",
    "authorizer.token.1.header: has all cookies. Write `cookie: NAME`, the name of the cookie with the token.",
    "authorizer.token.2.header: `origin` has another purpose in a handshake, or API Gateway sets it. Use `Authorization`.",
    "authorizer.token.3.header: `host` has another purpose in a handshake, or API Gateway sets it. Use `Authorization`.",
    "authorizer.token.4.header: `upgrade` has another purpose in a handshake, or API Gateway sets it. Use `Authorization`.",
  ],
  [
    "a place beside the former option",
    authorizer(`${LOGIN}, token: {query: a}, ▸tokenParameter: b`),
    "authorizer.tokenParameter: cannot be combined with `token`, which sets it.",
  ],
  [
    "an identity source that only some clients have",
    authorizer(`${LOGIN}, token: [{query: a}, {header: X-Token}], identitySources: [▸route.request.header.X-Token]`),
    "authorizer.identitySources.0: would be required of every client, also of one that sends the token in another place.",
  ],
  [
    "an identity source without the header of the token",
    authorizer(`${LOGIN}, token: {header: X-Token}, ▸identitySources: [route.request.header.X-Tenant]`),
    "authorizer.identitySources: expected `route.request.header.X-Token` in the list: it carries the token.",
  ],
  [
    "origins that no browser sends",
    authorizer(
      `${LOGIN}, allowedOrigins: [▸https://app.example.com/, ▸"https://*.com", ▸"*", ▸"http://*.example.com", ▸https://App.example.com]`,
    ),
    ...["https://app.example.com/", "https://*.com", "*", "http://*.example.com", "https://App.example.com"].map(
      (origin, index) =>
        `authorizer.allowedOrigins.${index}: expected an origin such as \`https://app.example.com\` or \`https://*.example.com\`, not \`${origin}\`.${/app/i.test(origin) ? " Did you mean `https://app.example.com`?" : ""}`,
    ),
  ],
  [
    "an origin with its default port, and one twice",
    authorizer(`${LOGIN}, allowedOrigins: [▸https://a.example.com:443, https://b.example.com, ▸https://b.example.com]`),
    "authorizer.allowedOrigins.0: browsers leave out the default port. Remove it.",
    "authorizer.allowedOrigins.2: is listed already.",
  ],
  [
    "the authorizer's context with IAM authorization, which has no authorizer",
    "name: quotes\nbackend: https://api.example.com\nauthorizer: iam\nroutes: {$connect: {query: {user: ▸context.authorizer.userId, arn: context.identity.userArn}}}\n",
    "routes.$connect.query.user: no authorizer sets it: `authorizer` is `iam`. The caller is in `context.identity.userArn`.",
  ],
  [
    "a runtime that Lambda does not have",
    authorizer(`${LOGIN}, runtime: ▸nodejs23.x`),
    "authorizer.runtime: expected one of `nodejs22.x`, `nodejs24.x`, not `nodejs23.x`. Did you mean `nodejs22.x`?",
  ],
  [
    "a token parameter that AWS cannot map",
    authorizer(`${LOGIN}, tokenParameter: ▸access token`),
    "authorizer.tokenParameter: expected a query-string parameter such as `token`, not `access token`.",
  ],
]);
