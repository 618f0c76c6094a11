/**
 * How processes of the platform ask the one that keeps who is known: JSON over the listener of the Kubernetes API, below this
 * prefix, by whoever that API lets in.
 */
import type { Revoked, Shared } from '../../../edge/identity/index.ts';

export const prefix = '/davit/identity/';

/** What gateways ask, below the prefix. */
export const keeperPaths = {
  who: 'who',
  open: 'open',
  close: 'close',
  spend: 'spend',
  shared: 'shared',
  revocations: 'revocations',
} as const;

/** A failure, as it is answered. */
export interface Refusal {
  readonly error: {
    readonly code: string;
    readonly status: number;
    readonly fault: 'user' | 'server';
    readonly message: string;
  };
}

/** `Shared`, its bytes as base64. */
export type SharedText = Omit<Shared, 'sealing'> & { readonly sealing: readonly string[] };

export function sharedText(shared: Shared): SharedText {
  return { ...shared, sealing: shared.sealing.map(key => Buffer.from(key).toString('base64')) };
}

export function sharedOf(text: SharedText): Shared {
  return { ...text, sealing: text.sealing.map(key => new Uint8Array(Buffer.from(key, 'base64'))) };
}

/** A line of the stream of revocations; an empty object is a sign of life. */
export type RevocationLine = Revoked | Record<string, never>;
