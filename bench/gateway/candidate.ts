/** A server under test: its command and its addresses. */

export interface Addresses {
  /** URL for a client, with a token. */
  readonly url: string;
  /** URL of `@connections`, without the connection id. */
  readonly connections: string;
}

export interface Launch {
  readonly command: readonly string[];
  readonly cwd?: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** Undefined: the program prints `ready <url> <connections>`. */
  readonly addresses?: Addresses;
}

export interface Candidate {
  readonly name: string;
  /** Measured with fewer connections, which are not all closed at once, because some servers crash then. */
  readonly isPeer: boolean;
  /** Number of rounds, if fewer than for the others, because each takes minutes. */
  readonly rounds?: number;
  /** Whether the server can send the backend's answer back as the reply to a message. */
  readonly isTwoWay: boolean;
  launch(backend: string): Promise<Launch>;
}
