/** Checks that configuration, control plane and data plane give the same verdict on every expression of the corpus. */
import { byConfiguration } from "../../support/aws/by-configuration";
import { byControlPlane } from "../../support/aws/by-control-plane";
import { byDataPlane } from "../../support/aws/by-data-plane";
import type { Kind } from "../../support/aws/kinds";
import { CORPUS, type Row } from "./corpus";

const KINDS = Object.keys(CORPUS) as Kind[];
/** Kinds for which gateway.yaml has no option. */
const NOT_CONFIGURED: readonly Kind[] = ["model selection", "API key selection", "response parameter"];

describe.each(KINDS)("%s", (kind) => {
  const rows: readonly Row[] = CORPUS[kind];
  const candidates = rows.flatMap(({ result }) => (typeof result === "string" ? [result] : []));

  test.each(rows.map((row) => [row.text, row.on ?? "chat", row] as const))("%j on %s", async (text, on, row) => {
    const place = kind === "mapping target" && !/^integration\.request\.(querystring|header|path)\./.test(text);
    const configured = NOT_CONFIGURED.includes(kind) || place ? undefined : row.accepted && row.config === undefined;
    const given = await byDataPlane(kind, text, on, candidates);
    expect({
      configuration: byConfiguration(kind, text, on),
      controlPlane: byControlPlane(kind, text),
      dataPlane: row.accepted ? given : given || undefined,
    }).toEqual({
      configuration: configured,
      controlPlane: row.accepted,
      dataPlane: typeof row.result === "object" ? expect.stringMatching(row.result) : row.result,
    });
  });
});

test("the corpus has at least 150 different expressions", () => {
  const texts = KINDS.flatMap((kind) => CORPUS[kind].map(({ text }) => `${kind} ${text}`));
  expect(new Set(texts).size).toBeGreaterThanOrEqual(150);
});
