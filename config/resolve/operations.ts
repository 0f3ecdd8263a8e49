/** Resolves `stage`, `logs` and `alarms` with their defaults. */
import { ACCOUNT_THROTTLE, alarmSeconds } from "../../aws/limits";
import { STAGE_VARIABLE_NAME } from "../../aws/names";
import type { Alarms, Logs, Stage } from "../model";
import type { Configuration } from "../schema";
import { checkRegion, type Scope } from "./scope";

const RETENTION_DAYS = 30;

export function resolveStage({ stage, routes = {} }: Configuration, { environment, report }: Scope): Stage {
  const given = typeof stage === "string" ? { name: stage } : (stage ?? {});
  for (const name of Object.keys(given.variables ?? {})) {
    if (!STAGE_VARIABLE_NAME.test(name)) {
      report.key(["stage", "variables", name], "expected a name of letters, digits and `_`, at most 64.");
    }
  }
  const throttles = Object.entries(routes).flatMap(([key, route]) => {
    const throttle = (route || undefined)?.throttle;
    return throttle ? [[key, throttle] as const] : [];
  });
  return {
    name: given.name ?? environment,
    variables: given.variables ?? {},
    throttle: given.throttle ?? ACCOUNT_THROTTLE,
    routeThrottles: Object.fromEntries(throttles),
    detailedMetrics: given.detailedMetrics ?? false,
  };
}

export function resolveLogs(given: Configuration["logs"]): Logs {
  return {
    access: given?.access ?? false,
    execution: given?.execution ?? "OFF",
    retentionDays: given?.retentionDays ?? RETENTION_DAYS,
    manageAccountRole: given?.manageAccountRole ?? false,
  };
}

export function resolveAlarms(given: Configuration["alarms"], scope: Scope): Alarms | undefined {
  if (!given) return undefined;
  const alarms = given === true ? {} : given;
  const { periodSeconds = 300, evaluationPeriods = 1 } = alarms;
  const most = alarmSeconds(periodSeconds);
  if (periodSeconds * evaluationPeriods > most) {
    scope.report(
      ["alarms", "evaluationPeriods"],
      `${evaluationPeriods} periods of ${periodSeconds} s are longer than ${most} s, the most that CloudWatch evaluates.`,
    );
  }
  for (const [index, arn] of (alarms.topicArns ?? []).entries())
    checkRegion(arn, "topic", ["alarms", "topicArns", index], scope);
  return {
    topicArns: alarms.topicArns ?? [],
    periodSeconds,
    evaluationPeriods,
    thresholds: {
      integrationErrors: alarms.thresholds?.integrationErrors ?? 5,
      clientErrors: alarms.thresholds?.clientErrors ?? 100,
      executionErrors: alarms.thresholds?.executionErrors ?? 1,
      authorizerErrors: alarms.thresholds?.authorizerErrors ?? 1,
      authorizerThrottles: alarms.thresholds?.authorizerThrottles ?? 1,
    },
  };
}
