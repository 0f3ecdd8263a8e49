/** A server under test: how it is started, and where clients and backends find it. */

export interface Addresses {
  /** Of a client, with its token. */
  readonly url: string;
  /** `@connections`; an id follows. */
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
  /** Measured with fewer connections, and never left by all at once, which some do not survive. */
  readonly isPeer: boolean;
  /** Where fewer will do, since each takes minutes. */
  readonly rounds?: number;
  /** Whether an answer of the backend can go back as the answer to a message. */
  readonly isTwoWay: boolean;
  launch(backend: string): Promise<Launch>;
}
