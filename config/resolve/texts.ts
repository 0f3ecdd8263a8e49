/** Reports texts with `${…}` or `%{…}`, which Terraform would evaluate as templates. */
import { SUBSTITUTION } from "../check/hints";
import type { Path } from "../document/tree";
import type { Scope } from "./scope";

/** Settings in which AWS's syntax has `${…}`, or which have a more precise check. The stack escapes them for Terraform. */
const OWN_LANGUAGE = new Set([
  "requestTemplates",
  "templates",
  "templateSelectionExpression",
  "routeSelectionExpression",
  "identitySources",
  "query",
  "headers",
  "path",
  "state",
  "adopted",
]);

export function checkTexts(value: unknown, { report }: Pick<Scope, "report">, path: Path = []): void {
  if (typeof value === "string") {
    if (/[$%]\{/.test(value)) report(path, "Terraform would evaluate `${` or `%{` as a template.", SUBSTITUTION);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      const at = [...path, Array.isArray(value) ? Number(key) : key];
      if (/[$%]\{/.test(key)) report.key(at, "Terraform would evaluate `${` or `%{` as a template.", SUBSTITUTION);
      else if (!OWN_LANGUAGE.has(key)) checkTexts(inner, { report }, at);
    }
  }
}
