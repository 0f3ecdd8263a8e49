// Starts the files that take longest first, so that at the end no core waits for the other. The order without it is by
// the last run's times, which a clean checkout has not, and then by size.
const { default: Sequencer } = require("@jest/test-sequencer");

/** Seconds on two free cores: files over 30 s. The other end-to-end and long files follow, then load and unit tests. */
const SLOW = {
  "action-verified": 206,
  "action-deploy": 90,
  "action-changes": 191,
  roles: 128,
  identity: 116,
  deploy: 70,
  examples: 64,
  "action-smoke": 63,
  "action-rollback": 60,
  "broken-changes": 60,
  "state-lost": 60,
  "stack-changes": 56,
  start: 46,
  kills: 45,
  "action-runner": 40,
  "deploy-connect": 38,
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
