/** The names of the project and the environment, by the name of an API. */
import { ENVIRONMENT_NAME, PROJECT_NAME } from "../config/schema";
import { DEFAULTS } from "../contract/defaults";

export interface Named {
  readonly project: string;
  readonly environment: string;
}

/** Finds the names for which the project's own name of the API, `<name>-<environment>`, is the one on AWS. */
export function namesOf(apiName: string, stageName: string): Named {
  const stage = ENVIRONMENT_NAME.test(stageName) ? stageName : DEFAULTS.environment;
  for (const environment of new Set([stage, DEFAULTS.environment])) {
    const project = apiName.endsWith(`-${environment}`) ? apiName.slice(0, -environment.length - 1) : "";
    if (PROJECT_NAME.test(project)) return { project, environment };
  }
  const slug = apiName
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, 40)
    .replace(/-+$/, "");
  return { project: slug || "api", environment: stage };
}
