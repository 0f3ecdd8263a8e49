/** Reads the alias records of Route 53 that point at the custom domain names of an API. */
import { partitionOf } from "../../aws/endpoints";
import { type AwsReader, elements } from "./client";
import type { LiveMapping, LiveRecord } from "./live";

const PATH = "/2013-04-01";

/** Reads the records in the public zones of this account. A domain name that other mappings share belongs to its owner. */
export async function readRecords(aws: AwsReader, mappings: readonly LiveMapping[]): Promise<readonly LiveRecord[]> {
  const own = mappings.filter(({ isShared }) => !isShared);
  return (await Promise.all(own.map(({ domain }) => recordsOf(aws, domain.domainName)))).flat();
}

async function recordsOf(aws: AwsReader, name: string): Promise<readonly LiveRecord[]> {
  const labels = name.split(".");
  const parents = labels.slice(0, -1).map((_, index) => labels.slice(index).join("."));
  const zones = (await Promise.all(parents.map((parent) => zonesNamed(aws, parent)))).flat();
  return (await Promise.all(zones.map((zone) => aliasesIn(aws, zone, name)))).flat();
}

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByName.html */
async function zonesNamed(aws: AwsReader, name: string): Promise<readonly string[]> {
  const found = await aws.text({
    service: "route53",
    path: `${PATH}/hostedzonesbyname`,
    query: { dnsname: name, maxitems: "20" },
    permission: "route53:ListHostedZonesByName on *",
  });
  return elements(found ?? "", "HostedZone")
    .filter((zone) => elements(zone, "Name")[0] === `${name}.` && elements(zone, "PrivateZone")[0] !== "true")
    .map((zone) => (elements(zone, "Id")[0] ?? "").replace("/hostedzone/", ""));
}

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListResourceRecordSets.html */
async function aliasesIn(aws: AwsReader, zoneId: string, name: string): Promise<readonly LiveRecord[]> {
  const found = await aws.text({
    service: "route53",
    path: `${PATH}/hostedzone/${zoneId}/rrset`,
    // The records of a name are sorted by type: A is first.
    query: { name, type: "A", maxitems: "20" },
    permission: `route53:ListResourceRecordSets on arn:${partitionOf(aws.region)}:route53:::hostedzone/${zoneId}`,
  });
  return elements(found ?? "", "ResourceRecordSet").flatMap((record): LiveRecord[] => {
    const [alias] = elements(record, "AliasTarget");
    if (alias === undefined || withoutDot(elements(record, "Name")[0]) !== name) return [];
    return [
      {
        zoneId,
        name,
        type: elements(record, "Type")[0] ?? "",
        target: withoutDot(elements(alias, "DNSName")[0]),
        targetZoneId: elements(alias, "HostedZoneId")[0] ?? "",
        evaluatesHealth: elements(alias, "EvaluateTargetHealth")[0] === "true",
      },
    ];
  });
}

const withoutDot = (name = ""): string => name.replace(/\.$/, "");
