/**
 * The client's handshake request: headers and query string, in the form in which API Gateway passes them to authorizers,
 * mappings and Lambda integrations.
 */
import { parseQuery, type Query } from "./query";

export interface HeaderMaps {
  readonly headers: Readonly<Record<string, string>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
}

/** Headers that only the authorizer's event has, not the integration's (observed in published sample events). */
const AUTHORIZER_ONLY = new Set(["connection", "upgrade", "content-length"]);
/** Headers that API Gateway sets. The client's values are dropped. */
const OWN = new Set(["x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"]);

export class ClientRequest {
  #query: Query | undefined;

  constructor(
    /** Alternating names and values, as the client wrote them. */
    readonly rawHeaders: readonly string[],
    /** Query string without `?`. */
    readonly rawQuery: string,
    readonly sourceIp: string,
    readonly traceId: string,
    /** Path as sent, without the query string. */
    readonly rawPath = "/",
  ) {}

  get query(): Query {
    this.#query ??= parseQuery(this.rawQuery);
    return this.#query;
  }

  /** Returns the last value of a header. Names are case-insensitive. */
  header(name: string): string | undefined {
    const wanted = name.toLowerCase();
    for (let i = this.rawHeaders.length - 2; i >= 0; i -= 2) {
      if (this.rawHeaders[i]?.toLowerCase() === wanted) return this.rawHeaders[i + 1];
    }
    return undefined;
  }

  headerValues(name: string): string[] {
    const wanted = name.toLowerCase();
    return this.rawHeaders.filter((_, i) => i % 2 === 1 && this.rawHeaders[i - 1]?.toLowerCase() === wanted);
  }

  /** The client's X-Forwarded-For with the client's address appended. */
  get forwardedFor(): string {
    const given = this.headerValues("x-forwarded-for");
    return given.length === 0 ? this.sourceIp : [...given, this.sourceIp].join(", ");
  }

  /** Returns the headers of an event. Port and scheme are always 443 and https, because API Gateway has no others. */
  headerMaps(audience: "authorizer" | "integration"): HeaderMaps {
    const headers: Record<string, string> = Object.create(null);
    const multiValueHeaders: Record<string, string[]> = Object.create(null);
    const add = (name: string, value: string): void => {
      headers[name] = value;
      const values = multiValueHeaders[name];
      if (values === undefined) multiValueHeaders[name] = [value];
      else values.push(value);
    };
    for (let i = 0; i + 1 < this.rawHeaders.length; i += 2) {
      const name = this.rawHeaders[i] ?? "";
      const lower = name.toLowerCase();
      if (OWN.has(lower) || AUTHORIZER_ONLY.has(lower)) {
        if (audience === "authorizer" && lower === "upgrade") add(name, this.rawHeaders[i + 1] ?? "");
        if (audience === "authorizer" && lower === "connection") add(name, "upgrade");
        continue;
      }
      add(name, this.rawHeaders[i + 1] ?? "");
    }
    if (audience === "authorizer") add("content-length", "0");
    add("X-Amzn-Trace-Id", this.traceId);
    add("X-Forwarded-For", this.forwardedFor);
    add("X-Forwarded-Port", "443");
    add("X-Forwarded-Proto", "https");
    return { headers, multiValueHeaders };
  }
}
