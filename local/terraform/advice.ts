/**
 * Warnings about mistakes that Terraform accepts and that have an effect only on AWS: locally, everything is created in the
 * right order.
 */
import type { Document } from "./document";
import type { Value } from "./values";

const IN_DEPLOYMENT = /^aws_apigatewayv2_(route|integration|integration_response|route_response)$/;

export function advise(document: Document): string[] {
  const deployments = Object.keys(document.resource.aws_apigatewayv2_deployment ?? {});
  return deployments.flatMap((name) => [...withoutTriggers(document, name), ...tooEarly(document, name)]);
}

/** https://github.com/hashicorp/terraform-provider-aws/issues/12961 */
function withoutTriggers(document: Document, name: string): string[] {
  if (document.resource.aws_apigatewayv2_deployment?.[name]?.triggers !== undefined) return [];
  return [
    `aws_apigatewayv2_deployment.${name} has no triggers: on AWS, later changes of the API will not be deployed. Add a hash of the API's resources as triggers`,
  ];
}

/** Terraform creates resources without a dependency in any order, and a deployment is a snapshot of what exists then. */
function tooEarly(document: Document, name: string): string[] {
  const before = dependencies(document, `aws_apigatewayv2_deployment.${name}`);
  return Object.entries(document.resource)
    .filter(([type]) => IN_DEPLOYMENT.test(type))
    .flatMap(([type, named]) => Object.keys(named).map((one) => `${type}.${one}`))
    .filter((address) => !before.has(address))
    .map(
      (address) =>
        `aws_apigatewayv2_deployment.${name} does not depend on ${address}: on AWS, the deployment may be created without it. Add it to depends_on`,
    );
}

/** Addresses of the resources that Terraform creates before this one. */
function dependencies({ resource }: Document, address: string): Set<string> {
  const found = new Set<string>();
  const visit = (current: string) => {
    const [type = "", name = ""] = current.split(".");
    for (const text of strings(resource[type]?.[name] ?? null)) {
      for (const [reference, toType = "", toName = ""] of text.matchAll(/([a-z]\w*_\w+)\.([\w-]+)/g)) {
        if (resource[toType]?.[toName] === undefined || found.has(reference)) continue;
        found.add(reference);
        visit(reference);
      }
    }
  };
  visit(address);
  return found;
}

function strings(value: Value): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(strings) : [];
}
