import { customresourcedefinitions } from '../custom/rules.ts';
import type { Rules } from '../kind.ts';
import { deployments } from './apps/deployments.ts';
import { configmaps } from './core/configmaps.ts';
import { namespaces } from './core/namespaces.ts';
import { pods } from './core/pods.ts';
import { secrets } from './core/secrets.ts';
import { serviceaccounts } from './core/serviceaccounts.ts';
import { services } from './core/services/rules.ts';

/** Rules by resource, as `Kind.resource` names it. */
const rows: ReadonlyMap<string, Rules> = new Map(
  Object.entries({
    configmaps,
    namespaces,
    pods,
    secrets,
    serviceaccounts,
    services,
    'apps/deployments': deployments,
    'apiextensions.k8s.io/customresourcedefinitions': customresourcedefinitions,
  }),
);

const none: Rules = {};

/** The rules of a built-in kind by its resource (`pods`, `apps/deployments`); no rules where its schema says all. */
export function rulesOf(resource: string): Rules {
  return rows.get(resource) ?? none;
}
