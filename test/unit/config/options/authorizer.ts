/** Cases of `authorizer`. */

import { identitySources } from "../../../support/aws/typed";
import { FUNCTION, MINIMAL } from "../../../support/config/load";
import { authorizer, BACKEND, BASE, type Case, http, issuer, JWKS, verify } from "../../../support/config/option-case";

export const AUTHORIZER_CASES: readonly Case[] = [
  ["authorizer", `${BASE}${BACKEND}authorizer: none`, (e) => e.authorizer, { kind: "none" }],
  ["authorizer", `${BASE}${BACKEND}authorizer: iam`, (e) => e.authorizer, { kind: "iam" }],
  [
    "authorizer",
    `${BASE}${BACKEND}authorizer: iam`,
    (e) => http(e, "$connect").mappings.map(({ target, source }) => [target.text, source.text]),
    [
      ["integration.request.querystring.connectionId", "context.connectionId"],
      ["integration.request.querystring.userId", "context.identity.userArn"],
    ],
  ],
  ["authorizer.issuer", MINIMAL, (e) => issuer(e)?.issuer, "https://login.example.com/"],
  ["authorizer.audience", MINIMAL, (e) => issuer(e)?.audiences, ["quotes"]],
  [
    "authorizer.audience",
    `${BASE}${BACKEND}authorizer: {issuer: https://login.example.com, audience: [a, b]}`,
    (e) => issuer(e)?.audiences,
    ["a", "b"],
  ],
  ["authorizer.audienceClaim", authorizer("audienceClaim: client_id"), (e) => issuer(e)?.audienceClaim, "client_id"],
  ["authorizer.audienceClaim", authorizer("audienceClaim: azp"), (e) => issuer(e)?.audienceClaim, "azp"],
  ["authorizer.jwksUri", MINIMAL, (e) => issuer(e), expect.not.objectContaining({ jwksUri: expect.anything() })],
  [
    "authorizer.jwksUri",
    authorizer("jwksUri: https://keys.example.com/set, secret: env"),
    (e) => verify(e).function.settings.issuers.map(({ kind, algorithms }) => [kind, algorithms]),
    [
      ["jwks", ["RS256"]],
      ["secret", ["HS256"]],
    ],
  ],
  [
    "authorizer.jwksUri",
    authorizer("jwksUri: https://keys.example.com/set"),
    (e) => issuer(e),
    expect.objectContaining({ kind: "jwks", jwksUri: "https://keys.example.com/set" }),
  ],
  [
    "authorizer.jwksUri",
    authorizer("jwksUri: 'https://t.b2clogin.com/t.onmicrosoft.com/discovery/v2.0/keys?p=b2c_1_signin'"),
    (e) => issuer(e),
    expect.objectContaining({ jwksUri: expect.stringContaining("?p=b2c_1_signin") }),
  ],
  [
    "authorizer.jwks",
    authorizer("jwks: keys.json"),
    (e) => verify(e).function.jwks,
    { "https://login.example.com/": JSON.parse(JWKS) },
  ],
  [
    "authorizer.algorithms",
    authorizer("algorithms: [Ed25519, PS256]"),
    (e) => issuer(e)?.algorithms,
    ["EdDSA", "PS256"],
  ],
  [
    "authorizer.algorithms",
    authorizer("secret: env, algorithms: [ES256, HS512]"),
    (e) => verify(e).function.settings.issuers.map(({ kind, algorithms }) => [kind, algorithms]),
    [
      ["jwks", ["ES256"]],
      ["secret", ["HS512"]],
    ],
  ],
  ["authorizer.algorithms", authorizer("algorithms: [ES256, EdDSA]"), (e) => issuer(e)?.algorithms, ["ES256", "EdDSA"]],
  [
    "authorizer.secret",
    authorizer("secret: env"),
    (e) => issuer(e),
    expect.objectContaining({
      kind: "secret",
      algorithms: ["HS256"],
      secrets: { from: "env", names: ["HS256_SECRET", "HS256_SECRET_PREVIOUS"] },
    }),
  ],
  [
    "authorizer.secret.env",
    authorizer("secret: {env: [NEW, OLD]}"),
    (e) => issuer(e),
    expect.objectContaining({ secrets: { from: "env", names: ["NEW", "OLD"] } }),
  ],
  [
    "authorizer.secret.ssm",
    authorizer("secret: {ssm: [/quotes/secret]}"),
    (e) => issuer(e),
    expect.objectContaining({ secrets: { from: "ssm", names: ["/quotes/secret"] } }),
  ],
  [
    "authorizer.cognito",
    `${BASE}${BACKEND}authorizer: {cognito: {userPoolId: eu-west-1_AbC, clientId: a1b2}}`,
    (e) => issuer(e),
    expect.objectContaining({
      issuer: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC",
      jwksUri: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC/.well-known/jwks.json",
      audienceClaim: "client_id",
      requiredClaims: { token_use: ["access"] },
    }),
  ],
  [
    "authorizer.cognito.userPoolId",
    `${BASE}${BACKEND}authorizer: {cognito: {userPoolId: cn-north-1_AbC, clientId: a1}}`,
    (e) => issuer(e)?.issuer,
    "https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_AbC",
  ],
  [
    "authorizer.cognito.clientId",
    `${BASE}${BACKEND}authorizer: {cognito: {userPoolId: eu-west-1_AbC, clientId: [a, b]}}`,
    (e) => issuer(e)?.audiences,
    ["a", "b"],
  ],
  [
    "authorizer.cognito.tokenUse",
    `${BASE}${BACKEND}authorizer: {cognito: {userPoolId: eu-west-1_AbC, clientId: a, tokenUse: id}}`,
    (e) => issuer(e),
    expect.objectContaining({ audienceClaim: "aud", requiredClaims: { token_use: ["id"] } }),
  ],
  [
    "authorizer.github",
    `${BASE}${BACKEND}authorizer: {github: {repository: octo/quotes}, audience: wss}`,
    (e) => issuer(e),
    expect.objectContaining({
      issuer: "https://token.actions.githubusercontent.com",
      jwksUri: "https://token.actions.githubusercontent.com/.well-known/jwks",
      audiences: ["wss"],
    }),
  ],
  [
    "authorizer.github.repository",
    `${BASE}${BACKEND}authorizer: {github: {repository: [octo/a, octo/b]}, audience: wss}`,
    (e) => issuer(e)?.requiredClaims,
    { repository: ["octo/a", "octo/b"] },
  ],
  [
    "authorizer.requiredClaims",
    authorizer("requiredClaims: {scope: [read, write], kind: user}"),
    (e) => issuer(e)?.requiredClaims,
    { scope: ["read", "write"], kind: ["user"] },
  ],
  [
    "authorizer.requiredClaims",
    authorizer("requiredClaims: {email_verified: true, realm_access.roles: [admin, 3]}"),
    (e) => issuer(e)?.requiredClaims,
    { email_verified: [true], "realm_access.roles": ["admin", 3] },
  ],
  [
    "authorizer.requiredClaims",
    `${BASE}${BACKEND}authorizer: {github: {repository: [octo/a, octo/b]}, audience: wss, requiredClaims: {repository: [octo/b, octo/c], ref: refs/heads/main}}`,
    (e) => issuer(e)?.requiredClaims,
    { repository: ["octo/b"], ref: ["refs/heads/main"] },
  ],
  ["authorizer.types", authorizer("types: [at+jwt]"), (e) => issuer(e)?.types, ["at+jwt"]],
  [
    "authorizer.context",
    authorizer("context: {userId: uid, plan: plan}"),
    (e) => issuer(e)?.context,
    { userId: "uid", plan: "plan" },
  ],
  [
    "authorizer.issuers",
    `${BASE}${BACKEND}authorizer: {issuers: [{issuer: "https://a.example", audience: x}, {issuer: https://b.example, audience: y, secret: env}]}`,
    (e) => verify(e).function.settings.issuers.map(({ kind, issuer: name }) => [kind, name]),
    [
      ["jwks", "https://a.example"],
      ["secret", "https://b.example"],
    ],
  ],
  [
    "authorizer.lambda",
    `${BASE}${BACKEND}authorizer: {lambda: '${FUNCTION}'}`,
    (e) => e.authorizer,
    { kind: "lambda", functionArn: FUNCTION, identitySources: identitySources("route.request.querystring.token") },
  ],
  [
    "authorizer.tokenParameter",
    authorizer("tokenParameter: access_token"),
    (e) => [verify(e).function.settings.tokenParameter, verify(e).identitySources.map(({ text }) => text)],
    ["access_token", ["route.request.querystring.access_token"]],
  ],
  [
    "authorizer.token",
    authorizer("token: {query: jwt}"),
    (e) => [verify(e).function.settings, verify(e).identitySources.map(({ text }) => text)],
    [expect.objectContaining({ tokenParameter: "jwt" }), ["route.request.querystring.jwt"]],
  ],
  [
    "authorizer.token",
    authorizer("token: [{query: token}, {header: Authorization}]"),
    (e) => [verify(e).function.settings, verify(e).identitySources],
    [
      expect.objectContaining({ tokenPlaces: [{ query: "token" }, { header: "Authorization" }] }),
      // API Gateway would require each of them.
      [],
    ],
  ],
  [
    "authorizer.token",
    authorizer("token: [{query: a}, {query: b}], identitySources: [route.request.header.X-Tenant]"),
    (e) => verify(e).identitySources.map(({ text }) => text),
    ["route.request.header.X-Tenant"],
  ],
  [
    "authorizer.token.query",
    authorizer("token: [{query: token}]"),
    (e) => verify(e).function.settings,
    expect.objectContaining({ tokenParameter: "token" }),
  ],
  [
    "authorizer.token.header",
    authorizer("token: {header: Authorization}"),
    (e) => [verify(e).function.settings, verify(e).identitySources.map(({ text }) => text)],
    [expect.objectContaining({ tokenPlaces: [{ header: "Authorization" }] }), ["route.request.header.Authorization"]],
  ],
  [
    "authorizer.token.cookie",
    authorizer("token: {cookie: __Host-session}, allowedOrigins: [https://app.example.com]"),
    (e) => [verify(e).function.settings, verify(e).identitySources.map(({ text }) => text)],
    [
      expect.objectContaining({
        tokenPlaces: [{ cookie: "__Host-session" }],
        allowedOrigins: ["https://app.example.com"],
      }),
      ["route.request.header.Cookie"],
    ],
  ],
  [
    "authorizer.allowedOrigins",
    authorizer(
      "allowedOrigins: ['https://*.example.com', http://localhost:5173, 'http://[::1]:5173', capacitor://localhost, chrome-extension://abcdefgh]",
    ),
    (e) => verify(e).function.settings,
    expect.objectContaining({
      tokenParameter: "token",
      allowedOrigins: [
        "https://*.example.com",
        "http://localhost:5173",
        "http://[::1]:5173",
        "capacitor://localhost",
        "chrome-extension://abcdefgh",
      ],
    }),
  ],
  [
    "authorizer.identitySources",
    authorizer("identitySources: [route.request.querystring.token, route.request.header.X-Tenant]"),
    (e) => verify(e).identitySources.map(({ text }) => text),
    ["route.request.querystring.token", "route.request.header.X-Tenant"],
  ],
  ["authorizer.invalidToken", authorizer("invalidToken: 401"), (e) => verify(e).function.settings.invalidToken, 401],
  ["authorizer.clockSkewSeconds", authorizer("clockSkewSeconds: 0"), (e) => verify(e).function.settings.clockSkew, 0],
  [
    "authorizer.maxLifetimeSeconds",
    authorizer("maxLifetimeSeconds: 300"),
    (e) => verify(e).function.settings.maxLifetime,
    300,
  ],
  ["authorizer.memoryMb", authorizer("memoryMb: 512"), (e) => verify(e).function.memoryMb, 512],
  ["authorizer.timeoutSeconds", authorizer("timeoutSeconds: 3"), (e) => verify(e).function.timeoutSeconds, 3],
  ["authorizer.runtime", MINIMAL, (e) => verify(e).function.runtime, "nodejs22.x"],
  ["authorizer.runtime", authorizer("runtime: nodejs24.x"), (e) => verify(e).function.runtime, "nodejs24.x"],
  [
    "authorizer.reservedConcurrency",
    authorizer("reservedConcurrency: 50"),
    (e) => verify(e).function.reservedConcurrency,
    50,
  ],
  ["authorizer.logRetentionDays", authorizer("logRetentionDays: 90"), (e) => verify(e).function.logRetentionDays, 90],
];
