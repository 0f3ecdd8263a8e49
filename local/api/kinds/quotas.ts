/**
 * How many and how large an API's resources may be; all per API. What may be raised on request is as it is before that.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 */
import { badRequest } from "../error";

export const QUOTAS = {
  routes: 300,
  integrations: 300,
  authorizers: 10,
  stages: 10,
  mappingTemplateBytes: 300 * 1024,
  /** The API's own model says 1,024 characters; the larger of the two, so that nothing that may be right is refused. */
  accessLogFormatBytes: 3 * 1024,
} as const;

export function checkTemplates(templates: Readonly<Record<string, string>> = {}): void {
  for (const [key, template] of Object.entries(templates)) {
    if (Buffer.byteLength(template) > QUOTAS.mappingTemplateBytes) {
      throw badRequest(`The mapping template ${key} is larger than 300 KB`);
    }
  }
}
