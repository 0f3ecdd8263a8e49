/**
 * The page as HTML: its script and style in one file. In a bundle, the plugin of `build-page.mjs` has replaced this module by
 * its result. From the sources, as in tests, the page is built at the first request.
 */
import type { BuiltPage } from "./build-page.mjs";

let built: Promise<BuiltPage> | undefined;

/** Returns the page, with `{{nonce}}` in place of the nonce of its script and style. */
export function pageHtml(): Promise<string> {
  built ??= import("./build-page.mjs").then(({ buildPage }) => buildPage());
  return built.then(({ html }) => html);
}
