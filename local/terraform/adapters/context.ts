/** The objects with which the adapters create resources. */
import type { Store } from "../../api/store";
import type { Arguments } from "../arguments";

export interface AdapterContext {
  readonly store: Store;
  /** Functions by ARN. Reading a permission adds it to its function. */
  readonly functions: Map<string, FunctionDraft>;
  /** Creates all resources that belong to a deployment's snapshot. */
  readonly createDefinition: () => void;
  /** Returns a resource's tags, merged with the provider's default tags. */
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
