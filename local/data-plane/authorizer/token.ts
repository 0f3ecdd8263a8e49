/** Decodes the client's JSON Web Token for the trace. Nothing is verified here: only the authorizer decides. */
import { JsonNumber, parseJson } from "../../../aws/json";
import { isSecretName } from "../../../terminal/mask";
import { mask, preview } from "../../trace/masking";
import type { DecodedToken } from "../../trace/trace";

const JWT = /^(?:Bearer\s+)?([\w-]{2,8192})\.([\w-]{2,8192})\.[\w-]*$/i;

/**
 * Returns the first value that is a token, decoded, with its secrets masked.
 *
 * @param values of the authorizer's identity sources
 * @example decodeToken(["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJib2IifQ.c2ln"]) // { header: { alg: "HS256" }, claims: { sub: "bob" } }
 */
export function decodeToken(values: readonly unknown[]): DecodedToken | undefined {
  for (const value of values) {
    const decoded = decodeText(String(value));
    if (decoded !== undefined) return decoded;
  }
  return undefined;
}

/** The last decoded token. A client that connects again usually has the same one. */
let latest: readonly [text: string, decoded: DecodedToken] | undefined;

function decodeText(text: string): DecodedToken | undefined {
  if (latest?.[0] === text) return latest[1];
  const [, head = "", body = ""] = JWT.exec(text) ?? [];
  const header = decodePart(head);
  const claims = decodePart(body);
  if (header === undefined || claims === undefined) return undefined;
  latest = [text, { header, claims }];
  return latest[1];
}

function decodePart(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = parseJson(Buffer.from(part, "base64url").toString());
    return typeof value === "object" && value !== null && !Array.isArray(value) ? maskMembers(value) : undefined;
  } catch {
    // Nested too deep for a recursive function.
    return undefined;
  }
}

/** Claims that identify the use of a token, not a token. */
const PLAIN = new Set(["token_use", "token_type"]);

function maskMembers(value: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, maskMember(name, member)] as const));
}

function maskMember(name: string, value: unknown): unknown {
  if (typeof value === "string") return isSecretName(name) && !PLAIN.has(name) ? mask(value) : preview(value);
  // As a text, because the trace is JSON that programs and the inspector parse, where the number would be rounded.
  if (value instanceof JsonNumber) return value.toString();
  if (Array.isArray(value)) return value.map((item) => maskMember(name, item));
  return typeof value === "object" && value !== null ? maskMembers(value) : value;
}
