/** The local gateway as it is run: a synthesized stack, its authorizer's zip in a process of its own, mappings, checks. */
import { connectableUrl } from "../../local/server/entry-points";
import { serve } from "../../local/server/serve";

async function main([backend = "", stack = "", mode]: readonly string[]): Promise<void> {
  const server = await serve({ inspector: mode === "inspected", limits: { clientBufferBytes: 1 << 24 } });
  server.load(stack, new Map([["*", backend]]));
  const [entry] = server.entryPoints;
  if (entry) console.log(`ready ${connectableUrl(entry)} ${entry.endpoint}/@connections`);
}

// The functions' processes and folders go with this one.
process.once("SIGTERM", () => process.exit());
void main(process.argv.slice(2));
