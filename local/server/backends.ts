/** Serves HTTP integrations from another place than the one they name, such as the developer's own machine. */

import type { Store } from "../api/store";
import type { Definition } from "../api/types";

/** Origin that an integration names to the URL that is called instead; `*` for every origin. */
export type Backends = ReadonlyMap<string, string>;

/** Changes every integration of a store that nobody serves yet, in what is deployed as in what is edited. */
export function redirectIntegrations(store: Store, backends: Backends): void {
  if (backends.size === 0) return;
  for (const { current, deployments } of store.apis.values()) {
    redirect(current, backends);
    for (const { definition } of deployments.values()) redirect(definition, backends);
  }
}

function redirect(definition: Definition, backends: Backends): void {
  for (const integration of definition.integrations.values()) {
    const { integrationUri = "", integrationType } = integration;
    if (integrationType !== "HTTP" && integrationType !== "HTTP_PROXY") continue;
    // Not parsed as a URL: `{name}` and `${stageVariables.name}` are still in it.
    const [, origin = "", rest = ""] = /^(https?:\/\/[^/?]+)(.*)$/.exec(integrationUri) ?? [];
    const backend = backends.get(origin) ?? backends.get("*");
    if (origin === "" || backend === undefined) continue;
    integration.integrationUri = `${backend}${rest}`;
    integration.connectionType = "INTERNET";
  }
}
