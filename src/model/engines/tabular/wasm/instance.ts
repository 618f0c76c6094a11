interface Memory {
  readonly buffer: ArrayBuffer;
}

/** As much of the JavaScript interface of WebAssembly as is used here: the language's own library has no types for it. */
interface Interface {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => Memory;
  readonly Instance: new (
    module: object,
    imports: { readonly of: { readonly memory: Memory } },
  ) => { readonly exports: Readonly<Record<string, unknown>> };
  readonly CompileError: new () => Error;
}

const pageBytes = 65_536;
const compiled = new Map<() => Uint8Array<ArrayBuffer>, object>();

/** A function with a memory of its own. */
export interface Instance {
  readonly run: (...parameters: readonly number[]) => void;
  readonly buffer: ArrayBuffer;
}

/**
 * An instance of a module of `moduleOf`, compiled once a thread.
 * @param bytes of memory
 * @returns undefined where the process may not compile, or has no more addresses to give
 */
export function instanceOf(module: () => Uint8Array<ArrayBuffer>, bytes: number): Instance | undefined {
  const wasm = (globalThis as unknown as { readonly WebAssembly: Interface }).WebAssembly;
  const pages = Math.ceil(bytes / pageBytes);
  try {
    const known = compiled.get(module) ?? new wasm.Module(module());
    compiled.set(module, known);
    const memory = new wasm.Memory({ initial: pages, maximum: pages });
    const { exports } = new wasm.Instance(known, { of: { memory } });
    return { run: exports['run'] as Instance['run'], buffer: memory.buffer };
  } catch (error) {
    if (error instanceof wasm.CompileError || error instanceof RangeError) return undefined;
    throw error;
  }
}
