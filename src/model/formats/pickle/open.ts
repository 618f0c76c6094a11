import { type Container, openContainers } from './container/open.ts';
import { Fault, placed } from './errors.ts';
import { type Companion, readCompanions } from './joblib/companions.ts';
import { JoblibArrays } from './joblib/wrapper.ts';
import { Budget } from './machine/budget.ts';
import { Classes } from './machine/classes.ts';
import { Machine, type Surroundings } from './machine/machine.ts';
import { refuseMistakes, startsLikePickle, unrecognised } from './recognise.ts';
import type { PyClass, PyValue } from './values.ts';

export interface PickleOptions {
  /** Reads a file beside the model, for joblib files of the layout before 0.10. */
  readonly companion?: Companion | undefined;
  /**
   * Most bytes that compressed content may inflate to. By default 64 MiB and 32 times the bytes received:
   * models come to a tenth or a twentieth of their size, bombs to a thousandth.
   */
  readonly maxInflatedBytes?: number | undefined;
  /**
   * Most heap bytes, estimated, that values beside array contents may take. By default 128 MiB, 16 times the bytes
   * received, and once what they inflate to: the words of a large vocabulary take ten times their bytes.
   */
  readonly maxValueBytes?: number | undefined;
}

export interface PickleFile {
  /** The objects at top level: one, unless several pickles stand one after another. */
  readonly objects: readonly PyValue[];
  /** What they stood in, outermost first, joined by `+`: `plain`, `zlib`, `gzip+zlib`. */
  readonly container: string;
  /** The highest protocol that a PROTO opcode of the outer pickles says, 0 when none does. */
  readonly protocol: number;
  /** Whether joblib wrote it, as far as that shows: by its array wrappers or its own container. */
  readonly joblib: boolean;
  /** Every class and function the file names, in the order of appearance. */
  readonly classes: readonly PyClass[];
  /** Bytes after the last pickle that are none; Python ignores them too. */
  readonly trailingBytes: number;
}

const mebi = 2 ** 20;

function inflatedLimit(received: number): number {
  return 64 * mebi + 32 * received;
}

/**
 * Reads a pickle or joblib file, executing nothing of it. Arrays are views on `bytes` where possible, so do not change
 * those afterwards. Python objects become symbolic, see {@link PyValue}.
 * @throws CodedError of this room; the message names the byte and the opcode.
 */
export function openPickle(bytes: Uint8Array, options: PickleOptions = {}): PickleFile {
  return placed(
    () => '',
    () => open(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), options),
  );
}

function open(bytes: Uint8Array, options: PickleOptions): PickleFile {
  refuseMistakes(bytes);
  const { layers, content } = openContainers(bytes, options.maxInflatedBytes ?? inflatedLimit(bytes.length));
  if (layers.length > 0) refuseEmpty(content, layers);
  if (!startsLikePickle(content)) throw unrecognised(content, layers);
  const arrays = new JoblibArrays(
    readCompanions(options.companion, received => options.maxInflatedBytes ?? inflatedLimit(received)),
  );
  const classes = new Classes();
  const around: Surroundings = {
    budget: new Budget(
      options.maxValueBytes ?? 128 * mebi + 16 * bytes.length + content.length,
      64 * mebi + 3 * content.length,
    ),
    classes,
    afterBuild: arrays.afterBuild,
    where: layers.length === 0 ? '' : ` of the inflated content (${layers.join(', ')})`,
  };
  const read = readAll(content, around);
  return {
    ...read,
    container: layers.length === 0 ? 'plain' : layers.join('+'),
    joblib: arrays.met || layers.includes('zfile'),
    classes: classes.list(),
  };
}

function refuseEmpty(content: Uint8Array, layers: readonly Container[]): void {
  if (content.length === 0) throw new Fault('pickle-empty', `the ${layers.join(', ')} data hold nothing`);
}

interface ReadAll {
  readonly objects: readonly PyValue[];
  readonly protocol: number;
  readonly trailingBytes: number;
}

/** Pickles one after another; what follows the first and is none is left. */
function readAll(content: Uint8Array, around: Surroundings): ReadAll {
  const objects: PyValue[] = [];
  let protocol = 0;
  let position = 0;
  do {
    const machine = new Machine(content, position, around);
    objects.push(machine.run());
    protocol = Math.max(protocol, machine.protocol);
    position = machine.cursor.position;
  } while (position < content.length && startsLikePickle(content.subarray(position)));
  return { objects, protocol, trailingBytes: content.length - position };
}
