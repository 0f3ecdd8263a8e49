/** Names that other programs rely on. A change here is a change of the contract. */
import { CONTRACT_VERSION, OUTPUTS, VARIABLES, variableIn } from "../../../contract/names";

test("outputs keep their names within a version", () => {
  expect({ version: CONTRACT_VERSION, names: Object.values(OUTPUTS).map(([name]) => name) }).toEqual({
    version: "1",
    names: [
      "WS_API_ENDPOINT",
      "WS_URL",
      "WS_DOMAIN_URL",
      "WS_DOMAIN_TARGET",
      "API_ID",
      "STAGE",
      "REGION",
      "EXECUTION_ARN",
      "CONNECTIONS_POLICY_ARN",
      "AUTHORIZER_FUNCTION_NAME",
      "INVOKE_POLICY",
      "CONTRACT_VERSION",
    ],
  });
});

test("returns a variable's value from TF_VAR_<name>", () => {
  expect(variableIn({ TF_VAR_origin_secret: "a" }, VARIABLES.originSecret)).toBe("a");
  expect(variableIn({ origin_secret: "a" }, VARIABLES.originSecret)).toBeUndefined();
});
