import { bytesOf, type Case } from './case.ts';

const million = 1_000_000;

/** A pickle of protocol 4 that nests `before … after` a million times around None. */
function nest(name: string, setup: string, before: string, after: string, count = million): Case {
  return {
    name: `${count} nested ${name}`,
    bytes: () => bytesOf('\x80\x04', setup, before.repeat(count), 'N', after.repeat(count), '.'),
    // Read, and then no model; or too much to hold.
    codes: ['sklearn-no-model', 'sklearn-class-unsupported', 'pickle-too-large'],
  };
}

const global = 'cmy\nThing\nq\x000';

/** A million deep, by every opcode that puts a value into another. */
export const nestedLists: readonly Case[] = [
  nest('lists by APPEND', '', ']', 'a'),
  nest('lists by APPENDS', '', '](', 'e'),
  nest('lists by LIST', '', '(', 'l'),
  nest('tuples by TUPLE', '', '(', 't'),
  nest('tuples by TUPLE1', '', '', '\x85'),
];

export const nestedOthers: readonly Case[] = [
  nest('tuples by TUPLE2', '', 'N', '\x86'),
  nest('tuples by TUPLE3', '', 'NN', '\x87'),
  nest('dicts by SETITEM', '', '}N', 's'),
  nest('dicts by DICT', '', '(N', 'd'),
  nest('dicts by SETITEMS', '', '}(N', 'u'),
];

export const nestedObjects: readonly Case[] = [
  nest('sets by ADDITEMS', '', '\x8f(', '\x90'),
  nest('frozensets', '', '(', '\x91'),
  nest('calls', global, 'h\x00', '\x85R'),
  nest('instances by NEWOBJ', global, 'h\x00', '\x85\x81'),
  nest('instances by OBJ', global, '(h\x00', 'o'),
  // Three million bytes name the class over and over.
  nest('instances by INST', '', '(', 'imy\nThing\n', 300_000),
  nest('states by BUILD', global, 'h\x00)\x81', 'b'),
  nest(
    'arrays of objects',
    'cnumpy._core.multiarray\n_reconstruct\nq\x000cnumpy\nndarray\nq\x010cnumpy\ndtype\n\x8c\x01O\x85Rq\x020',
    'h\x00h\x01)C\x01b\x87R(K\x01)h\x02\x89](',
    'etb',
    100_000,
  ),
  {
    name: 'a million marks',
    bytes: () => bytesOf('\x80\x04', '('.repeat(million), '.'),
    codes: ['pickle-malformed', 'pickle-too-large'],
  },
];
