/** Secrets from SSM: what is asked for, how it is signed, and what happens while it cannot be had. */
import { signed } from "../../../functions/authorizer/sigv4";
import { readSecureStrings } from "../../../functions/authorizer/ssm";
import { door, hs256, NOW, SECRET, START, secretIssuer, settings } from "../../support/authorizer/door";
import * as subject from "../../support/authorizer/subject";
import { sdkSigner } from "../../support/sdk-signer";

const ROLE = {
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  AWS_SESSION_TOKEN: "a session token",
};
const NAMES = ["/chat/secret", "/chat/previous"];
const OTHER = "another secret, of at least as many bytes as the first one has it";

type Parameter = Readonly<Record<string, unknown>>;
const answer = (...Parameters: Parameter[]) => JSON.stringify({ Parameters, InvalidParameters: [] });
const secure = (Name: string, Value: string): Parameter => ({ Name, Value, Type: "SecureString", ARN: `arn:${Name}` });

describe("Signature Version 4", () => {
  test("is what the AWS SDK makes of the same request", async () => {
    const headers = {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AmazonSSM.GetParameters",
      host: "ssm.eu-west-1.amazonaws.com",
    };
    const body = JSON.stringify({ Names: NAMES });
    const credentials = {
      accessKeyId: ROLE.AWS_ACCESS_KEY_ID,
      secretAccessKey: ROLE.AWS_SECRET_ACCESS_KEY,
      sessionToken: ROLE.AWS_SESSION_TOKEN,
    };
    const sdk = sdkSigner("ssm", ROLE.AWS_REGION, credentials);
    const request = { method: "POST", protocol: "https:", hostname: headers.host, path: "/", query: {}, headers, body };
    const expected = await sdk.sign(request, { signingDate: new Date(START) });
    expect(signed(headers, body, ROLE.AWS_REGION, START, ROLE)).toEqual(expected.headers);
  });
});

describe("reading SecureStrings", () => {
  const request = async (environment: Readonly<Record<string, string>>) => {
    const calls: unknown[] = [];
    await readSecureStrings(
      NAMES,
      environment,
      async (url, options) => {
        calls.push({ url, body: options?.body, method: options?.method });
        return answer();
      },
      START,
      1000,
    );
    return calls[0];
  };

  test.each([
    [ROLE, "https://ssm.eu-west-1.amazonaws.com"],
    [{ ...ROLE, AWS_REGION: "cn-north-1" }, "https://ssm.cn-north-1.amazonaws.com.cn"],
    [{ ...ROLE, AWS_ENDPOINT_URL: "http://127.0.0.1:5000" }, "http://127.0.0.1:5000"],
    [
      { ...ROLE, AWS_ENDPOINT_URL: "http://127.0.0.1:5000", AWS_ENDPOINT_URL_SSM: "http://127.0.0.1:6000" },
      "http://127.0.0.1:6000",
    ],
  ])("asks SSM in the function's own region, or at the configured endpoint (%#)", async (environment, url) => {
    expect(await request(environment)).toEqual({
      url,
      method: "POST",
      body: JSON.stringify({ Names: NAMES, WithDecryption: true }),
    });
  });

  test("takes only what is kept as a secret", async () => {
    const text = answer(secure("/chat/secret", SECRET), { ...secure("/chat/previous", OTHER), Type: "String" });
    expect(await readSecureStrings(NAMES, ROLE, async () => text, START, 1000)).toEqual({ "/chat/secret": SECRET });
  });
});

test.each([`{"Parameters":[{"Value":"${SECRET}`, `{"Value":${SECRET}}`, SECRET])(
  "an answer of SSM that is not JSON is not quoted in the error",
  async (text) => {
    await expect(readSecureStrings(NAMES, ROLE, async () => text, START, 1000)).rejects.toThrow(
      /^The answer of SSM is not JSON\.$/,
    );
  },
);

