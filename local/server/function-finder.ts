/**
 * Finds the functions that the gateway invokes: those of the loaded stack, and those deployed to a Lambda endpoint. This
 * project's authorizers additionally accept the development key.
 */

import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { unqualified } from "../../aws/arn";
import { createFindFunction, lambdaEndpoint } from "../lambda/find-function";
import type { FindFunction, LambdaFunction } from "../lambda/types";
import type { Trace } from "../trace/trace";
import { type DevelopmentAccess, DevelopmentKey } from "./development-key";

export interface FunctionFinderOptions {
  /** Environment variables of the process, for the Lambda endpoint. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the zips of deployed functions are. Folders that do not exist yet are tried again on each call. */
  readonly zipFolders: readonly string[];
  readonly trace: Trace;
  /** The origins of the gateway's own pages. */
  readonly ownOrigins?: () => readonly string[];
}

export interface FunctionFinder {
  /** Undefined, and one notice for each ARN, where there is no such function. Never rejects. */
  readonly find: FindFunction;
  /** How to get a token for an authorizer that has been found; undefined where it is not this project's. */
  developmentAccess(functionArn: string): DevelopmentAccess | undefined;
  /** The functions that accept the development key. */
  authorizers(): LambdaFunction[];
  /** Takes the functions of a stack, in place of those of the previous one. */
  load(functions: ReadonlyMap<string, LambdaFunction>, stack: string): void;
}

export function createFunctionFinder(options: FunctionFinderOptions): FunctionFinder {
  const { env, zipFolders, trace, ownOrigins } = options;
  const key = new DevelopmentKey(ownOrigins);
  const folders: string[] = [];
  const accessByArn = new Map<string, DevelopmentAccess>();
  /** ARNs whose notice has been written. */
  const announced = new Set<string>();
  const missing = new Set<string>();
  let loaded: ReadonlyMap<string, LambdaFunction> = new Map();

  function withDevelopmentKey(fn: LambdaFunction): LambdaFunction {
    const access = key.addTo(fn);
    if (!access) return fn;
    accessByArn.set(fn.functionArn, access);
    if (!announced.has(fn.functionArn)) {
      trace.notice(
        "development-key",
        `${fn.functionName} also accepts tokens signed with this process's development key`,
      );
    }
    announced.add(fn.functionArn);
    return access.fn;
  }

  function miss(arn: string, reason: string): undefined {
    accessByArn.delete(arn);
    if (!missing.has(arn)) trace.notice("function-not-found", reason);
    missing.add(arn);
  }

  const endpoint = lambdaEndpoint(env);
  const find = createFindFunction({ synthesized: () => loaded, endpoint, folders });
  return {
    async find(arn) {
      for (const folder of zipFolders) if (!folders.includes(folder) && existsSync(folder)) folders.push(folder);
      try {
        const fn = await find(arn);
        if (fn === undefined) return miss(arn, notFound(arn, endpoint, zipFolders));
        missing.delete(arn);
        return loaded.get(fn.functionArn) === fn ? fn : withDevelopmentKey(fn);
      } catch (error) {
        return miss(arn, `Looking up ${arn} at ${endpoint} failed: ${error}`);
      }
    },
    // A synthesized authorizer is invoked by version, and loaded by the ARN of its function.
    developmentAccess: (arn) => accessByArn.get(arn) ?? accessByArn.get(unqualified(arn)),
    authorizers: () => [...accessByArn.values()].map(({ fn }) => fn),
    load(functions, stack) {
      const folder = statSync(stack).isDirectory() ? stack : dirname(stack);
      if (!folders.includes(folder)) folders.push(folder);
      accessByArn.clear();
      loaded = new Map([...functions].map(([arn, fn]) => [arn, withDevelopmentKey(fn)]));
    },
  };
}

function notFound(arn: string, endpoint: string | undefined, folders: readonly string[]): string {
  const problem = `There is no function ${arn}`;
  if (endpoint === undefined) {
    return `${problem}. If it is deployed, start the gateway with AWS_ENDPOINT_URL set to the address it is deployed to, such as http://localhost:5000`;
  }
  return `${problem} at ${endpoint}, or its zip is not in ${folders.join(", ")}: start the gateway in the project's folder, or with --zip-folder`;
}
