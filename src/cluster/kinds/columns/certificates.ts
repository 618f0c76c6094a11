import type { KubeObject } from '../../meta/index.ts';
import type { Column } from '../kind.ts';
import { age, labelsText, named, partOf, text, wide } from './cells.ts';
import { humanDuration } from './durations.ts';

interface RequestSpec {
  readonly signerName?: string;
  readonly username?: string;
  readonly expirationSeconds?: number;
}

interface State {
  readonly conditions?: readonly { readonly type: string }[];
  readonly certificate?: string;
}

function has({ conditions = [] }: State, type: string): boolean {
  return conditions.some(one => one.type === type);
}

/** What has become of a request: a denial goes before an approval. */
function stateOf(object: KubeObject): string {
  const status = partOf<State>(object, 'status');
  const decided = has(status, 'Denied') ? 'Denied' : has(status, 'Approved') ? 'Approved' : 'Pending';
  const failed = has(status, 'Failed') ? ',Failed' : '';
  return `${decided}${failed}${(status.certificate ?? '') === '' ? '' : ',Issued'}`;
}

function signerOf(object: KubeObject): string {
  return partOf<RequestSpec>(object, 'spec').signerName || '<none>';
}

export const certificatesigningrequests: readonly Column[] = [
  named(),
  age,
  text('SignerName', 'Who is asked', signerOf),
  text('Requestor', 'Who has asked', object => partOf<RequestSpec>(object, 'spec').username ?? ''),
  text('RequestedDuration', 'How long the certificate is to be good', object => {
    const { expirationSeconds } = partOf<RequestSpec>(object, 'spec');
    return expirationSeconds === undefined ? '<none>' : humanDuration(expirationSeconds * 1000);
  }),
  text('Condition', 'What has become of it', stateOf),
];

export const clustertrustbundles: readonly Column[] = [
  named(),
  text('SignerName', 'Whose authorities they are', signerOf),
];

interface PodRequestSpec {
  readonly podName?: string;
  readonly serviceAccountName?: string;
  readonly nodeName?: string;
  readonly signerName?: string;
  readonly unverifiedUserAnnotations?: Readonly<Record<string, string>>;
}

/** A request of a pod ends in one of these ways. */
const ends: readonly string[] = ['Issued', 'Denied', 'Failed'];

function field(name: 'podName' | 'serviceAccountName' | 'nodeName' | 'signerName'): Column['cell'] {
  return object => partOf<PodRequestSpec>(object, 'spec')[name] ?? '';
}

export const podcertificaterequests: readonly Column[] = [
  named(),
  text('PodName', 'The pod', field('podName')),
  text('ServiceAccountName', 'Its service account', field('serviceAccountName')),
  text('NodeName', 'Its node', field('nodeName')),
  text('SignerName', 'Who is asked', field('signerName')),
  text('State', 'What has become of it', object => {
    const { conditions = [] } = partOf<State>(object, 'status');
    return conditions.findLast(({ type }) => ends.includes(type))?.type ?? 'Pending';
  }),
  {
    ...wide('UnverifiedUserAnnotations', 'What the signer is told beside it', object =>
      labelsText(partOf<PodRequestSpec>(object, 'spec').unverifiedUserAnnotations),
    ),
    priority: 0,
  },
];
