import type { Protocol } from './contract.ts';
import { exchangeNamed } from './exchanges/index.ts';

export { errorAnswer, sendError } from './answers.ts';
export type { Action, Control, Protocol, Route, Serving } from './contract.ts';

export interface ProtocolRow {
  readonly name: string;
  /** By the first segment of the path; cheap, and before anything of the protocol is loaded. */
  readonly match: (segment: string) => boolean;
  readonly load: () => Promise<Protocol>;
}

export const protocols = [
  {
    name: 'v2',
    match: segment => segment === 'v2',
    load: async () => (await import('./v2/routes.ts')).v2(await exchangeNamed('v2')),
  },
  {
    name: 'v1',
    match: segment => segment === 'v1',
    load: async () => (await import('./v1/routes.ts')).v1(await exchangeNamed('v1')),
  },
  { name: 'server', match: () => true, load: async () => (await import('./server/routes.ts')).server },
] as const satisfies readonly ProtocolRow[];
