import type { KubeObject } from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';

interface Reference {
  readonly name?: string;
}

const enforce = 'kubernetes.io/enforce-mountable-secrets';

/** Rules of ServiceAccount: of the secrets it names only the names count. */
export const serviceaccounts: Rules = {
  prepareCreate: onlyNames,
  prepareUpdate: onlyNames,
  warnings: (object, old) => {
    const asked = object.metadata.annotations?.[enforce] !== undefined;
    if (!asked || old?.metadata.annotations?.[enforce] !== undefined) return [];
    return [
      `metadata.annotations[${enforce}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`,
    ];
  },
};

function onlyNames(object: KubeObject): KubeObject {
  const secrets = object['secrets'] as readonly Reference[] | undefined;
  if (secrets === undefined || secrets.every(one => Object.keys(one).join() === 'name')) return object;
  return { ...object, secrets: secrets.map(({ name }) => (name === undefined ? {} : { name })) };
}
