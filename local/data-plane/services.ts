/** The objects that all parts of the data plane share, and small functions on them. */

import { functionOfUri } from "../../aws/arn";
import type { Credentials } from "../../aws/sigv4";
import type { Store } from "../api/store";
import type { Definition, Stage } from "../api/types";
import type { FindFunction, InvokedFor, InvokeFunction, LambdaFunction } from "../lambda/types";
import type { TemplateScope } from "../templates/index";
import type { Trace } from "../trace/trace";
import { matchesPattern } from "./authorizer/arn-pattern";
import type { Clock } from "./clock";
import type { Connection } from "./connections/connection";
import type { Faults } from "./faults";
import type { HttpClient } from "./integration/http-client";
import type { Limits } from "./limits";
import type { RouteEvent } from "./route-event";
import type { Switches } from "./switches";

export type RenderTemplate = (template: string, scope: TemplateScope) => string;

export interface Services {
  readonly store: Store;
  readonly invoke: InvokeFunction;
  readonly findFunction: FindFunction;
  readonly renderTemplate: RenderTemplate;
  readonly httpClient: HttpClient;
  readonly trace: Trace;
  readonly switches: Switches;
  readonly limits: Limits;
  readonly clock: Clock;
  /** The accepted API keys. If undefined, any key that is not empty is accepted. */
  readonly apiKeys: ReadonlySet<string> | undefined;
  /** AWS credentials whose signatures are verified, besides those that every local gateway knows. */
  readonly credentials?: Credentials | undefined;
  readonly faults: Faults;
}

/**
 * Returns the function's ARN from the URI of an authorizer or integration, with stage variables replaced by their
 * values.
 */
export function functionArnOf(uri: string, stageVariables: Readonly<Record<string, string>>): string | undefined {
  return functionOfUri(withStageVariables(uri, stageVariables));
}

/** Returns what connects a function's log lines with the event that it is invoked for. */
export function invokedFor({ connection, requestId }: RouteEvent): InvokedFor {
  return { connectionId: connection.id, requestId };
}

export function withStageVariables(text: string, stageVariables: Readonly<Record<string, string>>): string {
  if (!text.includes("${stageVariables.")) return text;
  return text.replace(/\$\{stageVariables\.([^}]+)\}/g, (_, name: string) => stageVariables[name] ?? "");
}

/**
 * Returns whether API Gateway may invoke a function from a source ARN: by the function's resource policy, or by a role
 * to assume.
 */
export function mayInvoke(fn: LambdaFunction, sourceArn: string, credentialsArn: string | undefined): boolean {
  // The AWS provider removes the role by an empty text.
  return Boolean(credentialsArn) || fn.allowedSourceArns.some((pattern) => matchesPattern(sourceArn, pattern));
}

/** Returns the deployment for a connection's later events: the stage's current one, or the one it was opened with. */
export function deployedStageOf(
  { facts }: Connection,
  { store, switches }: Services,
): { readonly definition: Definition; readonly stage: Stage } | undefined {
  const deployed = store.deployedStage(facts.apiId, facts.stageName);
  if (deployed === undefined || switches.openConnections === "follow-deployments") return deployed;
  return { definition: facts.definition, stage: deployed.stage };
}
