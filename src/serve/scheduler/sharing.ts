import type { ComputingModel } from '../repository/index.ts';

type Executable = ComputingModel['executable'];
type Tensor = Parameters<Executable['run']>[0][number];
type Numbers = Exclude<Tensor['data'], readonly (string | null)[] | { readonly codes: Int32Array }>;

/** A batch that several compute threads work on: who is free takes the next piece. All arrays stand in shared memory. */
export interface Share {
  readonly generation: number;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly string[];
  readonly rows: number;
  readonly pieceRows: number;
  /** Elements of every output, filled piece by piece; codes where an output is coded. */
  readonly answers: readonly Numbers[];
  /** See {@link slots}; after them one element for each piece, 1 when it is done. */
  readonly control: Int32Array<SharedArrayBuffer>;
}

/** The next piece that nobody has taken; whether a helper failed or was lost; how many pieces are done. */
const slots = { next: 0, failed: 1, done: 2, count: 3 } as const;

/** A piece takes about this long: long enough to be worth a message, short enough that nobody waits long at the end. */
const pieceNanoseconds = 4_000_000;
/** Shorter batches are done before a helper has begun. */
const worthNanoseconds = 20_000_000;
/** Pieces begin where the engine's blocks may. */
const pieceMultiple = 512;

function isNumbers(data: Tensor['data']): data is Numbers {
  return ArrayBuffer.isView(data);
}

function shared<T extends Numbers>(like: T, length: number): T {
  const make = like.constructor as new (buffer: SharedArrayBuffer) => T;
  return new make(new SharedArrayBuffer(length * like.BYTES_PER_ELEMENT));
}

function sliceOf(tensor: Tensor, first: number, count: number): Tensor {
  const { shape } = tensor;
  const width = shape.slice(1).reduce((product, size) => product * size, 1);
  const data = (tensor.data as Float64Array).subarray(first * width, (first + count) * width);
  return { ...tensor, shape: [count, ...shape.slice(1)], data };
}

/** Numbers of the answer, or the codes that stand for its labels. */
function elementsOf({ data }: Tensor): Numbers | undefined {
  if (isNumbers(data)) return data;
  return 'codes' in data ? data.codes : undefined;
}

function isWhole({ shape, data }: Tensor, rows: number): boolean {
  return (
    isNumbers(data) && shape[0] === rows && data.length === shape.reduce((product, size) => product * size, 1)
  );
}

/** Whether dividing pays, and every input can be divided: a request that is wrong is refused as a whole. */
function pieceRowsOf(
  executable: Executable,
  inputs: readonly Tensor[],
  outputs: readonly string[],
): number | undefined {
  const rows = inputs[0]?.shape[0] ?? 0;
  if (executable.feed !== 'rows') return undefined;
  const cost = executable.cost(inputs, outputs);
  if (cost < worthNanoseconds || !inputs.every(input => isWhole(input, rows))) return undefined;
  const wanted = Math.ceil((pieceNanoseconds * rows) / cost / pieceMultiple) * pieceMultiple;
  return wanted < rows ? wanted : undefined;
}

function runPiece(
  executable: Executable,
  share: Share,
  piece: number,
): readonly Tensor[] | Promise<readonly Tensor[]> {
  const first = piece * share.pieceRows;
  const count = Math.min(share.pieceRows, share.rows - first);
  return executable.run(
    share.inputs.map(input => sliceOf(input, first, count)),
    share.outputs,
  );
}

function keep({ answers, control, rows, pieceRows }: Share, piece: number, found: readonly Tensor[]): void {
  for (const [at, answer] of answers.entries()) {
    const width = answer.length / rows;
    (answer as Float64Array).set(elementsOf(found[at] as Tensor) as Float64Array, piece * pieceRows * width);
  }
  Atomics.store(control, slots.count + piece, 1);
  Atomics.add(control, slots.done, 1);
  Atomics.notify(control, slots.done);
}

/** Takes pieces until none is left. */
export async function help(executable: Executable, share: Share, checkpoint?: () => void): Promise<void> {
  const pieces = share.control.length - slots.count;
  for (;;) {
    if (Atomics.load(share.control, slots.failed) !== 0) return;
    const piece = Atomics.add(share.control, slots.next, 1);
    if (piece >= pieces) return;
    checkpoint?.();
    keep(share, piece, await runPiece(executable, share, piece));
  }
}

/** Says that a piece will not come; whoever asked computes on alone. */
export function fail({ control }: Share): void {
  Atomics.store(control, slots.failed, 1);
  Atomics.notify(control, slots.done);
}

/** Blocks this thread until every piece is done. @returns false when a helper failed */
function allDone({ control }: Share): boolean {
  const pieces = control.length - slots.count;
  for (;;) {
    const done = Atomics.load(control, slots.done);
    if (done === pieces) return true;
    if (Atomics.load(control, slots.failed) !== 0) return false;
    // A failure is told by the same element, but does not change it: looked for again now and then.
    Atomics.wait(control, slots.done, done, 100);
  }
}

function withAnswer(tensor: Tensor, rows: number, answer: Numbers): Tensor {
  const shape = [rows, ...tensor.shape.slice(1)];
  const whole = answer.slice() as Numbers;
  return 'codes' in tensor.data
    ? { ...tensor, shape, data: { ...tensor.data, codes: whole as Int32Array } }
    : { ...tensor, shape, data: whole };
}

/**
 * An executable that offers the pieces of a long batch to other threads while it computes them itself. It needs nobody: when
 * no helper comes, it computes all of them, and when one fails, the batch as a whole.
 * @param offer tells the others; nothing of it has to arrive
 */
export function sharing(
  executable: Executable,
  generation: number,
  offer: (share: Share) => void,
): Executable {
  async function runShared(
    pieceRows: number,
    inputs: readonly Tensor[],
    outputs: readonly string[],
    checkpoint: () => void,
  ): Promise<readonly Tensor[]> {
    const rows = (inputs[0] as Tensor).shape[0] as number;
    const whole = (): ReturnType<Executable['run']> => executable.run(inputs, outputs, checkpoint);
    try {
      const first = await executable.run(
        inputs.map(input => sliceOf(input, 0, pieceRows)),
        outputs,
        checkpoint,
      );
      const kinds = first.map(elementsOf);
      if (kinds.includes(undefined)) return await whole();
      const share: Share = {
        generation,
        inputs: inputs.map(input => {
          const data = shared(input.data as Numbers, (input.data as Numbers).length);
          (data as Float64Array).set(input.data as Float64Array);
          return { ...input, data };
        }),
        outputs,
        rows,
        pieceRows,
        answers: kinds.map(kind => shared(kind as Numbers, ((kind as Numbers).length / pieceRows) * rows)),
        control: new Int32Array(new SharedArrayBuffer(4 * (slots.count + Math.ceil(rows / pieceRows)))),
      };
      Atomics.store(share.control, slots.next, 1);
      keep(share, 0, first);
      offer(share);
      await help(executable, share, checkpoint);
      if (!allDone(share)) return await whole();
      return first.map((tensor, at) => withAnswer(tensor, rows, share.answers[at] as Numbers));
    } catch {
      // Places in the message would be those of a piece.
      return whole();
    }
  }

  return {
    feed: executable.feed,
    cost: (inputs, outputs) => executable.cost(inputs, outputs),
    run(inputs, outputs, checkpoint = () => {}) {
      const pieceRows = pieceRowsOf(executable, inputs, outputs);
      return pieceRows === undefined
        ? executable.run(inputs, outputs, checkpoint)
        : runShared(pieceRows, inputs, outputs, checkpoint);
    },
  };
}
