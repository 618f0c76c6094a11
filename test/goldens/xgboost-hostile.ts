/** Reads files that want to do harm, in a process of its own, and prints how each attempt ended: `node xgboost-hostile.ts GROUP`. */
import { arm, disarm, touched } from '../pickle/hostile/traps.ts';
import { formats, openModel } from '../../src/model/formats/index.ts';
import { families } from '../../src/model/formats/sklearn/table.ts';
import * as lightgbm from './lightgbm.ts';
import { fileOf } from './xgboost.ts';

export interface Hostile {
  readonly name: string;
  readonly bytes: () => Uint8Array;
  /** Whether the file may be taken: it is then a model, if an odd one. */
  readonly mayOpen?: boolean;
}

export interface Outcome {
  readonly name: string;
  /** The code of the error; `none` when the file was taken. */
  readonly code: string;
  readonly message: string;
  readonly cpuMs: number;
}

export interface Report {
  readonly outcomes: readonly Outcome[];
  /** Traps that a file has touched: what it did or tried to do beside being read. */
  readonly touched: readonly string[];
  readonly peakMiB: number;
}

type Json = Record<string, unknown>;

/** A model of JSON with something changed. */
function changed(
  name: string,
  file: string,
  change: (learner: Json, model: Json, trees: Json[]) => void,
): Hostile {
  return {
    name,
    bytes() {
      const root = JSON.parse(Buffer.from(fileOf('3.4.1', file, 'json').bytes).toString()) as Json;
      const learner = root['learner'] as Json;
      const model = (learner['gradient_booster'] as Json)['model'] as Json;
      change(learner, model, model['trees'] as Json[]);
      return Buffer.from(JSON.stringify(root));
    },
  };
}

function parameters(learner: Json): Json {
  return learner['learner_model_param'] as Json;
}

function first(trees: readonly Json[]): Record<string, number[]> & { tree_param: Json } {
  return trees[0] as never;
}

/** A model that knows texts, with something changed in what it knows. */
function changedCategories(
  name: string,
  change: (column: Record<string, number[]>, cats: Json) => void,
): Hostile {
  return changed(name, 'data-frame', (_, model) => {
    const cats = model['cats'] as Json;
    change((cats['enc'] as Record<string, number[]>[])[3]!, cats);
  });
}

