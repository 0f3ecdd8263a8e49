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
  /** From npm: one that cannot be installed, or fails, is left out. */
  readonly isPeer: boolean;
  /** Whether a page of the inspector is open. */
  readonly isInspected?: boolean;
  /** Whether the server can send the backend's answer back as the reply to a message. */
  readonly isTwoWay: boolean;
  launch(backend: string): Promise<Launch>;
}
