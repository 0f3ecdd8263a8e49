/** What a simulated AWS account contains. Tests add to it. */

export interface LogGroup {
  readonly name: string;
  readonly retentionInDays?: number;
  readonly kmsKeyId?: string | undefined;
  readonly tags?: Readonly<Record<string, string>>;
}

/** A function whose code can be downloaded, with Lambda's names. It has one version, 1. */
export interface DeployedFunction {
  readonly configuration: Readonly<Record<string, unknown>> & { readonly FunctionName: string };
  readonly zip: Uint8Array;
  readonly reservedConcurrency?: number | undefined;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface Role {
  readonly arn: string;
  readonly boundary?: string | undefined;
  readonly policies: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

export interface Alarm {
  readonly name: string;
  readonly topicArns: readonly string[];
  readonly evaluationPeriods: number;
  readonly period: number;
  readonly threshold: number;
}

export interface AliasRecord {
  readonly zoneId: string;
  readonly name: string;
  readonly type: string;
  readonly target: string;
}

export interface Account {
  /** ARN of a function to the source ARNs of its policy, by statement id. */
  readonly functions: Map<string, Readonly<Record<string, string>>>;
  readonly logGroups: LogGroup[];
  readonly deployed: DeployedFunction[];
  readonly roles: Role[];
  /** ARNs of managed policies. */
  readonly policies: string[];
  /** Names of SSM parameters. */
  readonly parameters: string[];
  readonly alarms: Alarm[];
  /** Names of CloudWatch dashboards. */
  readonly dashboards: string[];
  /** Public zones of Route 53 by id, with their names, and the alias records in them. */
  readonly zones: Map<string, string>;
  readonly records: AliasRecord[];
}

export const emptyAccount = (): Account => ({
  functions: new Map(),
  logGroups: [],
  deployed: [],
  roles: [],
  policies: [],
  parameters: [],
  alarms: [],
  dashboards: [],
  zones: new Map(),
  records: [],
});

export const deployedFunction = ({ deployed }: Account, name: string): DeployedFunction | undefined =>
  deployed.find(({ configuration }) => configuration.FunctionName === name);
