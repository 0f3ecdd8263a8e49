/** RFC 8725, section by section, and what API Gateway makes of the answers. */

import * as subject from "../../support/authorizer/subject";
import { RFC8725 } from "./cases/rfc8725";

describe("RFC 8725", () => {
  test.each(RFC8725.map(({ name, run }) => [name, run] as const))("%s", (_name, run) => run(subject));
});
