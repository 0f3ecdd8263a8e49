// Starts the files that take longest first, so that at the end no core waits for the other. The order without it is by
// the last run's times, which a clean checkout has not, and then by size.
const { default: Sequencer } = require("@jest/test-sequencer");

/** Seconds on two free cores with three workers: files over 25 s. The other end-to-end and long files follow, then load and unit tests. */
const SLOW = {
  roles: 74,
  changes: 61,
  "action-deploy": 59,
  "action-verified": 57,
  package: 50,
  "action-changes": 46,
  adopt: 39,
  start: 39,
  "action-runner": 36,
  "action-repair": 29,
  "action-smoke": 29,
  client: 28,
  deploy: 28,
  "deploy-options": 28,
  parity: 28,
};

const weight = ({ path }) => {
  const name = /\/(?:e2e|long)\/([^/]+)\.test\.ts$/.exec(path)?.[1];
  return name === undefined ? 0 : (SLOW[name] ?? 1);
};

module.exports = class extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((a, b) => weight(b) - weight(a));
  }
};
