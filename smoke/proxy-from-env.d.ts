/** Types of the package proxy-from-env, which has none. */
declare module "proxy-from-env" {
  /** Returns the proxy for a URL by the variables of `process.env`, or an empty string. */
  export function getProxyForUrl(url: string): string;
}
