/** What two environments cannot share: each would undo what the other has deployed. */
import type { Environment } from "../model";
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
    ...(place(a) !== undefined && place(a) === place(b) ? ["place for its state"] : []),
    ...(a.domain && a.domain.name === b.domain?.name ? ["domain"] : []),
    ...(together && a.ssmPrefix !== undefined && a.ssmPrefix === b.ssmPrefix ? ["SSM parameters"] : []),
    ...(together && a.logs.manageAccountRole && b.logs.manageAccountRole ? ["account role for logs"] : []),
  ];
}

/** Where the state is. Undefined: in a file of the environment's own. */
function place({ state }: Environment): string | undefined {
  if (state.type === "local") return state.path;
  return JSON.stringify([state.type, Object.entries(state.arguments).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** Whether both are known to go to one account. Without `allowedAccountIds` that is for the credentials to say. */
const sameAccount = (a: Environment, b: Environment) =>
  a.allowedAccountIds.some((id) => b.allowedAccountIds.includes(id));
