import { arrayClaims, companionPaths } from './arrays.ts';
import {
  filledLists,
  filledNumbers,
  filledObjects,
  filledSets,
  filledValues,
  inflateBombs,
} from './bombs.ts';
import type { Case } from './case.ts';
import { codeCalls } from './code.ts';
import { garbage, packedTruncations, truncations } from './damaged.ts';
import { memoBombs } from './memo.ts';
import { nestedLists, nestedObjects, nestedOthers } from './nested.ts';

/** Each group is read in one child process, whose memory is that of its largest case and what others left behind. */
export const groups: Readonly<Record<string, readonly Case[]>> = {
  'nested lists and tuples': nestedLists,
  'nested dicts': nestedOthers,
  'nested sets and calls': nestedObjects.slice(0, 3),
  'nested instances': nestedObjects.slice(3, 6),
  'nested states and marks': nestedObjects.slice(6),
  'memo bombs': memoBombs,
  'array claims': arrayClaims,
  'companion paths': companionPaths,
  'calls of code': codeCalls,
  'inflating bombs': inflateBombs,
  'packed lists': filledLists,
  'packed sets': filledSets,
  'packed values': filledValues,
  'packed numbers': filledNumbers,
  'packed objects': filledObjects,
  truncations,
  'packed truncations': packedTruncations,
  garbage,
};
