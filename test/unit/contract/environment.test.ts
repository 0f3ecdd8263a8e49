/** Selection of the environment for a command. */
import { chooseEnvironment } from "../../../contract/environment";

const choose = (names: readonly string[], wanted: string | undefined) =>
  chooseEnvironment(names, wanted, (message, choices) => new Error(`${message} (${choices})`));

test("chooses the only environment, or the wanted one", () => {
  expect(choose(["prod"], undefined)).toBe("prod");
  expect(choose(["prod"], "prod")).toBe("prod");
  expect(choose(["dev", "prod"], "dev")).toBe("dev");
});

test.each([
  [["dev", "prod"], undefined, "There is more than one environment. (dev, prod)"],
  [["dev", "prod"], "test", "There is no environment test. (dev, prod)"],
  [["dev"], "prod", "There is no environment prod. (dev)"],
  [[], undefined, "There is no environment. (undefined)"],
  [[], "prod", "There is no environment. (undefined)"],
])("rejects environments %j with %s wanted", (names, wanted, message) => {
  expect(() => choose(names, wanted)).toThrow(message);
});
