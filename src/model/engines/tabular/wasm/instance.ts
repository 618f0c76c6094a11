interface Memory {
  readonly buffer: ArrayBuffer;
}

/** As much of the JavaScript interface of WebAssembly as is used here: the language's own library has no types for it. */
interface Interface {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => Memory;
  readonly Instance: new (
    module: object,
    imports: { readonly of: readonly Memory[] },
  ) => { readonly exports: Readonly<Record<string, unknown>> };
  readonly CompileError: new () => Error;
}

/** Undefined where the process was started without it. */
const { WebAssembly: available } = globalThis as unknown as { readonly WebAssembly?: Interface };
const pageBytes = 65_536;

/** At the start of memory that arrays stand in: room for what a function tells. */
export const reservedBytes = 64;

const compiled = new Map<() => Uint8Array<ArrayBuffer>, object>();
const memories = new WeakMap<ArrayBufferLike, Memory>();

export type Run = (...parameters: readonly number[]) => void;

/** A function with a memory of its own. */
export interface Instance {
  readonly run: Run;
  readonly buffer: ArrayBuffer;
}

/** @returns undefined where the process may not compile, or has no more addresses to give */
function ifPossible<T>(make: (wasm: Interface) => T): T | undefined {
  if (available === undefined) return undefined;
  try {
    return make(available);
  } catch (error) {
    if (error instanceof available.CompileError || error instanceof RangeError) return undefined;
    throw error;
  }
}

function newMemory(wasm: Interface, bytes: number): Memory {
  const pages = Math.ceil(bytes / pageBytes);
  return new wasm.Memory({ initial: pages, maximum: pages });
}

function runOf(wasm: Interface, module: () => Uint8Array<ArrayBuffer>, of: readonly Memory[]): Run {
  const known = compiled.get(module) ?? new wasm.Module(module());
  compiled.set(module, known);
  return new wasm.Instance(known, { of }).exports['run'] as Run;
}

/** Memory that functions of WebAssembly can work on; undefined as for `instanceOf`. */
export function bufferOf(bytes: number): ArrayBuffer | undefined {
  const memory = ifPossible(wasm => newMemory(wasm, bytes));
  if (memory !== undefined) memories.set(memory.buffer, memory);
  return memory?.buffer;
}

/**
 * An instance of a module of `moduleOf`, compiled once a thread.
 * @param bytes of memory
 * @returns undefined where the process may not compile, or has no more addresses to give
 */
export function instanceOf(module: () => Uint8Array<ArrayBuffer>, bytes: number): Instance | undefined {
  return ifPossible(wasm => {
    const memory = newMemory(wasm, bytes);
    return { run: runOf(wasm, module, [memory]), buffer: memory.buffer };
  });
}

/**
 * An instance that works on the memory that some arrays stand in.
 * @param bytes of a second memory, of its own; 0 for none
 * @returns undefined where the arrays do not stand in one memory of `bufferOf`, and as `instanceOf`
 */
export function instanceOn(
  arrays: readonly [Float64Array, ...Float64Array[]],
  module: () => Uint8Array<ArrayBuffer>,
  bytes = 0,
): Instance | undefined {
  const [{ buffer }] = arrays;
  const shared = memories.get(buffer);
  if (shared === undefined || arrays.some(array => array.buffer !== buffer)) return undefined;
  return ifPossible(wasm => {
    const own = bytes > 0 ? [newMemory(wasm, bytes)] : [];
    return { run: runOf(wasm, module, [shared, ...own]), buffer: (own[0] ?? shared).buffer };
  });
}
