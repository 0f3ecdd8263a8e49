/** Every line of the attack list, one by one. */
import { ATTACKS } from "./cases/attacks";
import * as subject from "./subject";

describe("attacks", () => {
  test.each(ATTACKS.map(({ name, run }) => [name, run] as const))("%s", (_name, run) => run(subject));
});
