/** What the adapters use to create resources. */
import type { Store } from "../../api/store";
import type { Arguments } from "../arguments";

export interface AdapterContext {
  readonly store: Store;
  /** By ARN. Permissions are added to them as they are read. */
  readonly functions: Map<string, FunctionDraft>;
  /** Creates everything that a deployment is a snapshot of. */
  readonly createDefinition: () => void;
  /** A resource's tags, merged with the provider's default tags. */
  readonly tags: (args: Arguments) => Record<string, string>;
  readonly warn: (warning: string) => void;
}

export interface FunctionDraft {
  readonly functionName: string;
  readonly zipFile: string;
  readonly handler: string;
  readonly environmentVariables: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly allowedSourceArns: string[];
}
