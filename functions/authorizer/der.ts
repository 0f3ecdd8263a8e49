/**
 * ECDSA signatures from R || S (RFC 7518 section 3.4) to DER, which OpenSSL reads itself: on Node 24
 * `dsaEncoding: "ieee-p1363"` makes a verification half as slow again.
 */

/** DER `INTEGER`: as few bytes as the number needs, where a set top bit would mean minus. */
function integer(bytes: Buffer): readonly number[] {
  const digits = [0, ...bytes];
  while (digits[0] === 0 && Number(digits[1]) < 128) digits.shift();
  return [2, digits.length, ...digits];
}

/** DER `SEQUENCE { r INTEGER, s INTEGER }`. */
export function joseToDer(signature: Buffer): Buffer {
  const half = signature.length / 2;
  const body = [...integer(signature.subarray(0, half)), ...integer(signature.subarray(half))];
  return Buffer.from([0x30, ...(body.length < 128 ? [] : [0x81]), body.length, ...body]);
}
