/** Identity providers on the developer's machine, which the local gateway accepts and a deploy rejects. */
import { parseConfig } from "../../../config";
import { checkSettings } from "../../../functions/authorizer/check-settings";
import { errorOf } from "../../support/config/load";
import { BACKEND, BASE, issuer } from "../../support/config/option-case";

const text = (keys: string) => `${BASE}${BACKEND}authorizer: {${keys}}\n`;

test.each([
  ["an issuer", "issuer: http://localhost:8080/, audience: quotes", { issuer: "http://localhost:8080/" }],
  [
    "a key set",
    "issuer: login, audience: quotes, jwksUri: 'http://127.0.0.1/keys'",
    { jwksUri: "http://127.0.0.1/keys" },
  ],
  [
    "a realm of Keycloak",
    "keycloak: {realm: 'http://localhost:8080/realms/quotes', clientId: web}",
    { jwksUri: "http://localhost:8080/realms/quotes/protocol/openid-connect/certs" },
  ],
  // RFC 6761 section 6.3, RFC 1122 section 3.2.1.3.
  ["a name below localhost", "issuer: 'http://id.localhost:8080', audience: a", { issuer: "http://id.localhost:8080" }],
  ["another loopback address", "issuer: 'http://127.0.0.2:8080', audience: a", { issuer: "http://127.0.0.2:8080" }],
  ["an issuer with TLS", "issuer: 'https://localhost', audience: quotes", { issuer: "https://localhost" }],
])("%s is accepted when it is served here, and rejected for a deploy", (_name, keys, expected) => {
  const [environment] = parseConfig(text(keys), "gateway.yaml", () => "", { local: true }).environments;
  if (environment?.authorizer.kind !== "verify") throw new Error("not the bundled authorizer");
  expect(issuer(environment)).toMatchObject(expected);
  expect(() =>
    checkSettings(environment.authorizer.kind === "verify" && environment.authorizer.function.settings),
  ).not.toThrow();
  expect(errorOf(text(keys)).message).toContain("The local gateway accepts this address.");
});

test.each([
  ["another host over http", "issuer: http://login.example.com/, audience: quotes"],
  ["a host that only begins like this machine", "issuer: http://localhost.example.com/, audience: quotes"],
  ["a host that only ends like this machine", "issuer: http://examplelocalhost/, audience: quotes"],
  ["a host that begins like a loopback address", "issuer: http://127.0.0.1.example.com/, audience: quotes"],
  ["a user that looks like this machine", "issuer: http://localhost:80@login.example.com/, audience: quotes"],
])("%s is rejected, also when it is served here", (_name, keys) => {
  expect(() => parseConfig(text(keys), "gateway.yaml", () => "", { local: true })).toThrow("is not an https URL");
});
