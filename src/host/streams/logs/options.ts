/** What of a log is wanted. */
export interface LogOptions {
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  /** Lines at the end; all when undefined. */
  readonly tail: number | undefined;
  /** Lines written since then alone, milliseconds since 1970. */
  readonly since: number | undefined;
  /** Bytes after which the answer ends. */
  readonly limit: number | undefined;
}

/**
 * Reads the options of a log out of a query.
 * @param now milliseconds since 1970
 * @throws an error that says what is wrong
 */
export function logOptions(query: URLSearchParams, now: number): LogOptions {
  const seconds = integer(query, 'sinceSeconds');
  const time = query.get('sinceTime') ?? '';
  const at = time === '' ? undefined : Date.parse(time);
  if (Number.isNaN(at)) throw new Error(`sinceTime: ${JSON.stringify(time)} is no time as RFC 3339 has it`);
  const stream = query.get('stream') ?? 'All';
  if (stream !== 'All') {
    throw new Error(
      `stream: output and errors are kept together here, ${JSON.stringify(stream)} is not kept for itself`,
    );
  }
  return {
    follow: flag(query, 'follow'),
    previous: flag(query, 'previous'),
    timestamps: flag(query, 'timestamps'),
    tail: integer(query, 'tailLines'),
    since: at ?? (seconds === undefined ? undefined : now - seconds * 1000),
    limit: integer(query, 'limitBytes'),
  };
}

/** A boolean as Go's conversion of queries reads it. */
export function flag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  return value !== null && value !== '0' && value.toLowerCase() !== 'false';
}

function integer(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name) ?? '';
  if (text === '') return undefined;
  if (!/^\d{1,15}$/.test(text))
    throw new Error(`${name}: ${JSON.stringify(text)} is no number of at least 0`);
  return Number(text);
}
