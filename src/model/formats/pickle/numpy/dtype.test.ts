import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Budget } from '../machine/budget.ts';
import { PyDict, PyTuple, type PyValue } from '../values.ts';
import { DType } from './dtype.ts';

const budget = new Budget(1e9, 1e9);

function spelled(text: string): DType {
  const dtype = DType.spelled(text);
  assert.ok(dtype !== undefined, text);
  return dtype;
}

/** `dtype.__setstate__` of a record, as pickles hold it. */
function stateOf(fields: readonly (readonly [string, DType, bigint])[], itemsize: bigint): PyTuple {
  const entries = new PyDict();
  for (const [name, dtype, offset] of fields) entries.add([name, new PyTuple([dtype, offset])]);
  return new PyTuple([3n, '|', null, new PyTuple(fields.map(([name]) => name)), entries, itemsize, 1n, 16n]);
}

test('NumPy’s spellings', () => {
  const same: readonly (readonly [string, string])[] = [
    ['f8', '<f8'],
    ['<f8', '<f8'],
    ['=i4', '<i4'],
    ['>i2', '>i2'],
    ['|b1', '|b1'],
    ['?', '|b1'],
    ['bool', '|b1'],
    ['float32', '<f4'],
    ['int64', '<i8'],
    ['l', '<i8'],
    ['d', '<f8'],
    ['b', '|i1'],
    ['B', '|u1'],
    ['c16', '<c16'],
    ['U12', '<U12'],
    ['>U2', '>U2'],
    ['S3', '|S3'],
    ['a3', '|S3'],
    ['V64', '|V64'],
    ['O', '|O'],
    ['O8', '|O'],
    ['object', '|O'],
    ['M8[ns]', '<M8[ns]'],
    ['m8[25s]', '<m8[25s]'],
    ['M8', '<M8'],
  ];
  for (const [text, name] of same) assert.equal(spelled(text).name, name, text);
  for (const text of [
    '',
    'x4',
    'f3',
    'i16',
    '<',
    'f8,i4',
    'b2',
    'constructor',
    'U99999999999999999999',
    'z'.repeat(40),
  ])
    assert.equal(DType.spelled(text), undefined, text);
});

test('a state gives byte order, width and unit', () => {
  const text = spelled('U1');
  text.setState(new PyTuple([3n, '>', null, null, null, 40n, 4n, 8n]), budget);
  assert.equal(text.name, '>U10');
  const date = spelled('M8');
  const metadata = new PyTuple([new PyDict(), new PyTuple(['ns', 1n, 1n, 1n])]);
  date.setState(new PyTuple([4n, '<', null, null, null, -1n, -1n, 0n, metadata]), budget);
  assert.equal(date.name, '<M8[ns]');
  const hours = spelled('m8');
  hours.setState(
    new PyTuple([
      4n,
      '<',
      null,
      null,
      null,
      -1n,
      -1n,
      0n,
      new PyTuple([new PyDict(), new PyTuple(['h', 12n, 1n, 1n])]),
    ]),
    budget,
  );
  assert.equal(hours.unit, '12h');
});

test('records have fields, and hold objects when one does', () => {
  const record = spelled('V16');
  record.setState(
    stateOf(
      [
        ['id', spelled('i4'), 0n],
        ['x', spelled('f8'), 8n],
      ],
      16n,
    ),
    budget,
  );
  assert.deepEqual(
    record.fields.map(({ name, offset, dtype }) => [name, offset, dtype.name]),
    [
      ['id', 0, '<i4'],
      ['x', 8, '<f8'],
    ],
  );
  assert.equal(record.hasObjects, false);
  const holder = spelled('V8');
  holder.setState(stateOf([['any', spelled('O'), 0n]], 8n), budget);
  assert.equal(holder.hasObjects, true);
});

test('a subarray has a base and a shape', () => {
  const pair = spelled('V16');
  pair.setState(
    new PyTuple([3n, '|', new PyTuple([spelled('f8'), new PyTuple([2n])]), null, null, 16n, 8n, 0n]),
    budget,
  );
  assert.deepEqual(pair.subarray?.shape, [2]);
  const three = spelled('V12');
  three.setState(new PyTuple([3n, '|', new PyTuple([spelled('i4'), 3n]), null, null, 12n, 4n, 0n]), budget);
  assert.deepEqual(three.subarray?.shape, [3]);
});

function refuses(work: () => void, message: RegExp): void {
  assert.throws(work, { code: 'pickle-malformed', message });
}

test('states that cannot be are refused', () => {
  refuses(() => spelled('i4').setState('x', budget), /a state of another form/);
  refuses(
    () => spelled('V4').setState(stateOf([['x', spelled('f8'), 0n]], 4n), budget),
    /field "x" ends beyond its record of 4 bytes/,
  );
  refuses(
    () => spelled('V8').setState(stateOf([['x', spelled('f8'), -1n]], 8n), budget),
    /field "x" of a dtype has another form/,
  );
  const names = new PyTuple(['gone']);
  refuses(
    () => spelled('V8').setState(new PyTuple([3n, '|', null, names, new PyDict(), 8n, 1n, 16n]), budget),
    /field "gone"/,
  );
  for (const shape of [
    new PyTuple([-1n]),
    'two',
    new PyTuple(Array.from({ length: 40 }, () => 1n)),
  ] as PyValue[])
    refuses(
      () =>
        spelled('V8').setState(
          new PyTuple([3n, '|', new PyTuple([spelled('f8'), shape]), null, null, 8n, 8n, 0n]),
          budget,
        ),
      /a subarray of another form/,
    );
  refuses(
    () =>
      spelled('V8').setState(
        new PyTuple([3n, '|', new PyTuple([spelled('f8'), new PyTuple([2n])]), null, null, 8n, 8n, 0n]),
        budget,
      ),
    /a subarray of 16 bytes stands in a dtype of 8/,
  );
});

test('a dtype never contains itself, nor changes after it was used', () => {
  const record = spelled('V8');
  refuses(() => record.setState(stateOf([['self', record, 0n]], 8n), budget), /contains itself/);
  const inner = spelled('V8');
  spelled('V8').setState(stateOf([['inner', inner, 0n]], 8n), budget);
  refuses(() => inner.setState(stateOf([['x', spelled('f8'), 0n]], 8n), budget), /changes after it was used/);
});

test('a record has one state', () => {
  const record = spelled('V8');
  record.setState(stateOf([['x', spelled('f8'), 0n]], 8n), budget);
  refuses(() => record.setState(stateOf([], 4n), budget), /changes after it was used/);
});

test('dtypes that double at each level are bounded', () => {
  refuses(() => {
    let dtype = spelled('i1');
    for (let level = 0; level < 40; level++) {
      const outer = spelled('V1');
      outer.setState(
        stateOf(
          [
            ['a', dtype, 0n],
            ['b', dtype, 0n],
          ],
          1n,
        ),
        budget,
      );
      dtype = outer;
    }
  }, /more parts than any real one/);
});
