/** Every line of the attack list, one by one. */

import * as subject from "../../support/authorizer/subject";
import { ATTACKS } from "./cases/attacks";

describe("attacks", () => {
  test.each(ATTACKS.map(({ name, run }) => [name, run] as const))("%s", (_name, run) => run(subject));
});
