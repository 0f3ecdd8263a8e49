/** The local gateway with a synthesized stack and its bundled authorizer. */
import { connectable } from "../../local/server/entry-points";
import { serve } from "../../local/server/serve";

async function main([backend = "", stack = "", mode]: readonly string[]): Promise<void> {
  const server = await serve({ inspector: mode === "inspected", limits: { clientBufferBytes: 1 << 24 } });
  server.load(stack, new Map([["*", backend]]));
  const [entry] = server.entryPoints;
  if (entry) console.log(`ready ${connectable(entry).url} ${entry.endpoint}/@connections`);
}

// The processes and folders of functions end with this process.
process.once("SIGTERM", () => process.exit());
void main(process.argv.slice(2));
