/**
 * The whole state of the local gateway: every API with its deployments and stages. The control plane and the Terraform
 * reader write it, with AWS's validation. The data plane reads it again for each event.
 */
import { randomInt } from "node:crypto";
import type { Account } from "../../aws/arn";
import { Collection } from "./collection";
import { type ApiScope, apiKind } from "./kinds/api";
import { authorizerKind } from "./kinds/authorizer";
import { deploymentKind, snapshot } from "./kinds/deployment";
import {
  type ApiMapping,
  apiMappingKind,
  type DomainName,
  type DomainNameScope,
  domainNameKind,
} from "./kinds/domain-name";
import { integrationKind } from "./kinds/integration";
import { integrationResponseKind } from "./kinds/integration-response";
import type { Generator, Kind } from "./kinds/kind";
import { modelKind } from "./kinds/model";
import { routeKind } from "./kinds/route";
import { routeResponseKind } from "./kinds/route-response";
import { type StageScope, stageKind } from "./kinds/stage";
import { type VpcLink, vpcLinkKind } from "./kinds/vpc-link";
import type {
  Api,
  ApiState,
  Authorizer,
  Definition,
  Deployment,
  IntegrationEntry,
  IntegrationResponse,
  Model,
  RouteEntry,
  RouteResponse,
  Stage,
} from "./types";

export { ApiError } from "./error";

export interface StoreOptions {
  readonly account: Account;
  /** The public URL of an API without its stage, such as `ws://localhost:3000`. Called when the API is created. */
  readonly endpoint: (apiId: string) => string;
  readonly generator?: Generator;
}

/** A stage with the deployment that it points to. */
export interface DeployedStage {
  readonly api: Api;
  readonly stage: Stage;
  readonly deployment: Deployment;
  readonly definition: Definition;
}

const ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Identifiers that look like AWS's. */
export const systemGenerator: Generator = {
  id: (length) => Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join(""),
  now: () => new Date().toISOString(),
};

/**
 * Each collection (`routes`, `stages` …) validates what it creates, and throws `ApiError` with AWS's code and message.
 *
 * @example
 * const account = { accountId: "123456789012", region: "eu-west-1", partition: "aws" };
 * const store = new Store({ account, endpoint: () => "ws://localhost:3000" });
 * const api = { name: "quotes", protocolType: "WEBSOCKET", routeSelectionExpression: "$request.body.action" };
 * const { apiId } = store.apiStates().create(api).current.api;
 * store.routes(apiId).create({ routeKey: "$connect" });
 * store.stages(apiId).create({ stageName: "prod" });
 * store.deploy(apiId, { stageName: "prod" });
 */
export class Store {
  readonly account: Account;
  readonly apis = new Map<string, ApiState>();
  readonly vpcLinks = new Map<string, VpcLink>();
  readonly domainNames = new Map<string, DomainName>();
  readonly #scope: ApiScope;
  readonly #generator: Generator;
  #loaded: ReadonlySet<string> = new Set();
  #loadedDomains: ReadonlySet<string> = new Set();

  constructor({ account, endpoint, generator = systemGenerator }: StoreOptions) {
    this.account = account;
    this.#scope = { account, endpoint, domainNames: this.domainNames };
    this.#generator = generator;
  }

  /** Returns what a stage serves. Returns undefined if it does not exist or has no deployment. */
  deployedStage(apiId: string, stageName: string): DeployedStage | undefined {
    const state = this.apis.get(apiId);
    const stage = state?.stages.get(stageName);
    const deployment = state?.deployments.get(stage?.deploymentId ?? "");
    return (
      stage && deployment && { api: deployment.definition.api, stage, deployment, definition: deployment.definition }
    );
  }

  /** The API of a URL without an API identifier: the only loaded one or, where none is loaded, the only one. */
  get defaultApiId(): string | undefined {
    const candidates = this.#loaded.size > 0 ? [...this.#loaded] : [...this.apis.keys()];
    return candidates.length === 1 ? candidates[0] : undefined;
  }

  /** Creates a deployment of an API's current definition. With `stageName`, that stage points to it. */
  deploy(apiId: string, input: { readonly description?: string; readonly stageName?: string } = {}): Deployment {
    return this.deployments(apiId).create(input);
  }

