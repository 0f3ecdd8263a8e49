/**
 * Finds Lambda functions by ARN: those of the synthesized stack, and those deployed to an AWS Lambda endpoint if one is set.
 * Such an endpoint (moto) returns a function's settings but not its code, so the zip is found by its hash in local folders.
 */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { parseArn, unqualified } from "../../aws/arn";
import { endpointIn, PRINCIPALS } from "../../aws/endpoints";
import { LAMBDA } from "../../aws/limits";
import { sign } from "../../aws/sigv4";
import type { FindFunction, LambdaFunction } from "./types";

export interface FunctionSources {
  /** Returns the functions of the synthesized stack. Called for every ARN, because a reload replaces them. */
  readonly synthesized?: () => ReadonlyMap<string, LambdaFunction>;
  /** Base URL of an AWS Lambda endpoint, such as `http://localhost:5000`. */
  readonly endpoint?: string | undefined;
  /** Folders that contain the deployed zips, at any depth. */
  readonly folders?: readonly string[];
  readonly fetch?: typeof fetch;
}

const configuration = z.object({
  FunctionName: z.string(),
  Handler: z.string(),
  CodeSha256: z.string(),
  Timeout: z.number().default(LAMBDA.timeoutSeconds.default),
  MemorySize: z.number().default(LAMBDA.memoryMb.default),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }).optional(),
});
const many = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
const statement = z.object({
  Effect: z.string(),
  Principal: z.union([z.string(), z.object({ Service: many })]),
  Condition: z.record(z.string(), z.record(z.string(), many)).default({}),
});
const policy = z.object({ Statement: z.array(statement) });

/** Returns the endpoint that AWS's tools would use. */
export function lambdaEndpoint(env: Readonly<Record<string, string | undefined>>): string | undefined {
  return endpointIn(env, "LAMBDA");
}

export function createFindFunction({
  synthesized = () => new Map(),
  endpoint,
  folders = [],
  fetch: request = fetch,
}: FunctionSources): FindFunction {
  const zips = new Map<string, string>();
  const zipOf = (codeSha256: string) => {
    const zip = zips.get(codeSha256) ?? findZip(codeSha256, folders);
    if (zip !== undefined) zips.set(codeSha256, zip);
    return zip;
  };
  return async (arn) => {
    const known = synthesized().get(arn);
    if (known !== undefined) return known;
    // A version or alias of a synthesized function is the function itself, because the gateway always serves the newest code.
    const found = synthesized().get(unqualified(arn));
    return found ?? (endpoint ? deployed(arn, endpoint, zipOf, request) : undefined);
  };
}

/** Made-up credentials. An emulator reads service and region from the signature, and does not verify it. */
const CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" };

async function deployed(
  functionArn: string,
  endpoint: string,
  zipOf: (codeSha256: string) => string | undefined,
  request: typeof fetch,
): Promise<LambdaFunction | undefined> {
  const region = parseArn(functionArn)?.region ?? "";
  const read = async (path: string): Promise<unknown> => {
    const url = new URL(`${endpoint.replace(/\/$/, "")}/2015-03-31/functions/${path}`);
    const unsigned = { method: "GET", path: url.pathname, headers: { host: url.host }, body: "" };
    // `fetch` sets the host from the URL.
    const { host, ...headers } = sign(unsigned, CREDENTIALS, { region, service: "lambda", date: new Date() });
    const response = await request(url.href, { headers });
    return response.ok ? response.json() : undefined;
  };
  const description = z.object({ Configuration: configuration }).safeParse(await read(encodeURIComponent(functionArn)));
  if (!description.success) return undefined;
  const { FunctionName, Handler, CodeSha256, Timeout, MemorySize, Environment } = description.data.Configuration;
  const zipFile = zipOf(CodeSha256);
  if (zipFile === undefined) return undefined;
  return {
    functionArn,
    functionName: FunctionName,
    zipFile,
    codeSha256: CodeSha256,
    handler: Handler,
    environmentVariables: Environment?.Variables ?? {},
    timeoutSeconds: Timeout,
    memoryMb: MemorySize,
    allowedSourceArns: sourceArns(await read(`${encodeURIComponent(unqualified(functionArn))}/policy`)),
  };
}

function findZip(codeSha256: string, folders: readonly string[]): string | undefined {
  for (const folder of folders) {
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      if (!name.endsWith(".zip")) continue;
      const file = join(folder, name);
      if (createHash("sha256").update(readFileSync(file)).digest("base64") === codeSha256) return file;
    }
  }
  return undefined;
}

/** Returns the source ARNs from which a function's resource policy allows API Gateway to invoke it. */
function sourceArns(response: unknown): string[] {
  const text = z.object({ Policy: z.string() }).safeParse(response);
  if (!text.success) return [];
  const { Statement } = policy.parse(JSON.parse(text.data.Policy));
  return Statement.filter(
    ({ Effect, Principal }) =>
      Effect === "Allow" &&
      (Principal === "*" || (typeof Principal === "object" && Principal.Service.includes(PRINCIPALS.apiGateway))),
  ).flatMap(({ Condition }) => {
    const sources = Object.values(Condition).flatMap((test) =>
      Object.entries(test).flatMap(([key, values]) => (key.toLowerCase() === "aws:sourcearn" ? values : [])),
    );
    return sources.length > 0 ? sources : ["*"];
  });
}
