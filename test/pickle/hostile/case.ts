/** A file that wants to do harm, and how the attempt must end. */
export interface Case {
  readonly name: string;
  readonly bytes: () => Uint8Array;
  /** Codes of which the error has one. */
  readonly codes: readonly string[];
  /** Files beside it. */
  readonly companions?: Readonly<Record<string, Uint8Array>>;
}

/** What a child reports of a case. */
export interface Outcome {
  readonly name: string;
  /** The code of the error; `none` when the file was taken, or the text of an error without a code. */
  readonly code: string;
  readonly message: string;
  readonly cpuMs: number;
}

export interface Report {
  readonly outcomes: readonly Outcome[];
  readonly touched: readonly string[];
  readonly peakMiB: number;
}

/** Latin-1 text as bytes: opcodes are characters. */
export function bytesOf(...parts: readonly (string | Uint8Array)[]): Buffer {
  return Buffer.concat(parts.map(part => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
}

export function u4(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes.toString('latin1');
}

export function u8(value: bigint): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes.toString('latin1');
}
