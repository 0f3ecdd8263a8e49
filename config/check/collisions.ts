/** What two environments cannot share: each would undo what the other has deployed. */
import { normalize } from "node:path";
import { type Environment, localState } from "../model";
import type { Report } from "./reporter";

export function checkCollisions(environments: readonly Environment[], report: Report): void {
  for (const [index, environment] of environments.entries()) {
    for (const earlier of environments.slice(0, index)) {
      for (const what of shared(earlier, environment)) {
        report.key(
          ["environments", environment.name],
          `has the same ${what} as \`${earlier.name}\`.`,
          "Give each its own.",
        );
      }
    }
  }
}

function shared(a: Environment, b: Environment): string[] {
  const together = sameAccount(a, b) && a.region === b.region;
  return [
    ...(place(a) === place(b) ? ["place for its state"] : []),
    ...(a.domain && a.domain.name === b.domain?.name ? ["domain"] : []),
    ...(!apart(a, b) && a.ssmPrefix !== undefined && a.ssmPrefix === b.ssmPrefix ? ["SSM parameters"] : []),
    ...(together && a.logs.manageAccountRole && b.logs.manageAccountRole ? ["account role for logs"] : []),
  ];
}

/** Where the state is. */
function place({ name, state }: Environment): string {
  if (state.type === "local") return normalize(state.path ?? localState(name));
  return JSON.stringify([state.type, Object.entries(state.arguments).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** Whether both are known to go to one account. Without `allowedAccountIds` that is for the credentials to say. */
const sameAccount = (a: Environment, b: Environment) =>
  a.allowedAccountIds.some((id) => b.allowedAccountIds.includes(id));

/** Whether they are known never to meet. */
const apart = (a: Environment, b: Environment) =>
  a.region !== b.region || (a.allowedAccountIds.length > 0 && b.allowedAccountIds.length > 0 && !sameAccount(a, b));