const documents: readonly Hostile[] = [
  changedCategories('texts that end beyond their bytes', column => {
    column['offsets']![9] = 1000;
  }),
  changedCategories('texts that end before they start', column => {
    column['offsets']![2] = 0;
  }),
  changedCategories('texts that start before the first byte', column => {
    column['offsets']![0] = -5;
  }),
  changedCategories('texts that are no UTF-8', column => {
    column['values']!.fill(-1);
  }),
  changedCategories('categories of fewer columns', (_, cats) => {
    cats['enc'] = (cats['enc'] as unknown[]).slice(1);
  }),
  changed('a node that is its own child', 'forms-binary', (_, __, trees) => {
    first(trees)['left_children']![0] = 0;
  }),
  changed('children that form a circle', 'forms-binary', (_, __, trees) => {
    first(trees)['left_children']![1] = 0;
  }),
  // What hangs on the other child is out of reach then.
  {
    ...changed('two parents of a node', 'forms-binary', (_, __, trees) => {
      first(trees)['right_children']![0] = 1;
    }),
    mayOpen: true,
  },
  changed('a child that is not there', 'forms-binary', (_, __, trees) => {
    first(trees)['left_children']![0] = 2_000_000_000;
  }),
  changed('a feature that is not there', 'forms-binary', (_, __, trees) => {
    first(trees)['split_indices']![0] = 5;
  }),
  changed('more nodes than there are', 'forms-binary', (_, __, trees) => {
    first(trees).tree_param['num_nodes'] = '2147483647';
  }),
  changed('a tree without nodes', 'forms-binary', (_, __, trees) => {
    first(trees).tree_param['num_nodes'] = '0';
  }),
  changed('leaves of a million numbers', 'vector-leaves', (_, __, trees) => {
    first(trees).tree_param['size_leaf_vector'] = '1000000';
  }),
  changed('a leaf with a row that is not there', 'vector-leaves', (_, __, trees) => {
    first(trees)['right_children']![first(trees)['left_children']!.indexOf(-1)] = 1_000_000;
  }),
  changed('a tree of a class that is not there', 'forms-multi', (_, model) => {
    (model['tree_info'] as number[])[0] = 3;
  }),
  changed('two billion classes', 'forms-multi', learner => {
    parameters(learner)['num_class'] = '2000000000';
  }),
  changed('two billion targets', 'vector-leaves', learner => {
    parameters(learner)['num_target'] = '2000000000';
  }),
  changed('two billion features', 'forms-binary', learner => {
    parameters(learner)['num_feature'] = '2000000000';
  }),
  changed('no features', 'forms-binary', learner => {
    parameters(learner)['num_feature'] = '0';
  }),
  changed('a base score that is no number', 'forms-binary', learner => {
    parameters(learner)['base_score'] = '[NaN]';
  }),
  changed('a base score of a million numbers', 'forms-binary', learner => {
    parameters(learner)['base_score'] = `[${'1,'.repeat(1_000_000)}1]`;
  }),
  changed('a base score that is no probability', 'forms-binary', learner => {
    parameters(learner)['base_score'] = '[-5E-1]';
    (learner['objective'] as Json)['name'] = 'count:poisson';
  }),
  changed('an objective of nobody', 'forms-binary', learner => {
    (learner['objective'] as Json)['name'] = 'reg:'.repeat(100_000);
  }),
  changed('a booster of nobody', 'forms-binary', learner => {
    (learner['gradient_booster'] as Json)['name'] = '__proto__';
  }),
  changed('too few names', 'forms-binary', learner => {
    learner['feature_names'] = ['a'];
  }),
  changed('rounds that fall', 'forms-binary', (_, model) => {
    model['iteration_indptr'] = [0, 5, 1];
  }),
  changed('a weight too few', 'forms-dart', (_, model) => {
    (model['weight_drop'] as number[]).pop();
  }),
  changed('a category beyond all bits', 'categorical-mixed', (_, __, trees) => {
    first(trees)['categories']![0] = 2_000_000_000;
  }),
  changed('a negative category', 'categorical-mixed', (_, __, trees) => {
    first(trees)['categories']![0] = -1;
  }),
  changed('sets of categories that overlap', 'categorical-mixed', (_, __, trees) => {
    first(trees)['categories_sizes']!.fill(first(trees)['categories']!.length);
  }),
  changed('categories of a node that is not there', 'categorical-mixed', (_, __, trees) => {
    first(trees)['categories_nodes']![0] = 1_000_000;
  }),
  changed('trees with one number', 'forms-binary', (_, __, trees) => {
    for (const tree of trees) tree['id'] = 0;
  }),
  changed('trees that are texts', 'forms-binary', (_, model) => {
    model['trees'] = Array.from({ length: 100_000 }, () => 'tree');
  }),
  changed('a hundred thousand sets with large categories', 'categorical-mixed', (_, model, trees) => {
    for (const tree of trees) {
      const nodes = Number((tree['tree_param'] as Json)['num_nodes']);
      const all = Array.from({ length: nodes }, (__, node) => node);
      tree['categories_nodes'] = all;
      tree['categories_segments'] = all;
      tree['categories_sizes'] = all.map(() => 1);
      tree['categories'] = all.map(() => 16_000_000);
    }
    const copies = Array.from({ length: 600 }, (__, id) => ({ ...(trees[id % trees.length] as Json), id }));
    model['trees'] = copies;
    model['tree_info'] = copies.map(() => 0);
    delete model['iteration_indptr'];
  }),
];

const million = 1_000_000;

function texts(name: string, ...parts: readonly string[]): Hostile {
  return { name, bytes: () => Buffer.from(parts.join(''), 'latin1') };
}

const key = (text: string): string => `L\0\0\0\0\0\0\0${String.fromCharCode(text.length)}${text}`;

