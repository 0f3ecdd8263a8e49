/** Which environment a command is for. */
import { chooseEnvironment } from "../../../contract/environment";

const choose = (names: readonly string[], wanted: string | undefined) =>
  chooseEnvironment(names, wanted, (message, choices) => new Error(`${message} (${choices})`));

test("is the only one there is, or the one that was named", () => {
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
])("of %j cannot be %s", (names, wanted, message) => {
  expect(() => choose(names, wanted)).toThrow(message);
});
