import { type FieldError, invalidValue, type KubeObject, tooLong } from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { unchanged } from '../checks.ts';
import { specOf } from '../filling.ts';
import { type Block, blocksIn, certificateIn } from './pem.ts';
import { signerErrors } from './signers.ts';

interface BundleSpec {
  readonly signerName?: string;
  /** PEM. */
  readonly trustBundle?: string;
}

/** Bytes. */
const largest = 1024 * 1024;
const field = 'spec.trustBundle';

/** Rules of ClusterTrustBundle, whose name begins with that of its signer where it has one. */
export const clustertrustbundles: Rules = {
  validateCreate: object => [...errorsOf(object), ...bundleErrors(specOf<BundleSpec>(object).trustBundle)],
  validateUpdate: (object, old) => {
    const [spec, before] = [specOf<BundleSpec>(object), specOf<BundleSpec>(old)];
    return [
      ...errorsOf(object),
      ...(spec.trustBundle === before.trustBundle ? [] : bundleErrors(spec.trustBundle)),
      ...unchanged(spec.signerName, before.signerName, 'spec.signerName'),
    ];
  },
};

function errorsOf(object: KubeObject): FieldError[] {
  const { signerName = '' } = specOf<BundleSpec>(object);
  const { name = '' } = object.metadata;
  const prefix = `${signerName.replace('/', ':')}:`;
  if (signerName === '') {
    const detail = 'ClusterTrustBundle without signer name must not have ":" in its name';
    return name.includes(':') ? [invalidValue('metadata.name', name, detail)] : [];
  }
  const detail = `ClusterTrustBundle for signerName ${signerName} must be named with prefix ${prefix}`;
  return [
    ...(name.startsWith(prefix) ? [] : [invalidValue('metadata.name', name, detail)]),
    ...signerErrors(signerName, 'spec.signerName'),
  ];
}

function bundleErrors(bundle = ''): FieldError[] {
  if (Buffer.byteLength(bundle) > largest) return [tooLong(field, largest)];
  const wrong = (detail: string): FieldError => invalidValue(field, '<value omitted>', detail);
  const blocks = blocksIn(bundle);
  if (blocks.length === 0) return [wrong('at least one trust anchor must be provided')];
  const errors = blocks.flatMap((block, index) => {
    const fault = faultOf(block);
    return fault === undefined ? [] : [wrong(`entry ${index} ${fault}`)];
  });
  return errors.length > 0
    ? errors
    : repeated(blocks).map(list => wrong(`duplicate trust anchor (indices [${list.join(' ')}])`));
}

function faultOf(block: Block): string | undefined {
  if (block.type !== 'CERTIFICATE') return `has bad block type: ${block.type}`;
  if (block.headed) return 'has PEM block headers';
  const certificate = certificateIn(block);
  if (certificate === undefined) return 'does not parse as X.509';
  return certificate.ca ? undefined : 'does not have the CA bit set';
}

/** The places of certificates that stand more than once. */
function repeated(blocks: readonly Block[]): number[][] {
  const places = new Map<string, number[]>();
  for (const [index, { bytes }] of blocks.entries()) {
    const key = bytes.toString('base64');
    places.set(key, [...(places.get(key) ?? []), index]);
  }
  return [...places.values()].filter(list => list.length > 1);
}
