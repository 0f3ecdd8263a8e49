/** The resources of one kind in one place, such as the routes of an API: list, get, create, update and delete. */
import { notFound, quotaReached } from "./error";
import type { Generator, Kind } from "./kinds/kind";

export class Collection<T, Scope = unknown> {
  constructor(
    readonly kind: Kind<T, Scope>,
    private readonly entries: Map<string, T>,
    private readonly scope: Scope,
    private readonly generator: Generator,
    private readonly changed: (key: string) => void,
  ) {}

  list(): T[] {
    return [...this.entries.values()];
  }

  get(key: string): T {
    const resource = this.entries.get(key);
    if (resource === undefined) throw notFound(this.kind.name, key);
    return resource;
  }

  /** Validates `input`, which comes from a client, and creates a resource. @throws ApiError with AWS's message */
  create(input: unknown): T {
    const resource = this.kind.create(input, this.scope, this.generator);
    const key = this.kind.key(resource);
    if (this.entries.size >= (this.kind.quota ?? Number.POSITIVE_INFINITY)) throw quotaReached(this.kind.name);
    this.entries.set(key, resource);
    this.changed(key);
    return resource;
  }

  update(key: string, input: unknown): T {
    const resource = this.kind.update(this.get(key), input, this.scope, this.generator);
    this.entries.set(key, resource);
    this.changed(key);
    return resource;
  }

  /** Changes a resource in an operation other than an update, such as the removal of one entry of a map. */
  edit(key: string, change: (resource: T, scope: Scope) => T): void {
    this.entries.set(key, change(this.get(key), this.scope));
    this.changed(key);
  }

  delete(key: string): void {
    const resource = this.get(key);
    this.kind.beforeDelete?.(resource, this.scope);
    this.entries.delete(key);
    this.changed(key);
  }
}