const nested: readonly Hostile[] = [
  texts(
    'a million nested arrays of JSON',
    '{"gradient_booster":',
    '['.repeat(million),
    ']'.repeat(million),
    '}',
  ),
  texts(
    'a million nested objects of JSON',
    '{"gradient_booster":',
    '{"a":'.repeat(million),
    '1',
    '}'.repeat(million),
    '}',
  ),
  texts('a million arrays that nobody closes', '{"gradient_booster":', '['.repeat(million)),
  texts('a million NaNs', '{"gradient_booster":1,"learner":[', 'NaN,'.repeat(million), 'NaN]}'),
  texts('a million spaces after a NaN', '{"gradient_booster":1,"learner":[NaN', ' '.repeat(million), 'x'),
  texts('a million nested arrays of UBJSON', '{', key('learner'), '['.repeat(million)),
  texts('a million nested objects of UBJSON', '{', `${key('learner')}{`.repeat(million)),
  texts('a million empty arrays of UBJSON', '{', key('learner'), '[', '[]'.repeat(million), ']}'),
  texts('an array of 2^62 of UBJSON', '{', key('learner'), '[$d#L\x40\0\0\0\0\0\0\0'),
  texts(
    'an array of 2^62 nulls of UBJSON',
    '{',
    key('learner'),
    '[#L\x40\0\0\0\0\0\0\0',
    'Z'.repeat(million),
  ),
  texts(
    'an array of negative length of UBJSON',
    '{',
    key('learner'),
    '[$d#L\xff\xff\xff\xff\xff\xff\xff\xff',
  ),
  texts('a text of 2^62 of UBJSON', '{', key('learner'), 'SL\x40\0\0\0\0\0\0\0'),
  texts('an integer of 2^62 of UBJSON', '{', key('learner'), 'L\x40\0\0\0\0\0\0\0}'),
  texts('an unknown type of UBJSON', '{', key('learner'), 'H}'),
  texts('a serialised booster of 2^62 bytes', 'CONFIG-offset:\0\0\0\0\0\0\0\x40'),
  texts('a serialised booster of -1 bytes', 'CONFIG-offset:\xff\xff\xff\xff\xff\xff\xff\xff'),
  texts('base64 that is none', 'bs64\t', '*'.repeat(1000)),
  texts('base64 of nothing', 'bs64\t'),
  texts('binf and nothing', 'binf'),
];

/** The binary model with a 32-bit word changed. */
function word(name: string, at: (bytes: Buffer) => number, value: number, file = 'forms-binary'): Hostile {
  return {
    name,
    bytes() {
      const bytes = Buffer.from(fileOf('0.90', file, 'binary').bytes);
      bytes.writeInt32LE(value, at(bytes));
      return bytes;
    },
  };
}

const names = 136;

function afterNames(bytes: Buffer): number {
  const objective = bytes.readUInt32LE(names);
  const booster = bytes.readUInt32LE(names + 8 + objective);
  return names + 16 + objective + booster;
}

const binaries: readonly Hostile[] = [
  ...[2 ** 31 - 1, -1].flatMap(value => [
    word(`${value} features`, () => 4, value),
    word(`${value} classes`, () => 8, value),
    word(`an objective of ${value} letters`, () => names, value),
    word(`${value} trees`, afterNames, value),
    word(`${value} nodes`, bytes => afterNames(bytes) + 160 + 4, value),
    word(`a child ${value}`, bytes => afterNames(bytes) + 160 + 148 + 4, value),
  ]),
  word('two roots', bytes => afterNames(bytes) + 160, 2),
  word('a vector of leaves', bytes => afterNames(bytes) + 160 + 20, 5),
  word('a buffer of 2^31 predictions', bytes => afterNames(bytes) + 16, 2 ** 31 - 1),
  { ...word('no trees', afterNames, 0), mayOpen: true },
].map(one => ({ ...one, mayOpen: one.mayOpen === true || /a child -1|a buffer/.test(one.name) }));

type Sound = Pick<ReturnType<typeof fileOf>, 'name' | 'bytes'>;

