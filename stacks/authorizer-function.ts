/**
 * The bundled authorizer as a Lambda function: role, log group, code and settings.
 *
 * Each change of code or settings publishes a version, and the authorizer names that version, so a deployment keeps using
 * the code, settings and secrets that it was proven with. Versions are immutable; Lambda deletes them with the function
 * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html). They are not deleted before: API Gateway does
 * not show which version a deployment invokes, and millions of them fit in the 75 GB of a region
 * (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
 */

import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { AssetType, TerraformAsset } from "cdktf";
import { Construct } from "constructs";
import type { LambdaRuntimeName } from "../aws/lambda-runtimes";
import { LAMBDA } from "../aws/limits";
import { functionLogGroup } from "../aws/names";
import { authorizerModules, type Modules } from "../contract/authorizer-bundle";
import { DEFAULTS } from "../contract/defaults";
import { secretBytes } from "../contract/token";
import { checkSettings } from "../functions/authorizer/check-settings";
import type { AuthorizerSettings } from "../functions/authorizer/settings";
import { writeZip, zip } from "./authorizer-zip";
import { type Iam, serviceRole } from "./iam";
import type { LambdaFunctionRef } from "./lambda-function";
import { parameterPermissions } from "./secret-parameters";
import { signingSecret } from "./secrets";
import { boundedName, literal, policyDocument } from "./text";

export interface AuthorizerFunctionProps {
  readonly name: string;
  readonly region: string;
  /** Packaged with the code. `fetchBudgetMs` follows the timeout. */
  readonly settings: AuthorizerSettings;
  /** Issuer to JSON Web Key Set, packaged with the code. */
  readonly jwks?: Readonly<Record<string, unknown>>;
  /** @default {@link DEFAULTS.memoryMb} */
  readonly memoryMb?: number;
  /** Half a second of it is left for what is not fetched. @default {@link DEFAULTS.timeoutSeconds} */
  readonly timeoutSeconds?: number;
  /** Some need a newer version of the AWS provider: {@link awsProvider}. @default {@link DEFAULTS.runtime} */
  readonly runtime?: LambdaRuntimeName | undefined;
  /** Invocations at once. @default not limited */
  readonly reservedConcurrency?: number | undefined;
  /** @default no boundary, and the path `/` */
  readonly iam?: Iam | undefined;
  /** Key for the log group and the environment. @default keys of AWS */
  readonly kmsKeyArn?: string | undefined;
  /** @default {@link DEFAULTS.logRetentionDays} */
  readonly logRetentionDays?: number;
  /** @default the bundled authorizer */
  readonly modules?: Modules | undefined;
}

/**
 * The bundled authorizer as a Lambda function.
 *
 * @example
 * const authorizerFunction = new AuthorizerFunction(this, "authorizer_function", {
 *   name: "quotes-authorizer",
 *   region: "us-east-1",
 *   settings: {
 *     issuers: [
 *       {
 *         kind: "jwks",
 *         issuer: "https://login.example.com/",
 *         jwksUri: "https://login.example.com/.well-known/jwks.json",
 *         algorithms: ["RS256"],
 *         audiences: ["quotes"],
 *         audienceClaim: "aud",
 *         requiredClaims: {},
 *         types: ["", "JWT", "at+jwt"],
 *         context: { userId: "sub", orgId: "org_id" },
 *       },
 *     ],
 *     tokenParameter: "token",
 *     invalidToken: 403,
 *     clockSkew: 30,
 *     maxLifetime: 86_400,
 *   },
 * });
 * new Authorizer(this, "authorizer", {
 *   api,
 *   name: "quotes-authorizer",
 *   function: authorizerFunction.ref,
 *   identitySources: ["route.request.querystring.token"],
 * });
 */
export class AuthorizerFunction extends Construct {
  readonly resource: LambdaFunction;
  readonly role: IamRole;
  /** What API Gateway assumes to invoke any version. A resource-based permission would be valid for one version only. */
  readonly invokeRole: IamRole;
  private readonly invokePolicy: IamRolePolicy;

