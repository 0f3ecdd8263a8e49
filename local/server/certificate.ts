/**
 * A certificate for localhost, for clients that only use https:// and wss://, as those that build the endpoint from
 * `$context.domainName`. OpenSSL makes it on first use, as Node.js cannot; it is kept in the user's cache folder. It is its
 * own authority and no other certificate's (CA:FALSE), so that trusting it trusts this key alone.
 */
import { execFile } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { createSecureContext } from "node:tls";
import { promisify } from "node:util";
import { CodedError, messageOf } from "../../terminal/error";
import { disk, readFile } from "../../terminal/files";
import type { Certificate } from "./port";

export interface LocalCertificate extends Certificate {
  /** The path of the certificate: what clients must trust. */
  readonly file: string;
}

class CertificateError extends CodedError {
  override readonly name = "CertificateError";
}

interface Options {
  /** Milliseconds since the epoch. */
  readonly now?: number;
  readonly command?: string;
}

const DAYS = 397;
const DAY_MS = 24 * 60 * 60 * 1000;

const CONFIGURATION = `
[req]
distinguished_name = name
prompt = no
[name]
CN = localhost
O = websocket-gateway for local development
[extensions]
subjectAltName = DNS:localhost, DNS:*.localhost, IP:127.0.0.1, IP:::1
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
`;

/** The folder for files that a program can make again. */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>, platform = process.platform): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = env;
  if (XDG_CACHE_HOME) return join(XDG_CACHE_HOME, "websocket-gateway");
  if (platform === "win32" && LOCALAPPDATA) return join(LOCALAPPDATA, "websocket-gateway", "Cache");
  return join(env.HOME ?? homedir(), platform === "darwin" ? "Library/Caches" : ".cache", "websocket-gateway");
}

/**
 * Returns the certificate in the folder. Makes one if there is none, or if it is valid for less than a day.
 *
 * @throws CertificateError where there is no OpenSSL, or the folder cannot be written
 * @example
 * const { file } = await localCertificate(cacheFolder(process.env));
 * console.log(`NODE_EXTRA_CA_CERTS=${file}`);
 */
export async function localCertificate(folder: string, options: Options = {}): Promise<LocalCertificate> {
  const { now = Date.now(), command = "openssl" } = options;
  const kept = join(folder, "tls");
  const known = read(kept, now);
  if (known !== undefined) return known;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const made = mkdtempSync(join(folder, "new-"));
    writeFileSync(join(made, "openssl.cnf"), CONFIGURATION);
    await openssl(command, made);
    chmodSync(join(made, "localhost.key"), 0o600);
    // Another gateway may do the same at this time: the folder is replaced as a whole, so that key and certificate fit.
    rmSync(kept, { recursive: true, force: true });
    renameSync(made, kept);
  } catch (error) {
    if (error instanceof CertificateError) throw error;
    // The other gateway's certificate is as good.
    const other = read(kept, now);
    if (other !== undefined) return other;
    throw new CertificateError("certificate-failed", `No certificate can be made in ${folder}: ${error}`, HINT);
  }
  const made = read(kept, 0);
  if (made === undefined)
    throw new CertificateError("certificate-failed", `OpenSSL made no certificate in ${kept}.`, HINT);
  return made;
}

const HINT = "Install OpenSSL, or give a certificate with --tls-cert and --tls-key.";

async function openssl(command: string, cwd: string): Promise<void> {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "localhost.key"];
  const request = ["-config", "openssl.cnf", "-extensions", "extensions", "-days", String(DAYS)];
  try {
    await promisify(execFile)(command, ["req", "-x509", ...key, ...request, "-out", "localhost.pem"], { cwd });
  } catch (error) {
    rmSync(cwd, { recursive: true, force: true });
    const missing = String(error).includes("ENOENT");
    const problem = missing ? "openssl was not found" : `openssl failed: ${error}`;
    throw new CertificateError(
      "certificate-failed",
      `The gateway has no certificate for TLS, because ${problem}.`,
      HINT,
    );
  }
}

function read(folder: string, now: number): LocalCertificate | undefined {
  const file = join(folder, "localhost.pem");
  try {
    const cert = readFileSync(file, "utf8");
    if (Date.parse(new X509Certificate(cert).validTo) < now + DAY_MS) return undefined;
    return { cert, key: readFileSync(join(folder, "localhost.key"), "utf8"), file };
  } catch {
    return undefined;
  }
}

/** Reads a certificate and its key. @throws UsageError for files that cannot be read, CodedError for those with which every TLS client would fail */
export function certificateIn(certFile: string, keyFile: string): Certificate {
  const pair = { cert: readFile(disk, certFile), key: readFile(disk, keyFile) };
  try {
    // createSecureContext accepts empty texts.
    new X509Certificate(pair.cert);
    createPrivateKey(pair.key);
    createSecureContext(pair);
  } catch (error) {
    const problem = `${certFile} and ${keyFile} are not a certificate and its key in PEM: ${messageOf(error)}.`;
    throw new CertificateError("certificate", problem, "Check --tls-cert and --tls-key.");
  }
  return pair;
}
