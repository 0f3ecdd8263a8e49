/** Keeps secrets out of everything that is printed: values that are known, and whatever a name marks as a secret. */

const SECRET_NAME =
  /token|secret|passw(or)?d|authorization|cookie|signature|credential|jwt|(api|access|private|encryption|customer)[-_]?key/i;
/** Such names say where a secret is, or how it is handled: `token_file_path`, `kms_encryption_key`. */
const NO_SECRET = /[-_](files?|path|validation)$|^kms[-_]/i;
/** Shorter values would mask ordinary text. */
const SHORTEST = 4;

/** Whether a parameter, header or setting of this name holds a secret. The one list of such names. */
export const isSecretName = (name: string): boolean => SECRET_NAME.test(name) && !NO_SECRET.test(name);

/** A function that replaces every given value, raw or percent-encoded, by `***`. */
export function masker(secrets: readonly string[]): (text: string) => string {
  const forms = secrets
    .filter((secret) => secret.length >= SHORTEST)
    .flatMap((secret) => [secret, encodeURIComponent(secret), new URLSearchParams({ s: secret }).toString().slice(2)]);
  // The longest first: one secret may contain another.
  const ordered = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return (text) => ordered.reduce((masked, secret) => masked.replaceAll(secret, "***"), text);
}

/** The URL without user information, and with `***` for the values of parameters that {@link isSecretName} names. */
export function maskUrl(text: string): string {
  if (!URL.canParse(text)) return text.split("?", 1).join("");
  const url = new URL(text);
  const query = [...url.searchParams].map(([name, value]) => {
    const shown = isSecretName(name) ? "***" : encodeURIComponent(value).replaceAll("%2C", ",");
    return `${encodeURIComponent(name)}=${shown}`;
  });
  return `${url.protocol}//${url.host}${url.pathname}${query.length ? `?${query.join("&")}` : ""}`;
}

/** A request whose parts may hold secrets. */
export interface SecretHolder {
  readonly url: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Values that are secret whatever their name is. */
  readonly secrets?: readonly string[] | undefined;
}

/** The values in a request that must not be shown, for {@link masker}. */
export function secretsOf({ url: text, query = {}, headers = {}, secrets = [] }: SecretHolder): string[] {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const pairs = [...(url?.searchParams ?? []), ...Object.entries(query), ...Object.entries(headers)];
  const named = pairs.filter(([name]) => isSecretName(name)).map(([, value]) => value);
  return [...secrets, ...named, ...(url?.password ? [url.password, decoded(url.password)] : [])];
}

/** A password with a lone % is taken as it stands. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
