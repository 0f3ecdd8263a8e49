/** Resolves `stage`, `logs` and `alarms` with their defaults. */

import { alarmSeconds } from "../../aws/limits";
import { STAGE_VARIABLE_NAME } from "../../aws/names";
import { DEFAULTS } from "../../contract/defaults";
import type { Alarms, Logs, Stage } from "../model";
import type { Configuration } from "../schema";
import { checkRegion, type Scope } from "./scope";

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
    throttle: given.throttle ?? DEFAULTS.throttle,
    routeThrottles: Object.fromEntries(throttles),
    detailedMetrics: given.detailedMetrics ?? false,
  };
}

export function resolveLogs(given: Configuration["logs"]): Logs {
  return {
    access: given?.access ?? false,
    execution: given?.execution ?? DEFAULTS.executionLog,
    retentionDays: given?.retentionDays ?? DEFAULTS.logRetentionDays,
    manageAccountRole: given?.manageAccountRole ?? false,
  };
}

export function resolveAlarms(given: Configuration["alarms"], scope: Scope): Alarms | undefined {
  if (!given) return undefined;
  const alarms = given === true ? {} : given;
  const {
    periodSeconds = DEFAULTS.alarmPeriodSeconds,
    evaluationPeriods = DEFAULTS.alarmEvaluationPeriods,
    thresholds = {},
  } = alarms;
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
      integrationErrors: thresholds.integrationErrors ?? DEFAULTS.alarmThresholds.integrationErrors,
      clientErrors: thresholds.clientErrors ?? DEFAULTS.alarmThresholds.clientErrors,
      executionErrors: thresholds.executionErrors ?? DEFAULTS.alarmThresholds.executionErrors,
      authorizerErrors: thresholds.authorizerErrors ?? DEFAULTS.alarmThresholds.authorizerErrors,
      authorizerThrottles: thresholds.authorizerThrottles ?? DEFAULTS.alarmThresholds.authorizerThrottles,
    },
  };
}
