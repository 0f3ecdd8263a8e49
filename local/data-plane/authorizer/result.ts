/**
 * Parses an authorizer's result strictly. API Gateway responds with 500 to anything other than
 * `{principalId, policyDocument, context?, usageIdentifierKey?}`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 */
import type { AuthorizerContext } from "../connections/connection";
import type { Statement } from "./policy";

export interface AuthorizerResult {
  readonly statements: readonly Statement[];
  readonly authorizer: AuthorizerContext;
}

export type ParsedResult = { readonly result: AuthorizerResult } | { readonly problem: string };

const CONTEXT_SCALARS = new Set(["string", "number", "boolean"]);

export function parseAuthorizerResult(payload: unknown, maximumBytes: number): ParsedResult {
  if (!isRecord(payload)) return { problem: "it did not return an object" };
  if (sizeAtMost(payload) > maximumBytes && Buffer.byteLength(JSON.stringify(payload)) > maximumBytes) {
    return { problem: `its result is larger than ${maximumBytes} bytes` };
  }
  const statements = parseStatements(payload.policyDocument);
  if (typeof statements === "string") return { problem: statements };
  const context = parseContext(payload.context);
  if (typeof context === "string") return { problem: context };
  const { principalId, usageIdentifierKey } = payload;
  return {
    result: {
      statements,
      authorizer: {
        // Documented as required; observed: API Gateway accepts a result without it, or with a number.
        principalId: typeof principalId === "string" || typeof principalId === "number" ? String(principalId) : "",
        context,
        usageIdentifierKey: typeof usageIdentifierKey === "string" ? usageIdentifierKey : undefined,
      },
    },
  };
}

function parseStatements(policy: unknown): Statement[] | string {
  if (!isRecord(policy)) return "its result has no policyDocument";
  const given = policy.Statement;
  const list: unknown[] = Array.isArray(given) ? given : [given];
  const statements: Statement[] = [];
  for (const entry of list) {
    if (!isRecord(entry)) return "its policyDocument has no Statement";
    const { Effect: effect, Action: action, Resource: resource, ...rest } = entry;
    if (effect !== "Allow" && effect !== "Deny") return "a statement's Effect is neither Allow nor Deny";
    const actions = texts(action);
    const resources = texts(resource);
    if (actions === undefined || resources === undefined) return "a statement lacks Action or Resource";
    statements.push({ effect, actions, resources, conditional: Object.keys(rest).some((key) => key !== "Sid") });
  }
  return statements.length === 0 ? "its policyDocument has no Statement" : statements;
}

/**
 * Converts scalars to strings, and drops null entries (observed). Returns the problem as a text if the context is
 * invalid.
 */
function parseContext(context: unknown): Record<string, string> | string {
  // The map has no prototype, so that `__proto__` can be a key.
  const entries: Record<string, string> = Object.create(null);
  if (context === undefined || context === null) return entries;
  if (!isRecord(context)) return "its context is not an object";
  for (const [key, value] of Object.entries(context)) {
    if (value === null) continue;
    if (!CONTEXT_SCALARS.has(typeof value))
      return `its context has a value that is not a string, number or boolean: ${key}`;
    entries[key] = String(value);
  }
  return entries;
}

/**
 * Returns an upper bound of the size as JSON in bytes (at most six per character), so that most results need not be
 * serialized.
 */
function sizeAtMost(value: unknown): number {
  if (typeof value === "string") return 6 * value.length + 2;
  if (typeof value !== "object" || value === null) return 32;
  let size = 2;
  for (const key in value) size += 6 * key.length + 4 + sizeAtMost(Reflect.get(value, key));
  return size;
}

function texts(value: unknown): string[] | undefined {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.every((entry): entry is string => typeof entry === "string") ? list : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
