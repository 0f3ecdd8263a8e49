/** Replaces the backend of HTTP integrations, for example by one on the developer's machine. */

import type { Store } from "../api/store";
import type { Definition } from "../api/types";

/** URLs to call instead, by an integration's origin. `*` matches every origin. */
export type Backends = ReadonlyMap<string, string>;

/**
 * Changes the URLs of every integration in a store, both in the current definitions and in the deployments. Call it
 * before the store is served.
 */
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
    // It cannot be parsed as a URL, because it can contain `{name}` and `${stageVariables.name}`.
    const [, origin = "", rest = ""] = /^(https?:\/\/[^/?]+)(.*)$/.exec(integrationUri) ?? [];
    const backend = backends.get(origin) ?? backends.get("*");
    if (origin === "" || backend === undefined) continue;
    integration.integrationUri = `${backend}${rest}`;
    integration.connectionType = "INTERNET";
  }
}
