/** Types of build-page.mjs. */
import type { Plugin } from "esbuild";

export interface BuiltPage {
  readonly html: string;
  /** Paths of the sources, relative to the project's folder. */
  readonly inputs: readonly string[];
}

export function buildPage(): Promise<BuiltPage>;
export function inspectorPage(onBuilt?: (page: BuiltPage) => void): Plugin;
