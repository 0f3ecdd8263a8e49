/** The Terraform stack of one environment of `gateway.yaml`. */
import { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import type { EventSource, MappingSource } from "../aws/parameter-mapping";
import type { Environment, Route as RouteModel } from "../config/model";
import type { Modules } from "../contract/authorizer-bundle";
import { accessLogGroup, connectionsPolicyName } from "../contract/names";
import { AccessLog } from "./access-log";
import { AccountRole } from "./account-role";
import { applyAdopted } from "./adopted";
import { Alarms } from "./alarms";
import { WebSocketApi } from "./api";
import { Authorizer } from "./authorizer";
import { AuthorizerFunction } from "./authorizer-function";
import { ConnectionsPolicy } from "./connections-policy";
import { Dashboard } from "./dashboard";
import { Deployment } from "./deployment";
import { CustomDomain } from "./domain";
import { StackError } from "./errors";
import { ExecutionLog } from "./execution-log";
import { addGuards } from "./guards";
import { Identity } from "./identity";
import { connectPolicy } from "./invoke-policy";
import { type LambdaFunctionRef, lambdaFunction } from "./lambda-function";
import { Outputs, type OutputsProps } from "./outputs";
import { awsProvider } from "./provider";
import { type ConnectAuthorization, ConnectRoute, DisconnectRoute, MessageRoute, type Route } from "./route";
import { type IntegrationContext, routeIntegration } from "./route-integration";
import { Stage } from "./stage";
import { State } from "./state";
import { VpcLink } from "./vpc-link";

export interface WebSocketStackOptions {
  /** @default the bundled authorizer */
  readonly authorizerModules?: Modules;
  /** Id of the stack, and the folder under `cdktf.out/stacks/`. @default the environment's name */
  readonly stackName?: string;
  /** Returns the name of an output in Terraform. @default the name itself */
  readonly outputName?: OutputsProps["outputName"];
}

/**
 * The stack of one environment.
 *
 * @throws {StackError} if the environment cannot be synthesized
 * @example
 * const app = new App();
 * for (const environment of loadConfig("gateway.yaml").environments) new WebSocketStack(app, environment);
 * app.synth();
 */
export class WebSocketStack extends TerraformStack {
  constructor(
    scope: Construct,
    readonly environment: Environment,
    private readonly options: WebSocketStackOptions = {},
  ) {
    super(scope, options.stackName ?? environment.name);
    const { apiName, region, authorizer, ipAddressType, kmsKeyArn } = environment;
    new State(this, apiName, environment.state);
    const runtime = authorizer.kind === "verify" ? authorizer.function.runtime : undefined;
    awsProvider(this, { ...environment, runtime });
    new Identity(this, "identity", {
      name: environment.project,
      environment: environment.name,
      region,
      stage: environment.stage.name,
      iamPath: environment.iam.path,
    });

    const api = new WebSocketApi(this, "api", {
      name: apiName,
      description: environment.description,
      routeSelectionExpression: environment.routeSelectionExpression,
      ipAddressType,
    });
    const authorizerFunction = this.authorizerFunction();
    const authorizerFunctionName = authorizerFunction?.functionName;
    const routes = this.routes(api, this.authorizer(api, authorizerFunction));
    const deployment = new Deployment(this, "deployment", { api, routes });
    const stage = this.stage(api, deployment);
    const connectionsPolicy = this.connectionsPolicy(stage);
    const domain =
      environment.domain && new CustomDomain(this, "domain", { stage, ipAddressType, ...environment.domain });
    this.monitoring(stage, authorizerFunctionName);
    new Outputs(this, "outputs", {
      stage,
      region,
      connectionsPolicy,
      authorizerFunctionName,
      invokePolicy: authorizer.kind === "iam" ? connectPolicy(stage) : undefined,
      domain,
      ssmPrefix: environment.ssmPrefix,
      kmsKeyArn,
      outputName: this.options.outputName,
    });
    if (environment.adopted !== undefined) {
      applyAdopted(this, {
        adopted: environment.adopted,
        deployment: deployment.resource,
        authorizer: authorizer.kind === "verify" ? authorizer.function : undefined,
      });
    }
    addGuards(this, { openToEveryone: authorizer.kind === "none" });
  }

  /** Returns the authorizer's function: the bundled one or an existing one. */
  private authorizerFunction(): LambdaFunctionRef | undefined {
    const { authorizer, apiName, region, iam, kmsKeyArn } = this.environment;
    switch (authorizer.kind) {
      case "iam":
      case "none":
        return undefined;
      case "lambda":
        return lambdaFunction(authorizer.functionArn);
      case "verify":
        return new AuthorizerFunction(this, "authorizer_function", {
          name: `${apiName}-authorizer`,
          region,
          iam,
          kmsKeyArn,
          ...authorizer.function,
          modules: this.options.authorizerModules,
        }).ref;
    }
  }

  private authorizer(api: WebSocketApi, fn: LambdaFunctionRef | undefined): ConnectAuthorization {
    const { authorizer, apiName } = this.environment;
    if (authorizer.kind === "iam") return "AWS_IAM";
    if (authorizer.kind === "none" || fn === undefined) return "NONE";
    // Another kind of authorizer is a new resource: the route is updated to use it, and then the previous one is destroyed.
    // One without identity sources is too, because AWS does not document whether an update can remove them all.
    const own = authorizer.identitySources.length === 0 ? "authorizer-any-source" : "authorizer";
    const kind = authorizer.kind === "lambda" ? "lambda-authorizer" : own;
    return new Authorizer(this, kind.replaceAll("-", "_"), {
      api,
      name: `${apiName}-${kind}`,
      function: fn,
      identitySources: authorizer.identitySources,
    });
  }

  private routes(api: WebSocketApi, authorizer: ConnectAuthorization): readonly [Route, ...Route[]] {
    const { environment } = this;
    const scope = new Construct(this, "routes");
    const context: IntegrationContext = {
      api,
      vpcLinkId: this.vpcLinkId(),
      originSecretHeader: environment.originSecret?.header,
    };
    const route = (model: RouteModel): Route => {
      const id = idOf(model.key);
      const integrations = new Construct(scope, `${id} integration`);
      switch (model.event) {
        case "CONNECT":
          return new ConnectRoute(scope, id, {
            api,
            authorizer,
            integration: routeIntegration<MappingSource>(
              integrations,
              "Default",
              context,
              model.key,
              model.integration,
            ),
            requestParameters: model.requestParameters,
          });
        case "DISCONNECT":
          return new DisconnectRoute(scope, id, {
            api,
            integration: routeIntegration<EventSource>(integrations, "Default", context, model.key, model.integration),
          });
        case "MESSAGE":
          return new MessageRoute(scope, id, {
            api,
            key: model.key,
            reply: model.reply,
            integration: routeIntegration<EventSource>(integrations, "Default", context, model.key, model.integration),
          });
      }
    };
    const [first, ...others] = environment.routes.map(route);
    if (first === undefined) {
      throw new StackError("no-routes", `\`${environment.name}\` has no routes.`, "Configure at least `$connect`.");
    }
    return [first, ...others];
  }

  private vpcLinkId(): string | undefined {
    const { vpcLink, apiName } = this.environment;
    if (vpcLink === undefined) return undefined;
    if ("id" in vpcLink) return vpcLink.id;
    return new VpcLink(this, "vpc_link", { name: apiName, targetArn: vpcLink.targetArn }).vpcLinkId;
  }

  private stage(api: WebSocketApi, deployment: Deployment): Stage {
    const { stage, logs, apiName, region, iam, kmsKeyArn } = this.environment;
    const accessLog = logs.access
      ? new AccessLog(this, "access_log", {
          groupName: accessLogGroup(apiName, stage.name),
          retentionDays: logs.retentionDays,
          kmsKeyArn,
        })
      : undefined;
    const executionLog =
      logs.execution === "OFF"
        ? undefined
        : new ExecutionLog(this, "execution_log", {
            api,
            stageName: stage.name,
            retentionDays: logs.retentionDays,
            kmsKeyArn,
          });
    const accountRole = logs.manageAccountRole
      ? new AccountRole(this, "account_role", { name: `${apiName}-${region}-apigateway-logs`, iam })
      : undefined;
    return new Stage(this, "stage", {
      api,
      deployment,
      ...stage,
      loggingLevel: logs.execution,
      accessLog,
      dependsOn: [executionLog?.group, accountRole?.resource].filter((resource) => resource !== undefined),
    });
  }

  private connectionsPolicy(stage: Stage): ConnectionsPolicy | undefined {
    const { connectionsPolicy, apiName, region, iam } = this.environment;
    if (!connectionsPolicy) return undefined;
    const name = connectionsPolicyName(apiName, region);
    return new ConnectionsPolicy(this, "connections_policy", { stage, name, path: iam.path });
  }

  private monitoring(stage: Stage, authorizerFunctionName: string | undefined): void {
    const { alarms, dashboard, apiName, region } = this.environment;
    if (alarms !== undefined) {
      new Alarms(this, "alarms", { stage, name: apiName, authorizerFunctionName, ...alarms });
    }
    if (dashboard) new Dashboard(this, "dashboard", { stage, name: apiName, region, authorizerFunctionName });
  }
}

/**
 * Returns a construct's id for a route: its key, with characters escaped that have a meaning in ids. Names such as
 * `constructor` are escaped too, because the `constructs` library finds them as children. Different keys have different
 * ids.
 */
const idOf = (key: string): string =>
  `${key in Object.prototype ? "%" : ""}${key.replace(/[%/ ]/g, encodeURIComponent)}`;
