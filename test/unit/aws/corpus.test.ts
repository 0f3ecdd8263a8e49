/** One corpus of AWS's expressions for the three that read them: gateway.yaml, the control plane and the data plane. */
import { byConfiguration } from "../../support/aws/by-configuration";
import { byControlPlane } from "../../support/aws/by-control-plane";
import { byDataPlane } from "../../support/aws/by-data-plane";
import type { Kind } from "../../support/aws/kinds";
import { CORPUS, type Row } from "./corpus";

const KINDS = Object.keys(CORPUS) as Kind[];
/** Kinds that gateway.yaml has no place for. */
const NOT_CONFIGURED: readonly Kind[] = ["model selection", "API key selection", "response parameter"];

describe.each(KINDS)("%s", (kind) => {
  const rows: readonly Row[] = CORPUS[kind];
  const candidates = rows.flatMap(({ gives }) => (typeof gives === "string" ? [gives] : []));

  test.each(rows.map((row) => [row.text, row.on ?? "chat", row] as const))("%j on %s", async (text, on, row) => {
    const place = kind === "mapping target" && !/^integration\.request\.(querystring|header|path)\./.test(text);
    const configured = NOT_CONFIGURED.includes(kind) || place ? undefined : row.takes && row.config === undefined;
    const given = await byDataPlane(kind, text, on, candidates);
    expect({
      configuration: byConfiguration(kind, text, on),
      controlPlane: byControlPlane(kind, text),
      dataPlane: row.takes ? given : given || undefined,
    }).toEqual({
      configuration: configured,
      controlPlane: row.takes,
      dataPlane: typeof row.gives === "object" ? expect.stringMatching(row.gives) : row.gives,
    });
  });
});

test("at least 150 different expressions", () => {
  const texts = KINDS.flatMap((kind) => CORPUS[kind].map(({ text }) => `${kind} ${text}`));
  expect(new Set(texts).size).toBeGreaterThanOrEqual(150);
});
