/** The secret header of an API, whose value must not be in a file: Terraform has it as a sensitive variable. */
import { parseMappingTarget } from "../../aws/parameter-mapping";
import { DEFAULTS } from "../../contract/defaults";
import { looksSecret } from "../../terminal/secret-look";
import type { Live } from "./live";

export interface OriginSecret {
  readonly header: string;
  readonly value: string;
}

/** Returns the header that every request to the backend has with the same secret text. */
export function originSecretOf(
  { integrations }: Pick<Live, "integrations">,
  backendUrl: string,
): OriginSecret | undefined {
  const secrets = integrations
    .filter(
      ({ integrationType, integrationUri }) => /^HTTP/.test(integrationType) && integrationUri?.startsWith(backendUrl),
    )
    .map(({ requestParameters }) => Object.entries(requestParameters).flatMap(secretOf));
  const [first = []] = secrets;
  return first.find(({ header, value }) =>
    secrets.every((each) => each.some((other) => other.header === header && other.value === value)),
  );
}

/** The values that stacks/secrets.ts accepts. */
const ACCEPTED = /^[\w.~+/=-]{32,256}$/;

function secretOf([text, source]: readonly [string, string]): OriginSecret[] {
  const target = parseMappingTarget(text);
  const value = /^'(.*)'$/.exec(source)?.[1];
  if (target?.location !== "header" || value === undefined) return [];
  const isSecret = target.name === DEFAULTS.originSecretHeader || looksSecret(value);
  return isSecret && ACCEPTED.test(value) ? [{ header: target.name, value }] : [];
}
