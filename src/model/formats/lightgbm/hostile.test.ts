import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { CodedError } from '../../../base/errors/index.ts';
import { openBooster } from './open.ts';
import { readBooster } from './read.ts';

const encoder = new TextEncoder();

const tree = {
  num_leaves: '3',
  num_cat: '0',
  split_feature: '0 1',
  split_gain: '2 1',
  threshold: '0.5 1.5',
  decision_type: '2 2',
  left_child: '1 -1',
  right_child: '-2 -3',
  leaf_value: '1 2 3',
  leaf_count: '4 5 6',
  internal_count: '15 10',
  shrinkage: '1',
};
const head = {
  version: 'v4',
  num_class: '1',
  num_tree_per_iteration: '1',
  label_index: '0',
  max_feature_idx: '1',
  objective: 'regression',
  feature_names: 'a b',
  feature_infos: '[0:1] [0:2]',
};

type Changes = Readonly<Record<string, string | undefined>>;

function lines(fields: Changes): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

function model(changes: Changes = {}, trees: readonly Changes[] = [{}]): string {
  const texts = trees.map((one, index) => `Tree=${index}\n${lines({ ...tree, ...one })}\n\n`);
  return `tree\n${lines({ ...head, ...changes })}\n${texts.join('')}end of trees\n`;
}

function open(text: string): void {
  openBooster(readBooster(encoder.encode(text))).plan();
}

function refused(text: string, code: string, words: RegExp): void {
  assert.throws(
    () => open(text),
    error => error instanceof CodedError && error.code === code && words.test(error.message),
    text.slice(0, 200),
  );
}

