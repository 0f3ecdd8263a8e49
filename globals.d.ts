/**
 * The standard library types `Object.fromEntries` of anything but pairs as `any`, which no linter sees. Declarations that
 * are merged in later come first: with these it is `unknown`.
 */
interface ObjectConstructor {
  fromEntries<T>(entries: Iterable<readonly [PropertyKey, T]>): { [key: string]: T };
  fromEntries(entries: Iterable<readonly unknown[]>): unknown;
}

/** The types of undici are for its index only. */
declare module "undici/lib/dispatcher/pool.js" {
  import { Pool } from "undici";
  export default Pool;
}

/** The JSON Schemas of HAR 1.2 by name. The package has no types. */
declare module "har-schema" {
  const schemas: Readonly<Record<string, { readonly $id: string }>>;
  export = schemas;
}
