/** How keys are fetched, kept and given up. */

import * as subject from "../../support/authorizer/subject";
import { JWKS_BEHAVIOUR } from "./cases/jwks-behaviour";

describe("JWKS behaviour", () => {
  test.each(JWKS_BEHAVIOUR.map(({ name, run }) => [name, run] as const))("%s", (_name, run) => run(subject));
});
