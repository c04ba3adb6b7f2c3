import { defineConfig } from 'vitest/config'

/** Tests by cost: `unit` in seconds, `property` many cases a test, the others with a Redis and real processes. */
const KINDS = [
  { name: 'unit', include: ['test/unit/**/*.test.ts'], timeoutMs: 60_000, files: 2 },
  {
    name: 'property',
    include: ['test/{property,conformance,replay}/**/*.test.ts'],
    timeoutMs: 180_000,
    files: 2,
  },
  { name: 'integration', include: ['test/integration/**/*.test.ts'], timeoutMs: 120_000, files: 2 },
  { name: 'e2e', include: ['test/e2e/**/*.test.ts'], timeoutMs: 300_000, files: 1 },
  { name: 'chaos', include: ['test/chaos/**/*.test.ts'], timeoutMs: 300_000, files: 1 },
]

export default defineConfig({
  test: {
    pool: 'forks',
    // How long a busy machine takes is no promise: what is waited for fails by not coming, not by coming late.
    expect: { poll: { timeout: 20_000 } },
    reporters: ['default', './test/support/plain-reporter.ts'],
    projects: KINDS.map(({ name, include, timeoutMs, files }, groupOrder) => ({
      extends: true as const,
      test: {
        name,
        include,
        testTimeout: timeoutMs,
        hookTimeout: timeoutMs,
        maxWorkers: files,
        // Kinds run one after the other, so that the slow ones have the machine to themselves.
        sequence: { groupOrder },
      },
    })),
  },
})