/** CPU time in milliseconds. */
function timeOf(body: () => void): number {
  const before = process.cpuUsage();
  body();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

suite('text that lies', () => {
  test('what is true is read', () => open(model()));

  const wrongTrees: readonly (readonly [string, Changes, RegExp])[] = [
    ['more leaves than values', { num_leaves: '4' }, /tree 0.*leaf_value: 3 values, expected 4/],
    ['a billion leaves', { num_leaves: '1000000000' }, /leaf_value: 3 values, expected 1000000000/],
    [
      'more leaves than a number holds',
      { num_leaves: '9'.repeat(400) },
      /num_leaves: found .*expected a whole number/,
    ],
    ['no leaves', { num_leaves: '0' }, /num_leaves: found "0"/],
    ['no leaf values', { leaf_value: undefined }, /has no leaf_value/],
    ['a root that hangs on a split', { left_child: '0 -1' }, /split 0 hangs on several splits/],
    ['splits in a ring', { left_child: '-1 1', right_child: '-2 -3' }, /split|hang/],
    ['a leaf that hangs on two', { right_child: '-1 -3' }, /leaf 0 hangs on several splits/],
    ['a child that is not there', { left_child: '2 -1' }, /split 0 has the child 2, expected -3 to 1/],
    ['a leaf that is not there', { right_child: '-2 -4' }, /has the child -4/],
    ['a column that is not there', { split_feature: '0 2' }, /split 1 is on column 2, expected 0 to 1/],
    ['a threshold that is no number', { threshold: '0.5 nan' }, /threshold of split 1 is not a number/],
    ['a threshold in words', { threshold: '0.5 half' }, /threshold: found "half", expected a number/],
    ['hexadecimal numbers', { threshold: '0x1 0x2' }, /found "0x1"/],
    [
      'a set that is not there',
      { num_cat: '1', decision_type: '1 1', threshold: '0 1', cat_boundaries: '0 1', cat_threshold: '3' },
      /set of categories 1 of 1/,
    ],
    ['sets that fall', { num_cat: '1', cat_boundaries: '1 0', cat_threshold: '' }, /do not rise from 0/],
    [
      'a billion words of sets',
      { num_cat: '1', cat_boundaries: '0 1000000000', cat_threshold: '3' },
      /cat_threshold: 1 values, expected 1000000000/,
    ],
    [
      'a linear leaf with coefficients below zero',
      { is_linear: '1', leaf_const: '0 0 0', num_features: '1 -1 0', leaf_features: '0', leaf_coeff: '1' },
      /-1 coefficients/,
    ],
    [
      'a linear leaf of a column that is not there',
      { is_linear: '1', leaf_const: '0 0 0', num_features: '1 0 0', leaf_features: '7', leaf_coeff: '1' },
      /column 7/,
    ],
    [
      'two billion coefficients',
      {
        is_linear: '1',
        leaf_const: '0 0 0',
        num_features: '2000000000 2000000000 0',
        leaf_features: '0',
        leaf_coeff: '1',
      },
      /coefficients/,
    ],
  ];
  for (const [name, changes, words] of wrongTrees)
    test(name, () => refused(model({}, [changes]), 'lightgbm-malformed', words));

  const wrongHeads: readonly (readonly [string, Changes, RegExp])[] = [
    [
      'classes without trees of their own',
      { num_class: '3' },
      /num_tree_per_iteration is 1, but num_class is 3/,
    ],
    [
      'half an iteration',
      { num_class: '2', num_tree_per_iteration: '2' },
      /1 trees are not whole iterations of 2/,
    ],
    ['names for other features', { feature_names: 'a' }, /feature_names lists 1/],
    ['no features', { max_feature_idx: '-1' }, /max_feature_idx/],
    ['no classes', { num_class: '0' }, /num_class/],
    ['trees that are not there', { tree_sizes: '100 200' }, /1 trees, but tree_sizes speaks of 2/],
    ['an objective without its sigmoid', { objective: 'binary' }, /expected a sigmoid above 0/],
    ['a sigmoid of zero', { objective: 'binary sigmoid:0' }, /expected a sigmoid above 0/],
    [
      'an objective of other classes',
      { objective: 'multiclass num_class:3' },
      /3 classes, but num_class is 1/,
    ],
  ];
  for (const [name, changes, words] of wrongHeads)
    test(name, () => refused(model(changes), 'lightgbm-malformed', words));

  test('an objective that the library has not', () =>
    refused(model({ objective: 'wonder' }), 'lightgbm-unsupported', /"wonder"/));

  test('two billion features', () =>
    refused(model({ max_feature_idx: '2000000000' }), 'lightgbm-too-large', /2000000001 features/));

  test('is cut at every byte', () => {
    const text = model({}, [
      {},
      { num_cat: '1', decision_type: '2 1', threshold: '0.5 0', cat_boundaries: '0 1', cat_threshold: '5' },
    ]);
    for (let length = 0; length < text.length - 'end of trees\n'.length; length++)
      assert.throws(() => open(text.slice(0, length)), CodedError, `${length}`);
  });

  test('misses each line', () => {
    const all = model({ tree_sizes: '1 2' }, [{}, {}]).split('\n');
    for (const index of all.keys()) {
      const without = all.filter((_, at) => at !== index).join('\n');
      try {
        open(without);
      } catch (error) {
        assert.ok(error instanceof CodedError, `${all[index]}: ${String(error)}`);
      }
    }
  });

  test('a chain of 50,000 splits costs its length', () => {
    const splits = 50_000;
    const chain = Array.from({ length: splits }, (_, node) => node);
    const text = model({}, [
      {
        num_leaves: String(splits + 1),
        split_feature: chain.map(() => '0').join(' '),
        split_gain: chain.map(() => '1').join(' '),
        threshold: chain.join(' '),
        decision_type: chain.map(() => '2').join(' '),
        left_child: chain.map(node => (node + 1 < splits ? node + 1 : -1)).join(' '),
        right_child: chain.map(node => -node - 2).join(' '),
        leaf_value: '1 '.repeat(splits + 1).trim(),
        leaf_count: '1 '.repeat(splits + 1).trim(),
        internal_count: chain.map(node => splits + 1 - node).join(' '),
      },
    ]);
    assert.ok(timeOf(() => open(text)) < 3000);
  });

  test('a million empty lines, and a million lines of nothing known', () => {
    assert.ok(
      timeOf(() =>
        refused(`tree\n${'\n'.repeat(1_000_000)}`, 'lightgbm-truncated', /before the first tree/),
      ) < 3000,
    );
    const lines = Array.from({ length: 300_000 }, (_, index) => `key${index}=1`).join('\n');
    assert.ok(
      timeOf(() => refused(`tree\n${lines}\n`, 'lightgbm-truncated', /before the first tree/)) < 3000,
    );
  });
});

const dump = {
  name: 'tree',
  version: 'v4',
  num_class: 1,
  num_tree_per_iteration: 1,
  label_index: 0,
  max_feature_idx: 1,
  objective: 'regression',
  average_output: false,
  feature_names: ['a', 'b'],
  tree_info: [{ tree_structure: { leaf_value: 1 } }] as unknown,
};

function dumped(changes: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...dump, ...changes });
}

