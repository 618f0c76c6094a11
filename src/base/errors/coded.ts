/** Whose mistake an error is: the caller's (input, files, flags) or Davit's own. */
export type Fault = 'user' | 'server';

/** One row of a room's error table; `docs/reference/errors.md` is generated from these rows. */
export interface ErrorRow {
  /** HTTP status a protocol answers with. */
  readonly status: number;
  readonly fault: Fault;
  /** When it happens, one sentence. */
  readonly meaning: string;
  /** What the reader should do, one sentence. */
  readonly fix: string;
}

/** An error that is an answer: stable `code`, HTTP `status`, `fault`, and a message that names what was found and expected. */
export class CodedError extends Error {
  readonly code: string;
  readonly status: number;
  readonly fault: Fault;

  constructor(code: string, row: ErrorRow, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CodedError';
    this.code = code;
    this.status = row.status;
    this.fault = row.fault;
  }
}

/** Makes an error of one row: `errors.modelNotFound('…')`. */
export type ErrorMaker = (message: string, options?: ErrorOptions) => CodedError;

export interface ErrorTable<Code extends string> {
  readonly rows: Readonly<Record<Code, ErrorRow>>;
  readonly make: { readonly [C in Code]: ErrorMaker };
}

/**
 * Declares the errors of a room, once, in its `errors.ts`. Codes are kebab-case, unique over all rooms, and never reused,
 * because logs outlive releases.
 */
export function declareErrors<const Rows extends Record<string, ErrorRow>>(
  rows: Rows,
): ErrorTable<keyof Rows & string> {
  const make: Record<string, ErrorMaker> = {};
  for (const [code, row] of Object.entries(rows)) {
    make[code] = (message, options) => new CodedError(code, row, message, options);
  }
  return { rows, make: make as ErrorTable<keyof Rows & string>['make'] };
}

/** The message of anything thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
