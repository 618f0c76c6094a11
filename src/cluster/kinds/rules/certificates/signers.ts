import {
  type FieldError,
  invalidValue,
  labelFaults,
  requiredValue,
  subdomainFaults,
  tooLong,
} from '../../../meta/index.ts';

/** Bytes of the longest domain, and of the longest path: the names of a namespace and a service account, with a dot between. */
const longestDomain = 253;
const longestPath = 253 + 1 + 63;

/** The name of a signer, `DOMAIN/PATH`: who is asked for certificates. */
export function signerErrors(name: string | undefined, field: string): FieldError[] {
  if (name === undefined || name === '') return [requiredValue(field)];
  const [domain = '', path, ...rest] = name.split('/');
  if (path === undefined || rest.length > 0) {
    const detail = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
    return [invalidValue(field, name, detail)];
  }
  const short = domain.includes('.')
    ? []
    : [invalidValue(field, domain, 'should be a domain with at least two segments separated by dots')];
  return [
    ...(domain.length > longestDomain ? [tooLong(field, longestDomain)] : []),
    ...wordErrors(domain, field, labelFaults),
    ...short,
    ...wordErrors(path, field, subdomainFaults),
    ...(path.length > longestPath ? [tooLong(field, longestPath)] : []),
  ];
}

/** What is wrong with the first wrong one of words that dots separate. */
function wordErrors(text: string, field: string, faults: (word: string) => readonly string[]): FieldError[] {
  const wrong = text.split('.').find(word => faults(word).length > 0);
  if (wrong === undefined) return [];
  return faults(wrong).map(fault =>
    invalidValue(field, text, `validating label ${JSON.stringify(wrong)}: ${fault}`),
  );
}

/** Whether a signer is one of Kubernetes' own. */
export function isKubernetesSigner(name: string | undefined): boolean {
  const domain = name?.split('/')[0] ?? '';
  return domain === 'kubernetes.io' || domain.endsWith('.kubernetes.io');
}
