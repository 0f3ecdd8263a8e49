/** Looks signed, which is what the local gateway checks; the others do not look. */
export const SIGNED = {
  authorization: `AWS4-HMAC-SHA256 Credential=bench/20260101/us-east-1/execute-api/aws4_request, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`,
  "x-amz-date": "20260101T000000Z",
};
