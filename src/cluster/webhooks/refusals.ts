import type { Status } from '../meta/index.ts';

/** An answer over HTTP. */
export interface Refusal {
  readonly status: number;
  /** `Content-Type`; empty: none was given. */
  readonly type: string;
  readonly text: string;
}

const texts: Readonly<Record<number, string>> = {
  400: 'the server rejected our request for an unknown reason',
  401: 'the server has asked for the client to provide credentials',
  404: 'the server could not find the requested resource',
  405: 'the server does not allow this method on the requested resource',
  409: 'the server reported a conflict',
  422: 'the server rejected our request due to an error in our request',
  429: 'the server has received too many requests and has asked us to try again later',
  503: 'the server is currently unable to handle the request',
  504: 'the server was unable to return a response in the time allotted, but may still be processing the request',
};

/** What a client of Kubernetes says of an answer that is no success (client-go's `NewGenericServerResponse`). Pure. */
export function refusalText({ status, type, text }: Refusal): string {
  const told = statusIn(text);
  if (told?.status === 'Failure' && (told.message ?? '') !== '') return told.message as string;
  const said = type === '' || type.startsWith('text/') ? text.trim() : 'unknown';
  const known = texts[status];
  if (known !== undefined) return known;
  if (status === 403) return said;
  return status >= 500
    ? `an error on the server (${JSON.stringify(said)}) has prevented the request from succeeding`
    : `the server responded with the status code ${status} but did not return more information`;
}

function statusIn(text: string): Partial<Status> | undefined {
  try {
    const value = JSON.parse(text) as Partial<Status> | null;
    return value?.kind === 'Status' ? value : undefined;
  } catch {
    return undefined;
  }
}
