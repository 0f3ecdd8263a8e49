/** Time as a parameter, so that tests control it. */
export interface Clock {
  /** Returns the time in milliseconds since the epoch. */
  now(): number;
  /** Calls `action` at this interval, until the function that it returns is called. */
  every(milliseconds: number, action: () => void): () => void;
}

export const systemClock: Clock = {
  now: Date.now,
  every(milliseconds, action) {
    const timer = setInterval(action, milliseconds);
    timer.unref();
    return () => clearInterval(timer);
  },
};

/** The result of {@link withDeadline} after the time has passed. */
export const EXPIRED = Symbol("expired");

/** Resolves with the promise's value, or with {@link EXPIRED} after the given time. The promise is not cancelled. */
export function withDeadline<T>(promise: Promise<T>, milliseconds: number): Promise<T | typeof EXPIRED> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds, EXPIRED);
    promise.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
let formattedSecond = -1;
let formatted = "";

/** Formats `$context.requestTime` as in the Common Log Format: `dd/MMM/yyyy:HH:mm:ss +0000`. */
export function requestTime(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000);
  if (second !== formattedSecond) {
    const iso = new Date(second * 1000).toISOString();
    const month = MONTHS[Number(iso.slice(5, 7)) - 1];
    formatted = `${iso.slice(8, 10)}/${month}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
    formattedSecond = second;
  }
  return formatted;
}