function split(changes: Readonly<Record<string, unknown>>): unknown {
  return [
    {
      tree_structure: {
        split_index: 0,
        split_feature: 0,
        threshold: 1,
        decision_type: '<=',
        left_child: { leaf_index: 0, leaf_value: 1 },
        right_child: { leaf_index: 1, leaf_value: 2 },
        ...changes,
      },
    },
  ];
}

suite('dumps that lie', () => {
  test('what is true is read', () => {
    open(dumped({}));
    open(dumped({ tree_info: split({}) }));
  });

  const wrong: readonly (readonly [string, Readonly<Record<string, unknown>>, RegExp])[] = [
    ['trees that are no list', { tree_info: {} }, /tree_info is an object, expected a list/],
    ['a tree that is null', { tree_info: [null] }, /tree 0 is null, expected an object/],
    ['a tree without nodes', { tree_info: [{}] }, /tree 0 is missing, expected an object/],
    ['a child that is text', { tree_info: split({ left_child: 'x' }) }, /expected an object/],
    [
      'two leaves of one number',
      { tree_info: split({ right_child: { leaf_index: 0, leaf_value: 2 } }) },
      /no other node has/,
    ],
    [
      'a leaf far away',
      { tree_info: split({ right_child: { leaf_index: 16_000_000, leaf_value: 2 } }) },
      /no node has the number 1/,
    ],
    ['a column that is not there', { tree_info: split({ split_feature: 2 }) }, /split_feature is 2/],
    ['an unknown comparison', { tree_info: split({ decision_type: '>' }) }, /decision_type is ">"/],
    [
      'an unknown kind of missing',
      { tree_info: split({ missing_type: 'Never' }) },
      /missing_type is "Never"/,
    ],
    ['categories in words', { tree_info: split({ decision_type: '==', threshold: 'a||b' }) }, /found "a"/],
    [
      'names that are numbers',
      { feature_names: [1, 2] },
      /feature_names is a list of 2, expected a list of texts/,
    ],
  ];
  for (const [name, changes, words] of wrong)
    test(name, () => refused(dumped(changes), 'lightgbm-malformed', words));

  test('categories that would take a gigabyte', () =>
    refused(
      dumped({ tree_info: split({ decision_type: '==', threshold: '2147483647' }) }),
      'lightgbm-unsupported',
      /need more than 67108864 bytes; the largest is 2147483647/,
    ));

  test('a million objects inside each other', () => {
    const depth = 1_000_000;
    const nested = `${'{"split_feature":0,"split_index":0,"left_child":'.repeat(depth)}1${'}'.repeat(depth)}`;
    const text = dumped({ tree_info: 0 }).replace(
      '"tree_info":0',
      `"tree_info":[{"tree_structure":${nested}}]`,
    );
    assert.throws(() => open(text), CodedError);
  });

  test('JSON that is cut', () => {
    const text = dumped({ tree_info: split({}) });
    for (let length = 0; length < text.length; length++)
      assert.throws(() => open(text.slice(0, length)), CodedError, `${length}`);
  });
});
