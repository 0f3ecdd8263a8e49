/** Writes `alarms` and `dashboard` of an API that this project has deployed. */
import { canonicalJson, type Json } from "../../aws/canonical-json";
import { DEFAULTS } from "../../contract/defaults";
import type { LiveMonitoring } from "../read/live";
import { filled, type Tree, withoutUndefined } from "./tree";

/** Alarms whose settings differ are kept by argument: `gateway.yaml` has one setting for all. */
export function monitoringOf({ alarms, dashboard }: LiveMonitoring): Tree {
  return withoutUndefined({ alarms: alarmsOf(alarms), dashboard: dashboard === undefined ? undefined : true });
}

function alarmsOf(alarms: LiveMonitoring["alarms"]): Json | undefined {
  const [first] = alarms;
  if (first === undefined) return undefined;
  const { alarm_actions: topics, period, evaluation_periods: periods } = first.arguments;
  const defaults: Readonly<Record<string, number>> = DEFAULTS.alarmThresholds;
  const thresholds = alarms.map(({ threshold, arguments: { threshold: count } }): [string, number | undefined] => [
    threshold,
    count === defaults[threshold] ? undefined : count,
  ]);
  const settings = withoutUndefined({
    topicArns: topics.length === 0 ? undefined : topics,
    periodSeconds: period === DEFAULTS.alarmPeriodSeconds ? undefined : period,
    evaluationPeriods: periods === DEFAULTS.alarmEvaluationPeriods ? undefined : periods,
    thresholds: filled(withoutUndefined(Object.fromEntries(thresholds))),
  });
  return canonicalJson(settings) === "{}" ? true : settings;
}
