/** The stack's outputs, read from the state. */

import * as z from "zod";
import { OUTPUTS, type Output } from "../../contract/names";
import { isOrdinary } from "../../terminal/secret-look";
import { ActionFailure } from "./failure";
import { redact, textsIn } from "./secrets";

const output = z.object({ sensitive: z.boolean().default(false), value: z.unknown() });
const document = z.record(z.string(), output);

export interface StackOutputs {
  readonly endpoint: string;
  readonly url: string;
  readonly apiId: string;
  readonly stage: string;
  readonly region: string | undefined;
  readonly all: Readonly<Record<string, { readonly sensitive: boolean; readonly value: unknown }>>;
}

const REQUIRED = ["endpoint", "url", "apiId", "stage"] as const;

/** @throws ActionFailure `outputs-missing` */
export function readOutputs(json: unknown): StackOutputs {
  const all = document.parse(json);
  const text = (output: Output) => z.string().min(1).safeParse(all[OUTPUTS[output][0]]?.value).data;
  const missing = REQUIRED.filter((output) => text(output) === undefined).map((output) => OUTPUTS[output][0]);
  if (missing.length > 0) {
    throw new ActionFailure("outputs-missing", `The state has no output ${missing.join(", ")}.`, {
      hint: "If nothing is deployed yet, run mode deploy. Your own app must declare these outputs.",
    });
  }
  const [endpoint = "", url = "", apiId = "", stage = ""] = REQUIRED.map(text);
  return { endpoint, url, apiId, stage, region: text("region"), all };
}

/** Returns the outputs to publish, by name. Sensitive ones are left out unless `sensitive` is true, and are then not masked. */
export function publishable(outputs: StackOutputs, sensitive: boolean): Record<string, unknown> {
  const shown = Object.entries(outputs.all).filter(([, found]) => sensitive || !found.sensitive);
  return Object.fromEntries(shown.map(([name, found]) => [name, found.sensitive ? found.value : redact(found.value)]));
}

/** Returns every text within the sensitive outputs, for the runner to mask. Masking a `1` would mask every 1 in the log. */
export function sensitiveTexts(outputs: StackOutputs): string[] {
  const texts = Object.values(outputs.all).flatMap(({ sensitive, value }) => (sensitive ? textsIn(value) : []));
  return texts.filter((text) => !isOrdinary(text));
}
