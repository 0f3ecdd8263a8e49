/** What the handler with each library does besides verification: it reads the key set, logs a line and returns a policy. */
import { readFileSync } from "node:fs";

export interface Event {
  readonly methodArn: string;
  readonly queryStringParameters: { readonly token: string };
  readonly requestContext: { readonly connectionId: string };
}

export const ISSUERS = ["https://issuer.example/", "https://secret.example/"];
export const AUDIENCE = "api";
export const secret = Buffer.from(process.env.HS256_SECRET ?? "");

export function readJwks() {
  const file: Record<string, { keys: { kid: string; kty: string }[] }> = JSON.parse(
    readFileSync(new URL("jwks.json", import.meta.url), "utf8"),
  );
  return file["https://issuer.example/"] ?? { keys: [] };
}

/** The header of a token, for libraries that need the algorithm from the caller. */
export const isHmac = (token: string): boolean =>
  JSON.parse(Buffer.from(token.slice(0, token.indexOf(".")), "base64url").toString()).alg === "HS256";

export function allow({ methodArn, requestContext }: Event, claims: Record<string, unknown>) {
  const { connectionId } = requestContext;
  console.log(JSON.stringify({ decision: "allow", issuer: claims.iss, subject: claims.sub, connectionId }));
  return {
    principalId: String(claims.sub),
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Action: "execute-api:Invoke", Effect: "Allow", Resource: methodArn }],
    },
    context: { userId: String(claims.sub), orgId: String(claims.org_id), exp: String(claims.exp) },
  };
}
