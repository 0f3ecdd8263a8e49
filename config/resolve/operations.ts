/** `stage`, `logs` and `alarms` with their defaults. */
import type { Alarms, Logs, Stage } from "../model";
import type { Configuration } from "../schema";
import type { Scope } from "./scope";

/** AWS's own limits of an account, shared by all its APIs; stricter ones are the user's to choose. */
const THROTTLE = { burst: 5000, rate: 10_000 };
const RETENTION_DAYS = 30;

export function resolveStage({ stage, routes = {} }: Configuration, { environment, report }: Scope): Stage {
  const given = typeof stage === "string" ? { name: stage } : (stage ?? {});
  for (const name of Object.keys(given.variables ?? {})) {
    if (!/^[A-Za-z0-9_]{1,64}$/.test(name)) {
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
    throttle: given.throttle ?? THROTTLE,
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

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
const MAX_EVALUATION_SECONDS = { shorterPeriods: 86_400, hours: 604_800 };

export function resolveAlarms(given: Configuration["alarms"], { report }: Scope): Alarms | undefined {
  if (!given) return undefined;
  const alarms = given === true ? {} : given;
  const { periodSeconds = 300, evaluationPeriods = 1 } = alarms;
  const most = periodSeconds < 3600 ? MAX_EVALUATION_SECONDS.shorterPeriods : MAX_EVALUATION_SECONDS.hours;
  if (periodSeconds * evaluationPeriods > most) {
    report(
      ["alarms", "evaluationPeriods"],
      `${evaluationPeriods} periods of ${periodSeconds} s are more than the ${most} s that CloudWatch looks at.`,
    );
  }
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
