/** Guards: Aspects that report unsafe settings at synthesis. They work on any cdktf stack. */
import { Aspects, type IAspect } from "cdktf";
import type { IConstruct } from "constructs";
import { AuthorizerOnConnect } from "./authorizer-on-connect";
import { DataTraceOff } from "./data-trace-off";
import { NoQueryStringInAccessLogs } from "./no-query-string-in-access-logs";
import { ThrottlesSet } from "./throttles-set";

export { AuthorizerOnConnect, DataTraceOff, NoQueryStringInAccessLogs, ThrottlesSet };

/**
 * Adds all guards to everything below `scope`.
 *
 * @example
 * addGuards(this, { openToEveryone: false });
 */
export function addGuards(scope: IConstruct, options: { readonly openToEveryone: boolean }): void {
  const guards: readonly IAspect[] = [
    new AuthorizerOnConnect(options),
    new ThrottlesSet(),
    new DataTraceOff(),
    new NoQueryStringInAccessLogs(),
  ];
  for (const guard of guards) Aspects.of(scope).add(guard);
}
