/**
 * Converts ECDSA signatures from R || S (RFC 7518 section 3.4) to DER, the format of OpenSSL. On Node 24, verification
 * with `dsaEncoding: "ieee-p1363"` takes 1.5 times as long.
 */

/** DER `SEQUENCE { r INTEGER, s INTEGER }` (X.690 section 8), written from the end, where lengths are already known. */
export function joseToDer(signature: Buffer): Buffer {
  const half = signature.length / 2;
  /** Enough for P-521: tags, lengths, and a zero before each number. */
  const der = Buffer.alloc(signature.length + 9);
  let at = der.length;
  for (const begin of [half, 0]) {
    const end = at;
    let first = begin;
    // Without leading zeros, but with one if the top bit is set, which would mean a negative number.
    while (!signature[first] && first < begin + half - 1) first++;
    at -= begin + half - first;
    signature.copy(der, at, first, begin + half);
    if ((der[at] ?? 0) > 127) der[--at] = 0;
    // The length of the number, without this byte.
    der[--at] = end - at - 1;
    der[--at] = 2;
  }
  const length = der.length - at;
  der[--at] = length;
  if (length > 127) der[--at] = 0x81;
  der[--at] = 0x30;
  return der.subarray(at);
}