function cuts(file: Sound, step: number): readonly Hostile[] {
  const { bytes, name } = file;
  return Array.from({ length: Math.ceil((bytes.length - 1) / step) }, (_, index) => ({
    name: `${name} cut at byte ${index * step}`,
    bytes: () => bytes.slice(0, index * step),
  }));
}

/** Bytes changed at random, the same on every run. */
function spoilt(file: Sound, count: number): readonly Hostile[] {
  return Array.from({ length: count }, (_, seed) => ({
    name: `${file.name} spoilt ${seed}`,
    mayOpen: true,
    bytes() {
      const copy = file.bytes.slice();
      let state = seed + 1;
      const next = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0);
      for (let change = 0; change <= seed % 5; change++) copy[next() % copy.length] = next() >>> 24;
      return copy;
    },
  }));
}

/** Models of LightGBM as text and as JSON. */
function lightgbmFiles(): readonly Sound[] {
  return [
    lightgbm.fileOf('4.7.0', 'early-stopping', 'text'),
    lightgbm.fileOf('4.7.0', 'early-stopping', 'dump'),
  ];
}

/** Each group is read in one process. */
export const groups: Readonly<Record<string, () => readonly Hostile[]>> = {
  documents: () => documents,
  nested: () => nested,
  binaries: () => binaries,
  'binary cut at every byte': () => [
    ...cuts(fileOf('1.0.2', 'one-leaf', 'binary'), 1),
    ...cuts(fileOf('0.90', 'rank-ndcg', 'binary'), 1).map(one => ({ ...one, mayOpen: true })),
  ],
  'UBJSON cut at every byte': () => cuts(fileOf('1.7.6', 'one-leaf', 'ubj'), 1),
  'JSON cut at every byte': () => cuts(fileOf('1.0.2', 'one-leaf', 'json'), 1),
  'spoilt bytes': () => [
    ...spoilt(fileOf('0.90', 'forms-dart', 'binary'), 1000),
    ...spoilt(fileOf('2.1.4', 'categorical-mixed', 'ubj'), 1000),
    ...spoilt(fileOf('3.4.1', 'vector-leaves', 'json'), 500),
  ],
  'LightGBM, spoilt': () => lightgbmFiles().flatMap(file => spoilt(file, 200)),
  'LightGBM, cut': () =>
    lightgbmFiles()
      .flatMap(file => cuts(file, 97))
      .map(one => ({ ...one, mayOpen: true })),
};

async function attempt({ name, bytes }: Hostile): Promise<Outcome> {
  const content = bytes();
  const before = process.cpuUsage();
  let code = 'none';
  let message = '';
  arm();
  try {
    await openModel(content, { fileName: 'hostile' });
  } catch (thrown) {
    const error = thrown as Partial<Error & { code: string }>;
    code = error.code ?? `uncoded: ${error.stack}`;
    message = error.message ?? '';
  }
  disarm();
  const used = process.cpuUsage(before);
  return { name, code, message, cpuMs: (used.user + used.system) / 1000 };
}

if (import.meta.main) {
  const cases = groups[process.argv[2] as string]?.() ?? [];
  const outcomes: Outcome[] = [];
  // The first reading loads what is loaded lazily; it is not one of the cases.
  await Promise.all([...formats, ...families].map(row => row.load()));
  for (const { bytes } of [
    fileOf('0.90', 'forms-binary', 'binary'),
    fileOf('1.7.6', 'one-leaf', 'ubj'),
    fileOf('1.0.2', 'one-leaf', 'json'),
    ...lightgbmFiles(),
    { bytes: Buffer.from('\u0080\u0002N.', 'latin1') },
  ]) {
    await openModel(bytes, { fileName: 'warm' }).catch(() => undefined);
  }
  for (const one of cases) {
    outcomes.push(await attempt(one));
    // What a heavy case leaves behind is not the next one's.
    if (cases.length < 50) globalThis.gc?.();
  }
  const report: Report = { outcomes, touched, peakMiB: process.resourceUsage().maxRSS / 1024 };
  process.stdout.write(JSON.stringify(report));
}
