/** What `--help` prints. */
import { EXIT_HELP } from "./exit-codes";
import { optionHelp } from "./options";

export function helpText(): string {
  const codes = EXIT_HELP.map(([code, meaning]) => `  ${String(code).padStart(3)}  ${meaning}`).join("\n");
  return `Connects to a WebSocket endpoint and says what happened, phase by phase. Never reads standard input unless told to.

  npm run smoke -- wss://host/prod --token-env TOKEN --query stocks=aapl
  npm run smoke -- wss://host/prod --expect-status 401
  npm run smoke -- wss://host/prod --suite --token-env TOKEN --parameter stocks=aapl

${optionHelp()}

HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY are followed; loopback is never proxied. Redirects are reported, not followed.
No compression is offered. Tokens, and whatever a name says is a secret, are shown as ***.
--suite signs with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.

Exit codes:
${codes}
`;
}
