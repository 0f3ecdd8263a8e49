/** How keys are fetched, kept and given up. */
import { JWKS_BEHAVIOUR } from "./cases/jwks-behaviour";
import * as subject from "./subject";

describe("JWKS behaviour", () => {
  test.each(JWKS_BEHAVIOUR.map(({ name, run }) => [name, run] as const))("%s", (_name, run) => run(subject));
});
