/** Reads the CloudWatch alarms and the dashboard that a stack of this project creates for an API, by their names. */
import { ALARM_IDS, type AlarmThreshold, alarmName, dashboardName } from "../../contract/names";
import { type AwsReader, elements } from "./client";
import type { LiveAlarm, LiveMonitoring } from "./live";

const VERSION = "2010-08-01";
const THRESHOLDS = Object.keys(ALARM_IDS) as AlarmThreshold[];

export async function readMonitoring(aws: AwsReader, apiName: string): Promise<LiveMonitoring> {
  const dashboard = dashboardName(apiName);
  const [found, ...alarms] = await Promise.all([
    aws.text({
      service: "monitoring",
      path: "/",
      form: { Action: "GetDashboard", Version: VERSION, DashboardName: dashboard },
      permission: `cloudwatch:GetDashboard on ${dashboard}`,
    }),
    ...THRESHOLDS.map((threshold) => alarmOf(aws, threshold, alarmName(apiName, threshold))),
  ]);
  return {
    dashboard: found === undefined ? undefined : dashboard,
    alarms: alarms.filter((alarm) => alarm !== undefined),
  };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
async function alarmOf(aws: AwsReader, threshold: AlarmThreshold, name: string): Promise<LiveAlarm | undefined> {
  const answer = await aws.text({
    service: "monitoring",
    path: "/",
    form: { Action: "DescribeAlarms", Version: VERSION, "AlarmNames.member.1": name },
    permission: "cloudwatch:DescribeAlarms on *",
  });
  if (!elements(answer ?? "", "AlarmName").includes(name)) return undefined;
  const numberIn = (element: string) => Number(elements(answer ?? "", element)[0]);
  const topicsIn = (element: string) => elements(answer ?? "", element).flatMap((list) => elements(list, "member"));
  return {
    threshold,
    arguments: {
      alarm_name: name,
      alarm_actions: topicsIn("AlarmActions"),
      ok_actions: topicsIn("OKActions"),
      evaluation_periods: numberIn("EvaluationPeriods"),
      period: numberIn("Period"),
      threshold: numberIn("Threshold"),
    },
  };
}
