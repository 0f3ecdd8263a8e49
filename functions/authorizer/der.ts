/**
 * ECDSA signatures from R || S (RFC 7518 section 3.4) to DER, which OpenSSL reads itself: on Node 24
 * `dsaEncoding: "ieee-p1363"` makes a verification half as slow again.
 */

/** DER `SEQUENCE { r INTEGER, s INTEGER }` (X.690 section 8), written from its end, so that lengths are known. */
export function joseToDer(signature: Buffer): Buffer {
  const half = signature.length / 2;
  /** As much as P-521 takes: tags, lengths, and a zero before either number. */
  const der = Buffer.alloc(signature.length + 9);
  let at = der.length;
  for (const begin of [half, 0]) {
    const end = at;
    let first = begin;
    // As few bytes as the number needs, where a set top bit would mean minus.
    while (!signature[first] && first < begin + half - 1) first++;
    at -= begin + half - first;
    signature.copy(der, at, first, begin + half);
    if (Number(der[at]) > 127) der[--at] = 0;
    const length = end - at;
    der[--at] = length;
    der[--at] = 2;
  }
  const length = der.length - at;
  der[--at] = length;
  if (length > 127) der[--at] = 0x81;
  der[--at] = 0x30;
  return der.subarray(at);
}
