/** What a secret looks like, and which values are so ordinary that hiding them would only garble a text. */

/** Texts of a form that only secrets have. A group, where there is one, is the secret part. */
const FORMS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?/g,
  /(?<![\w-])eyJ[\w-]{5,}\.eyJ[\w-]{5,}(?:\.[\w-]*)?/g, // JSON Web Tokens
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\b(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|[rs]k_live_|npm_|AIza)[\w-]{16,}/g,
  /[a-z][a-z0-9+.-]{0,20}:\/\/[^\s/?#@:]*:([^\s/?#@]+)@/gi,
];

/** Long enough to be a key of 128 bits or more. UUIDs are shorter in each part: they are names of things. */
const HEX = /^[0-9a-f]{32,}$/i;
const WORD = /[A-Za-z0-9+/_-]{24,}={0,2}/g;
/** A digest is published. */
const DIGEST = /\bsha(?:1|256|384|512)[:-][\w+/=-]+/gi;
const CLASSES = /[a-z]+|[A-Z]+|[0-9]+|[^A-Za-z0-9]+/g;

/**
 * The parts of a text that look like secrets: keys, tokens, passwords in URLs, long random words.
 *
 * @example secretsIn("postgres://app:hunter2@db/prices") // ["hunter2"]
 */
export function secretsIn(text: string): string[] {
  const found = FORMS.flatMap((form) => [...text.matchAll(form)].map(([whole, part]) => part ?? whole));
  const words = text.replace(DIGEST, " ").match(WORD) ?? [];
  // A slash is a character of base64, and separates the names of a path.
  const random = words.flatMap((word) => [word, ...word.split("/")]).filter(isRandom);
  return [...new Set([...found, ...random])];
}

export const looksSecret = (text: string): boolean => secretsIn(text).length > 0;

/** Random characters change between kinds (small, capital, digit) far more often than names do, `CamelCase2` included. */
function isRandom(word: string): boolean {
  if (word.length < 24 || new Set(word).size < 8) return false;
  if (HEX.test(word)) return true;
  const changes = (word.match(CLASSES)?.length ?? 1) - 1;
  if (/[a-z]/.test(word) && /[A-Z]/.test(word)) return changes / word.length >= 0.4;
  // Without capitals only longer words: a Cognito client's id, which is public, has 26 characters.
  return word.length >= 40 && /^[a-z0-9]+$/.test(word) && changes / word.length >= 0.3;
}

const ORDINARY = new Set(
  (
    "true false yes no on off null none undefined enabled disabled default auto always never " +
    "prod production staging stage test testing dev develop development local main master latest debug info warn error"
  ).split(" "),
);
/** Shorter values occur in ordinary text. */
const SHORTEST = 4;

/** Whether a value is too short or too common to be a secret: `1`, `true`, `prod`, `us-east-1`. */
export const isOrdinary = (value: string): boolean =>
  value.trim().length < SHORTEST ||
  ORDINARY.has(value.trim().toLowerCase()) ||
  /^\d{1,5}$/.test(value) ||
  /^[a-z]{2}(-[a-z]+)+-\d$/.test(value);