describe("secrets in SSM", () => {
  const scene = (reply: (attempt: number) => string) => {
    let fetches = 0;
    const budgets: number[] = [];
    const opened = door(subject, {
      settings: settings({ issuers: [secretIssuer({ secrets: { from: "ssm", names: NAMES } })] }),
      environment: ROLE,
      fetch: async (_url, { budgetMs }) => {
        fetches += 1;
        budgets.push(budgetMs);
        return reply(fetches);
      },
    });
    return { ...opened, budgets, fetches: () => fetches };
  };
  const exp = NOW + 80_000;
  const fail = (): never => {
    throw new Error("Status 500.");
  };

  test("are read before the first event, and once", async () => {
    const { outcome, fetches } = scene(() => answer(secure("/chat/secret", SECRET)));
    expect(await outcome(hs256({ exp }))).toBe("allow");
    expect(await outcome(hs256({ exp }))).toBe("allow");
    expect(fetches()).toBe(1);
  });

  test("are read again after five minutes, old and new valid side by side", async () => {
    let current = answer(secure("/chat/secret", SECRET));
    const { outcome, wait, fetches } = scene(() => current);
    expect(await outcome(hs256({ exp }))).toBe("allow");
    current = answer(secure("/chat/secret", OTHER), secure("/chat/previous", SECRET));
    wait(299_999);
    expect(await outcome(hs256({ exp }, {}, OTHER))).toBe("signature_invalid");
    wait(1);
    expect(await outcome(hs256({ exp }, {}, OTHER))).toBe("allow");
    expect(await outcome(hs256({ exp }))).toBe("allow");
    current = answer(secure("/chat/secret", OTHER));
    wait(300_000);
    expect(await outcome(hs256({ exp }))).toBe("signature_invalid");
    expect(fetches()).toBe(3);
  });

  test("stay good while they cannot be read, with one attempt every 30 seconds", async () => {
    let reply = () => answer(secure("/chat/secret", SECRET));
    const { outcome, wait, fetches } = scene(() => reply());
    expect(await outcome(hs256({ exp }))).toBe("allow");
    reply = fail;
    wait(300_000);
    for (let n = 0; n < 10; n++) expect(await outcome(hs256({ exp }))).toBe("allow");
    expect(fetches()).toBe(2);
    wait(30_000);
    expect(await outcome(hs256({ exp }))).toBe("allow");
    expect(fetches()).toBe(3);
  });

  test("are read again within the first event if one attempt fails", async () => {
    const { outcome, fetches, budgets } = scene((attempt) =>
      attempt === 1 ? fail() : answer(secure("/chat/secret", SECRET)),
    );
    expect(await outcome(hs256({ exp }))).toBe("allow");
    expect(fetches()).toBe(2);
    expect(budgets[0]).toBe(4500);
  });

  test("are accepted by the first event after an outage at the start", async () => {
    let reply: () => string = fail;
    const { outcome, fetches, time } = scene(() => reply());
    expect(await outcome(hs256({ exp }))).toBe("keys_unavailable");
    expect(fetches()).toBeGreaterThan(4);
    expect(time() - START).toBeLessThan(4500);
    reply = () => answer(secure("/chat/secret", SECRET));
    expect(await outcome(hs256({ exp }))).toBe("allow");
  });

  test.each([
    ["cannot be read", fail],
    ["are not there", () => answer()],
    ["are too short", () => answer(secure("/chat/secret", "short"))],
    ["are not kept as secrets", () => answer({ ...secure("/chat/secret", SECRET), Type: "String" })],
  ])("that %s are an error, never a refusal, and are not shown", async (_case, reply) => {
    const { outcome, log } = scene(reply);
    expect(await outcome(hs256({ exp }))).toBe("keys_unavailable");
    expect(JSON.stringify(log)).not.toContain(SECRET);
    expect(JSON.stringify(log)).not.toContain('"short"');
  });
});
