const { availableParallelism } = require("node:os");

// Each kind of tests is a project: `npm run test:unit`, `test:load` and `test:e2e` run one, `npm test` runs all, of `long` a few rows.
const project = (name) => ({
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  transform: { "\\.(ts|m?js)$": "<rootDir>/test/transform.js" },
  transformIgnorePatterns: ["/node_modules/(?!(jose|aws-jwt-verify)/)"],
});

module.exports = {
  maxWorkers: availableParallelism() + 1, // End-to-end tests often wait: for Terraform's provider, a browser, a deadline.
  testTimeout: 60_000, // For all projects. Jest ignores this option in a project.
  testSequencer: "<rootDir>/test/sequencer.js",
  coverageProvider: "v8",
  coverageReporters: ["text-summary"],
  projects: ["unit", "load", "e2e", "long"].map(project),
};