  constructor(scope: Construct, id: string, props: AuthorizerFunctionProps) {
    super(scope, id);
    const functionName = literal(boundedName(props.name, LAMBDA.functionNameLength));
    const logGroup = new CloudwatchLogGroup(this, "logs", {
      name: functionLogGroup(functionName),
      retentionInDays: props.logRetentionDays ?? DEFAULTS.logRetentionDays,
      ...(props.kmsKeyArn === undefined ? {} : { kmsKeyId: props.kmsKeyArn }),
    });
    this.role = serviceRole(this, "role", {
      // A function belongs to a region, but names of roles are unique in the whole account.
      name: `${props.name}-${props.region}`,
      service: "lambda",
      iam: props.iam,
    });
    const permissions = new IamRolePolicy(this, "permissions", {
      name: "authorizer",
      role: this.role.name,
      policy: policyDocument([
        { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: `${logGroup.arn}:*` },
      ]),
    });
    // One policy for each parameter: a version that is still live keeps its own when another parameter takes its place.
    const parameters = parameterPermissions(this, props.region, props.settings).map(
      ({ name, statements }) =>
        new IamRolePolicy(this, name, { name, role: this.role.name, policy: policyDocument(statements) }),
    );

    const timeout = props.timeoutSeconds ?? DEFAULTS.timeoutSeconds;
    const settings = { ...props.settings, fetchBudgetMs: timeout * 1000 - 500 };
    checkSettings(settings);
    const bytes = zip(props.modules ?? authorizerModules(), settings, props.jwks ?? {});
    const secrets = this.secrets(settings);
    const code = new TerraformAsset(this, "code", { path: resolve(writeZip(this, bytes)), type: AssetType.FILE });
    this.resource = new LambdaFunction(this, "Default", {
      functionName,
      role: this.role.arn,
      runtime: props.runtime ?? DEFAULTS.runtime,
      architectures: ["arm64"],
      handler: "index.handler",
      filename: code.path,
      publish: true,
      sourceCodeHash: createHash("sha256").update(bytes).digest("base64"),
      memorySize: props.memoryMb ?? DEFAULTS.memoryMb,
      timeout,
      ...(props.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: props.reservedConcurrency }),
      ...(props.kmsKeyArn === undefined ? {} : { kmsKeyArn: props.kmsKeyArn }),
      ...(Object.keys(secrets).length === 0 ? {} : { environment: { variables: secrets } }),
      dependsOn: [logGroup, permissions, ...parameters],
    });
    this.invokeRole = serviceRole(this, "invoke_role", {
      name: `${props.name}-invoke-${props.region}`,
      service: "apiGateway",
      iam: props.iam,
    });
    this.invokePolicy = new IamRolePolicy(this, "invoke_policy", {
      name: "invoke",
      role: this.invokeRole.name,
      policy: policyDocument([
        { Effect: "Allow", Action: "lambda:InvokeFunction", Resource: `${this.resource.arn}:*` },
      ]),
    });
  }

  /** The function for an {@link Authorizer}, or for another construct that allows API Gateway to invoke it. */
  get ref(): LambdaFunctionRef {
    return {
      functionName: this.resource.functionName,
      invokeArn: this.resource.qualifiedInvokeArn,
      credentialsArn: this.invokeRole.arn,
      dependables: [this.invokePolicy],
    };
  }

  /** Environment variables with secrets, each from the Terraform variable with its name in lower case. */
  private secrets(settings: AuthorizerSettings): Record<string, string> {
    const issuers = settings.issuers.flatMap((issuer) =>
      issuer.kind === "secret" && issuer.secrets.from === "env" ? [issuer] : [],
    );
    const variables: Record<string, string> = {};
    for (const name of issuers.flatMap(({ secrets }) => secrets.names)) {
      const users = issuers.filter(({ secrets }) => secrets.names.includes(name));
      variables[name] = signingSecret(this, name.toLowerCase(), {
        optional: users.every(({ secrets }) => secrets.names[0] !== name),
        bytes: Math.max(...users.flatMap(({ algorithms }) => algorithms.map(secretBytes))),
      }).stringValue;
    }
    return variables;
  }
}
