/** Parts of the test cases for options. */
import { generateKeyPairSync } from "node:crypto";
import type { ConnectRoute, Environment, HttpIntegration, Route } from "../../../config/model";

export const BASE = "name: quotes\n";
export const BACKEND = "backend: https://api.example.com\n";
export const AUTHORIZER = "authorizer: {issuer: https://login.example.com/, audience: quotes}\n";

export const route = (environment: Environment, key: string): Route => {
  const found = environment.routes.find((candidate) => candidate.key === key);
  if (!found) throw new Error(`no route ${key}`);
  return found;
};
export const connect = (environment: Environment): ConnectRoute => {
  const found = environment.routes.find((candidate) => candidate.event === "CONNECT");
  if (!found) throw new Error("no $connect");
  return found;
};
export const http = (environment: Environment, key: string): HttpIntegration => {
  const { integration } = route(environment, key);
  if (integration.type === "AWS_PROXY") throw new Error(`${key} is not HTTP`);
  return integration;
};
export const verify = ({ authorizer }: Environment) => {
  if (authorizer.kind !== "verify") throw new Error("not the bundled authorizer");
  return authorizer;
};
export const issuer = (environment: Environment) => verify(environment).function.settings.issuers[0];

const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
export const JWKS = JSON.stringify({ keys: [{ ...publicKey.export({ format: "jwk" }), kid: "1" }] });
export const FILES = {
  "keys.json": JWKS,
  "message.vtl": "$input.body",
  "adopted.json": JSON.stringify({ ids: { api: "abc" }, definition: "123", unmanaged: ["model chat"] }),
};

/** The option, the part of the file that sets it, where the model contains it, and the expected value. */
export type Case = readonly [
  option: string,
  yaml: string,
  pick: (environment: Environment) => unknown,
  expected: unknown,
];

export const authorizer = (keys: string) =>
  `${BASE}${BACKEND}authorizer: {issuer: https://login.example.com/, audience: quotes, ${keys}}\n`;
export const backend = (keys: string) => `${BASE}${AUTHORIZER}backend: {url: https://api.example.com, ${keys}}\n`;