  /**
   * Takes the APIs and domain names of another store, in place of those that the previous load took. Where an API's
   * identifier is the same, open connections continue with the new definition.
   */
  load(other: Store): void {
    const before = this.#loaded;
    this.#loaded = new Set(other.apis.keys());
    for (const [apiId, state] of other.apis) this.apis.set(apiId, state);
    for (const domainName of this.#loadedDomains) this.domainNames.delete(domainName);
    for (const apiId of before) if (!other.apis.has(apiId)) this.#remove(apiId);
    for (const [domainName, domain] of other.domainNames) this.domainNames.set(domainName, domain);
    this.#loadedDomains = new Set(other.domainNames.keys());
  }

  /** An API that is no longer synthesized is removed even where a domain name leads to it, together with its mapping. */
  #remove(apiId: string): void {
    for (const { mappings } of this.domainNames.values()) {
      for (const [id, mapping] of mappings) if (mapping.apiId === apiId) mappings.delete(id);
    }
    if (this.apis.has(apiId)) this.apiStates().delete(apiId);
  }

  apiStates(): Collection<ApiState, ApiScope> {
    return this.#collection(apiKind, this.apis, this.#scope, (apiId) => this.#deployAutomatically(apiId));
  }

  routes(apiId: string): Collection<RouteEntry, ApiState> {
    const state = this.apiStates().get(apiId);
    return this.#collection(routeKind, state.current.routes, state, () => this.#deployAutomatically(apiId));
  }

  routeResponses(apiId: string, routeId: string): Collection<RouteResponse, RouteEntry> {
    const route = this.routes(apiId).get(routeId);
    return this.#collection(routeResponseKind, route.routeResponses, route, () => this.#deployAutomatically(apiId));
  }

  integrations(apiId: string): Collection<IntegrationEntry, ApiState> {
    const state = this.apiStates().get(apiId);
    return this.#collection(integrationKind, state.current.integrations, state, () => this.#deployAutomatically(apiId));
  }

  integrationResponses(apiId: string, integrationId: string): Collection<IntegrationResponse, IntegrationEntry> {
    const integration = this.integrations(apiId).get(integrationId);
    return this.#collection(integrationResponseKind, integration.integrationResponses, integration, () =>
      this.#deployAutomatically(apiId),
    );
  }

  authorizers(apiId: string): Collection<Authorizer, ApiState> {
    const state = this.apiStates().get(apiId);
    return this.#collection(authorizerKind, state.current.authorizers, state, () => this.#deployAutomatically(apiId));
  }

  models(apiId: string): Collection<Model, ApiState> {
    const state = this.apiStates().get(apiId);
    return this.#collection(modelKind, state.current.models, state, () => this.#deployAutomatically(apiId));
  }

  deployments(apiId: string): Collection<Deployment, ApiState> {
    const state = this.apiStates().get(apiId);
    return this.#collection(deploymentKind, state.deployments, state);
  }

  stages(apiId: string): Collection<Stage, StageScope> {
    const state = this.apiStates().get(apiId);
    return this.#collection(stageKind, state.stages, { ...state, domainNames: this.domainNames }, (stageName) => {
      if (state.stages.has(stageName)) this.#deployAutomatically(apiId);
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
    changed: (key: string) => void = () => {},
  ): Collection<T, Scope> {
    return new Collection(kind, entries, scope, this.#generator, changed);
  }

  /** Stages with `autoDeploy` get every edit: on AWS after some seconds, here at once. */
  #deployAutomatically(apiId: string): void {
    const state = this.apis.get(apiId);
    const stages = [...(state?.stages.values() ?? [])].filter((stage) => stage.autoDeploy);
    if (!state || stages.length === 0 || state.current.routes.size === 0) return;
    const description = "Automatic deployment triggered by changes to the Api configuration";
    const deployment = snapshot(state, this.#generator, { autoDeployed: true, description });
    state.deployments.set(deployment.deploymentId, deployment);
    for (const stage of stages) stage.deploymentId = deployment.deploymentId;
    const served = new Set([...state.stages.values()].map((stage) => stage.deploymentId));
    for (const { deploymentId, autoDeployed } of state.deployments.values()) {
      if (autoDeployed && !served.has(deploymentId)) state.deployments.delete(deploymentId);
    }
  }
}
