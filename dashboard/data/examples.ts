/** Studies to begin with. */
export const EXAMPLES: Readonly<Record<string, object>> = {
  'Handwritten digits, everything by default': { trainer: { kind: 'mlp', dataset: 'digits' } },
  'Wine, a space of your own': {
    name: 'wine-mlp',
    seed: 7,
    searchSpace: {
      parameters: [
        { name: 'learningRate', type: 'float', min: 1e-4, max: 0.3, scale: 'log' },
        { name: 'hiddenLayers', type: 'int', min: 1, max: 3 },
        { name: 'hiddenUnits', type: 'int', min: 8, max: 128, scale: 'log' },
        { name: 'optimizer', type: 'categorical', choices: ['sgd', 'adam'] },
        { name: 'momentum', type: 'float', min: 0, max: 0.99, when: { optimizer: ['sgd'] } },
      ],
      constraints: ['hiddenLayers * hiddenUnits <= 256'],
    },
    metrics: [{ name: 'validationLoss', goal: 'minimize' }],
    trainer: { kind: 'mlp', dataset: 'wine', settings: { epochs: 40 } },
    limits: { trials: 60, parallel: 2 },
  },
  'Iris, begun with what earlier studies found': {
    name: 'iris-begun-warm',
    trainer: { kind: 'mlp', dataset: 'iris' },
    warmStart: 'auto',
  },
  'Digits, hopeless trials given up early': {
    name: 'digits-pruned',
    trainer: { kind: 'mlp', dataset: 'digits' },
    pruner: { kind: 'auto' },
    limits: { trials: 100, parallel: 2 },
  },
  'Two objectives: accurate and small': {
    name: 'accurate-and-small',
    metrics: [
      { name: 'validationAccuracy', goal: 'maximize' },
      { name: 'weightCount', goal: 'minimize' },
    ],
    trainer: { kind: 'mlp', dataset: 'breast-cancer' },
    limits: { trials: 60, parallel: 2 },
  },
  'A test function with a known optimum': {
    trainer: { kind: 'function', name: 'branin' },
    limits: { trials: 40 },
  },
  'Your own training, asked for over HTTP': {
    name: 'mine',
    trainer: { kind: 'external' },
    searchSpace: { parameters: [{ name: 'x', type: 'float', min: -5, max: 5 }] },
    metrics: [{ name: 'loss', goal: 'minimize' }],
  },
}
