/** What resources are made with, and where they go. */
import type { Store } from "../../api/store";
import type { Arguments } from "../arguments";

export interface AdapterContext {
  readonly store: Store;
  /** Functions and the permissions to invoke them, to be put together at the end. */
  readonly functions: Map<string, FunctionDraft>;
  /** Makes everything that a deployment freezes. */
  readonly createDefinition: () => void;
  /** A resource's tags, with the provider's default tags. */
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
