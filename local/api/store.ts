/**
 * The one model of the local gateway: every API with its deployments and stages. The control plane and the Terraform
 * reader write it, with AWS's validation; the data plane asks it what to serve, for each event anew.
 */
import { randomInt } from "node:crypto";
import { Collection } from "./collection";
import { type ApiScope, apiKind } from "./kinds/api";
import { authorizerKind } from "./kinds/authorizer";
import { deploymentKind, freeze } from "./kinds/deployment";
import {
  type ApiMapping,
  apiMappingKind,
  type DomainName,
  type DomainNameScope,
  domainNameKind,
} from "./kinds/domain-name";
import { type IntegrationEntry, integrationKind } from "./kinds/integration";
import { integrationResponseKind } from "./kinds/integration-response";
import type { Kind, Mint } from "./kinds/kind";
import { modelKind } from "./kinds/model";
import { type RouteEntry, routeKind } from "./kinds/route";
import { routeResponseKind } from "./kinds/route-response";
import { stageKind } from "./kinds/stage";
import { type VpcLink, vpcLinkKind } from "./kinds/vpc-link";
import type {
  Account,
  Api,
  ApiState,
  Authorizer,
  Definition,
  Deployment,
  IntegrationResponse,
  Model,
  RouteResponse,
  Stage,
} from "./types";

export { ApiError } from "./error";

export interface StoreOptions {
  readonly account: Account;
  /** The public URL of an API without its stage, such as `ws://localhost:3000`. Asked when the API is created. */
  readonly endpoint: (apiId: string) => string;
  readonly mint?: Mint;
}

/** What a client's event on a stage is answered with. */
export interface Serving {
  readonly api: Api;
  readonly stage: Stage;
  readonly deployment: Deployment;
  readonly definition: Definition;
}

/** Something changed. `definition`: an edit that no stage serves before it is deployed. */
export type StoreChange =
  | { readonly kind: "api"; readonly action: "created" | "updated" | "deleted"; readonly apiId: string }
  | { readonly kind: "definition"; readonly apiId: string }
  | { readonly kind: "deployment"; readonly apiId: string }
  | {
      readonly kind: "stage";
      readonly action: "created" | "updated" | "deleted";
      readonly apiId: string;
      readonly stageName: string;
    };

const ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Identifiers that look like AWS's. */
export const systemMint: Mint = {
  id: (length) => Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join(""),
  now: () => new Date().toISOString(),
};

export class Store {
  readonly account: Account;
  readonly apis = new Map<string, ApiState>();
  readonly vpcLinks = new Map<string, VpcLink>();
  readonly domainNames = new Map<string, DomainName>();
  readonly #scope: ApiScope;
  readonly #mint: Mint;
  readonly #listeners = new Set<(change: StoreChange) => void>();
  #adopted: ReadonlySet<string> = new Set();
  #adoptedDomains: ReadonlySet<string> = new Set();

  constructor({ account, endpoint, mint = systemMint }: StoreOptions) {
    this.account = account;
    this.#scope = { account, endpoint, domainNames: this.domainNames };
    this.#mint = mint;
  }

  /** Tells of every change from now on. Returns how to stop. */
  onChange(listener: (change: StoreChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What a stage serves now; undefined where there is no such stage or nothing is deployed to it. */
  serving(apiId: string, stageName: string): Serving | undefined {
    const state = this.apis.get(apiId);
    const stage = state?.stages.get(stageName);
    const deployment = state?.deployments.get(stage?.deploymentId ?? "");
    return (
      stage && deployment && { api: deployment.definition.api, stage, deployment, definition: deployment.definition }
    );
  }

  /** The API that a URL without an API's identifier means: the synthesized one, or the only one. */
  get defaultApiId(): string | undefined {
    const candidates = this.#adopted.size > 0 ? [...this.#adopted] : [...this.apis.keys()];
    return candidates.length === 1 ? candidates[0] : undefined;
  }

  /** Freezes an API as it is, and points a stage at that where one is named. */
  deploy(apiId: string, input: { readonly description?: string; readonly stageName?: string } = {}): Deployment {
    return this.deployments(apiId).create(input);
  }

  /**
   * Takes over the APIs and domain names of another store, in place of those it took over before. Where identifiers are the same,
   * connections that are open go on with the new definition.
   */
  adopt(other: Store): void {
    const before = this.#adopted;
    this.#adopted = new Set(other.apis.keys());
    for (const [apiId, state] of other.apis) {
      const stagesBefore = this.apis.get(apiId)?.stages;
      const action = stagesBefore ? "updated" : "created";
      this.apis.set(apiId, state);
      this.#tell({ kind: "api", action, apiId });
      for (const stageName of stagesBefore?.keys() ?? []) {
        if (!state.stages.has(stageName)) this.#tell({ kind: "stage", action: "deleted", apiId, stageName });
      }
      for (const stageName of state.stages.keys()) {
        this.#tell({ kind: "stage", action: stagesBefore?.has(stageName) ? "updated" : "created", apiId, stageName });
      }
    }
    for (const domainName of this.#adoptedDomains) this.domainNames.delete(domainName);
    for (const apiId of before) if (!other.apis.has(apiId)) this.#forget(apiId);
    for (const [domainName, domain] of other.domainNames) this.domainNames.set(domainName, domain);
    this.#adoptedDomains = new Set(other.domainNames.keys());
  }

  /** An API that is no longer synthesized goes even where a domain name leads to it; the mapping goes with it. */
  #forget(apiId: string): void {
    for (const { mappings } of this.domainNames.values()) {
      for (const [id, mapping] of mappings) if (mapping.apiId === apiId) mappings.delete(id);
    }
    if (this.apis.has(apiId)) this.apiStates().delete(apiId);
  }

  apiStates(): Collection<ApiState, ApiScope> {
    return this.#collection(apiKind, this.apis, this.#scope, (action, apiId) => {
      this.#tell({ kind: "api", action, apiId });
      if (action === "updated") this.#edited(apiId);
    });
  }

