/** Recognizes secrets by their form, and values that are too ordinary to be secret. */

/** Forms that only secrets have. If a pattern has a group, the group is the secret. */
const FORMS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?/g,
  /(?<![\w-])eyJ[\w-]{5,}\.eyJ[\w-]{5,}(?:\.[\w-]*)?/g, // JSON Web Tokens
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\b(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|[rs]k_(?:live|test)_|sb_secret_|GOCSPX-|npm_|AIza)[\w-]{16,}/g,
  /(?<![\w~.-])[\w~.-]{3}[78]Q~[\w~.-]{31,34}/g, // client secrets of Microsoft Entra ID
  /[a-z][a-z0-9+.-]{0,20}:\/\/[^\s/?#@:]*:([^\s/?#]+)@/gi,
];

/** Characters of the shortest secret without a name, a JSON Web Token. A password in a URL may be shorter. */
const SHORTEST_FORM = 17;

/** Keys of 128 bits or more. UUIDs, which are not secret, do not match because of their hyphens. */
const HEX = /^[0-9a-f]{32,}$/i;
const WORD = /[A-Za-z0-9+/_-]{24,}={0,2}/g;
/** Not secret: digests, ARNs, and the User-Agent of API Gateway, which contains the API's id. */
const PUBLIC =
  /\barn:aws[a-z-]*:[\w-]*:[\w-]*:\d*:[\w:/.-]+|\bsha(?:1|256|384|512)[:-][\w+/=-]+|\bAmazonAPIGateway_[a-z0-9]{10}\b/gi;
const CLASSES = /[a-z]+|[A-Z]+|[0-9]+|[^A-Za-z0-9]+/g;

/**
 * Returns the parts of a text that look like secrets: keys, tokens, passwords in URLs, long random words.
 *
 * @example secretsIn("postgres://app:hunter2@db/prices") // ["hunter2"]
 */
export function secretsIn(text: string): string[] {
  // The local gateway masks every header and value that it shows, and most are short.
  if (text.length < SHORTEST_FORM && !text.includes("://")) return [];
  const found = tokensIn(text);
  const words = text.replace(PUBLIC, " ").match(WORD) ?? [];
  if (found.length + words.length === 0) return [];
  // A slash may be a character of base64 or separate the names of a path, so both readings are checked.
  const random = words.flatMap((word) => [word, ...word.split("/")]).filter(isRandom);
  return [...new Set([...found, ...random])];
}

/** Returns the parts of a text that have a form which only secrets have. */
export const tokensIn = (text: string): string[] =>
  FORMS.filter((form) => text.search(form) >= 0).flatMap((form) =>
    [...text.matchAll(form)].map(([whole, part]) => part ?? whole),
  );

/** Returns whether a part of the text looks like a secret. */
export const looksSecret = (text: string): boolean => secretsIn(text).length > 0;

/**
 * Returns whether a word looks random. Random text changes between kinds of characters (small, capital, digit) far more
 * often than names do, even names such as `CamelCase2`.
 */
function isRandom(word: string): boolean {
  if (word.length < 24 || new Set(word).size < 8) return false;
  if (HEX.test(word)) return true;
  const changes = (word.match(CLASSES)?.length ?? 1) - 1;
  if (/[a-z]/.test(word) && /[A-Z]/.test(word)) return changes / word.length >= 0.4;
  // Words without capitals must be longer: the id of a Cognito client, which is public, has 26 characters.
  return word.length >= 40 && /^[a-z0-9]+$/.test(word) && changes / word.length >= 0.3;
}

const ORDINARY = new Set(
  (
    "true false yes no on off null none undefined enabled disabled default auto always never " +
    "prod production staging stage test testing dev develop development local main master latest debug info warn error"
  ).split(" "),
);
/** Minimum length of a secret. Shorter values occur in ordinary text. */
const SHORTEST = 4;

/** Returns whether a value is too short or too common to be a secret, such as `1`, `true`, `prod`, `us-east-1`. */
export const isOrdinary = (value: string): boolean =>
  value.trim().length < SHORTEST ||
  ORDINARY.has(value.trim().toLowerCase()) ||
  /^\d{1,5}$/.test(value) ||
  /^[a-z]{2}(-[a-z]+)+-\d$/.test(value);
