// Starts the files that take longest first, so that at the end no core waits for the other. The order without it is by
// the last run's times, which a clean checkout has not, and then by size.
const { default: Sequencer } = require("@jest/test-sequencer");

/** Seconds on two free cores: files over 30 s. The other end-to-end and long files follow, then load and unit tests. */
const SLOW = {
  "action-verified": 114,
  "action-changes": 103,
  "action-deploy": 100,
  roles: 95,
  "action-repair": 60,
  package: 55,
  "action-smoke": 52,
  identity: 50,
  deploy: 47,
  adopt: 45,
  "action-token-places": 45,
  "broken-changes": 40,
  kills: 40,
  changes: 40,
  "action-runner": 38,
  start: 36,
  "stack-changes": 30,
  client: 30,
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
