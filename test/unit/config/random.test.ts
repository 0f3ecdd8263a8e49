/** The random configurations that the long tests deploy are valid. */
import * as fc from "fast-check";
import { parseConfig } from "../../../config";
import { configurations, SEED } from "../../support/changes/configuration";

test(`random configurations have no mistake, SEED=${SEED}`, () => {
  const surroundings = {
    backend: "https://api.example.com",
    functionArn: "arn:aws:lambda:us-east-1:123456789012:function:mine",
  };
  const isValid = (configuration: object) =>
    parseConfig(JSON.stringify(configuration), "gateway.yaml", () => "", { local: true }).environments.length === 1;
  fc.assert(fc.property(configurations(surroundings), isValid), { seed: SEED, numRuns: 300 });
});
