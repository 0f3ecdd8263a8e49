/** The property that every change of a configuration has, tested with real Terraform and the real provider. */
import type { Configuration } from "./configuration";
import type { DeployedEnvironment } from "./deployed";

/**
 * From one configuration to another and back: each deploy leaves nothing to do, keeps what others know of the API, and
 * serves what a first deploy would. A client that stays connected loses neither its connection nor a message.
 */
export async function changesThereAndBack(
  environment: DeployedEnvironment,
  { from, to }: { readonly from: Configuration; readonly to: Configuration },
): Promise<void> {
  if (JSON.stringify(environment.current) !== JSON.stringify(from)) await environment.deploy(from);
  const identity = await environment.identity();
  const stop = await environment.client();
  try {
    for (const next of [to, from]) {
      await environment.deploy(next);
      expect({ pending: await environment.pending(), of: next }).toEqual({ pending: [], of: next });
      expect({ identity: await environment.identity(), of: next }).toEqual({ identity, of: next });
      expect({ served: environment.served(), of: next }).toEqual({ served: environment.fresh(), of: next });
    }
  } finally {
    const { sent, ...received } = await stop();
    expect(received).toEqual({ arrived: sent, state: "open", failures: [] });
  }
}
