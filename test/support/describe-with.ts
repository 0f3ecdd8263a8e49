/** `describe` for tests that need programs that may not be installed. */
import { isInstalled, type Tool } from "../../harness/tools";

/** Skips the tests if a tool is missing, and names it. With REQUIRE_TOOLS set, as in `.ci/run`, the tests fail instead. */
export function describeWith(tools: readonly Tool[], title: string, body: () => void): void {
  const missing = tools.filter((tool) => !isInstalled(tool));
  if (missing.length === 0) describe(title, body);
  else if (process.env.REQUIRE_TOOLS) {
    describe(title, () =>
      test("has its tools", () => {
        throw new Error(`not found on this machine: ${missing.join(", ")}`);
      }),
    );
  } else describe.skip(`${title} (skipped: ${missing.join(", ")} not found)`, body);
}
