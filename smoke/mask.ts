/** Keeps secrets out of everything that is printed: tokens, and whatever a URL's or header's name says is one. */

const SECRET_NAME = /token|secret|password|passwd|authorization|cookie|api[-_]?key|signature|credential/i;
const SHORTEST = 4;

export const isSecretName = (name: string): boolean => SECRET_NAME.test(name);

/** A function that replaces every given value, raw or percent-encoded, by `***`. */
export function masker(secrets: readonly string[]): (text: string) => string {
  const forms = secrets
    .filter((secret) => secret.length >= SHORTEST)
    .flatMap((secret) => [secret, encodeURIComponent(secret), new URLSearchParams({ s: secret }).toString().slice(2)]);
  // The longest first: one secret may hold another.
  const ordered = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return (text) => ordered.reduce((masked, secret) => masked.replaceAll(secret, "***"), text);
}

/** The URL with user information and the values of secret-looking parameters replaced. */
export function maskUrl(text: string): string {
  if (!URL.canParse(text)) return text.split("?", 1).join("");
  const url = new URL(text);
  const query = [...url.searchParams].map(([name, value]) => {
    const shown = isSecretName(name) ? "***" : encodeURIComponent(value).replaceAll("%2C", ",");
    return `${encodeURIComponent(name)}=${shown}`;
  });
  return `${url.protocol}//${url.host}${url.pathname}${query.length ? `?${query.join("&")}` : ""}`;
}

/** Values of options that must not be shown. */
export function secretsOf(options: {
  url: string;
  query?: Readonly<Record<string, string>> | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  secrets?: readonly string[] | undefined;
}): string[] {
  const url = URL.canParse(options.url) ? new URL(options.url) : undefined;
  const pairs = [
    ...(url?.searchParams ?? []),
    ...Object.entries(options.query ?? {}),
    ...Object.entries(options.headers ?? {}),
  ];
  const named = pairs.filter(([name]) => isSecretName(name)).map(([, value]) => value);
  return [...(options.secrets ?? []), ...named, ...(url?.password ? [url.password, decoded(url.password)] : [])];
}

/** A password with a lone % is taken as it stands. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