  routes(apiId: string): Collection<RouteEntry, ApiState> {
    const state = this.apiStates().get(apiId);
    return this.#collection(routeKind, state.current.routes, state, () => this.#edited(apiId));
  }

  routeResponses(apiId: string, routeId: string): Collection<RouteResponse, RouteEntry> {
    const route = this.routes(apiId).get(routeId);
    return this.#collection(routeResponseKind, route.routeResponses, route, () => this.#edited(apiId));
  }

  integrations(apiId: string): Collection<IntegrationEntry, ApiState> {
    const state = this.apiStates().get(apiId);
    return this.#collection(integrationKind, state.current.integrations, state, () => this.#edited(apiId));
  }

  integrationResponses(apiId: string, integrationId: string): Collection<IntegrationResponse, IntegrationEntry> {
    const integration = this.integrations(apiId).get(integrationId);
    return this.#collection(integrationResponseKind, integration.integrationResponses, integration, () =>
      this.#edited(apiId),
    );
  }

  authorizers(apiId: string): Collection<Authorizer, ApiState> {
    const state = this.apiStates().get(apiId);
    return this.#collection(authorizerKind, state.current.authorizers, state, () => this.#edited(apiId));
  }

  models(apiId: string): Collection<Model, ApiState> {
    const state = this.apiStates().get(apiId);
    return this.#collection(modelKind, state.current.models, state, () => this.#edited(apiId));
  }

  deployments(apiId: string): Collection<Deployment, ApiState> {
    const state = this.apiStates().get(apiId);
    return this.#collection(deploymentKind, state.deployments, state, () => this.#tell({ kind: "deployment", apiId }));
  }

  stages(apiId: string): Collection<Stage, ApiState> {
    const state = this.apiStates().get(apiId);
    return this.#collection(stageKind, state.stages, state, (action, stageName) => {
      if (action !== "deleted") this.#deployAutomatically(state);
      this.#tell({ kind: "stage", action, apiId, stageName });
    });
  }

  vpcLinkCollection(): Collection<VpcLink, Account> {
    return this.#collection(vpcLinkKind, this.vpcLinks, this.account);
  }

  domainNameCollection(): Collection<DomainName, DomainNameScope> {
    const { account, domainNames } = this;
    return this.#collection(domainNameKind, domainNames, { account, domainNames });
  }

  apiMappings(domainName: string): Collection<ApiMapping, { domain: DomainName; apis: ReadonlyMap<string, ApiState> }> {
    const domain = this.domainNameCollection().get(domainName);
    return this.#collection(apiMappingKind, domain.mappings, { domain, apis: this.apis });
  }

  #collection<T, Scope>(
    kind: Kind<T, Scope>,
    entries: Map<string, T>,
    scope: Scope,
    changed: (action: "created" | "updated" | "deleted", key: string) => void = () => {},
  ): Collection<T, Scope> {
    return new Collection(kind, entries, scope, this.#mint, changed);
  }

  #edited(apiId: string): void {
    this.#tell({ kind: "definition", apiId });
    const state = this.apis.get(apiId);
    if (state && this.#deployAutomatically(state)) this.#tell({ kind: "deployment", apiId });
  }

  /** Stages with `autoDeploy` get every edit; AWS does it seconds later, the local gateway at once. */
  #deployAutomatically(state: ApiState): boolean {
    const stages = [...state.stages.values()].filter((stage) => stage.autoDeploy);
    if (stages.length === 0 || state.current.routes.size === 0) return false;
    const description = "Automatic deployment triggered by changes to the Api configuration";
    const deployment = freeze(state, this.#mint, { autoDeployed: true, description });
    state.deployments.set(deployment.deploymentId, deployment);
    for (const stage of stages) stage.deploymentId = deployment.deploymentId;
    const served = new Set([...state.stages.values()].map((stage) => stage.deploymentId));
    for (const { deploymentId, autoDeployed } of state.deployments.values()) {
      if (autoDeployed && !served.has(deploymentId)) state.deployments.delete(deploymentId);
    }
    return true;
  }

  #tell(change: StoreChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
