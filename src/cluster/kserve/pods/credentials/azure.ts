import type { KubeObject } from '../../../meta/index.ts';
import type { VariableDraft } from '../draft.ts';
import { valuesOf, variableFrom } from './secrets.ts';

export const azureStorageKey = 'AZURE_STORAGE_ACCESS_KEY';

/** Variables in KServe's order, with the keys that Secrets had in former times. */
const keys: readonly (readonly [name: string, former?: string])[] = [
  ['AZURE_SUBSCRIPTION_ID', 'AZ_SUBSCRIPTION_ID'],
  ['AZURE_TENANT_ID', 'AZ_TENANT_ID'],
  ['AZURE_CLIENT_ID', 'AZ_CLIENT_ID'],
  ['AZURE_CLIENT_SECRET', 'AZ_CLIENT_SECRET'],
  [azureStorageKey],
  ['AZURE_ACCESS_TOKEN'],
  ['AZURE_ACCESS_EXPIRES_ON_SECONDS'],
  ['AZURE_ACCOUNT_NAME'],
  ['AZURE_SERVICE_URL'],
];

/** What a Secret says; the tenant is asked for even where it says nothing, as KServe does. */
export function azureVariables(secret: KubeObject): VariableDraft[] {
  const name = secret.metadata.name ?? '';
  const values = valuesOf(secret);
  return keys.flatMap(([variable, former]) => {
    const key = former !== undefined && values.has(former) ? former : variable;
    const wanted = values.has(key) || key === 'AZURE_TENANT_ID';
    return wanted ? [variableFrom(name, key, variable)] : [];
  });
}
