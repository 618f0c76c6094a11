import type { AdmissionRequest } from '../admission/index.ts';
import { type NamespaceLabels, ruleMatches, selects } from '../webhooks/index.ts';
import type { MatchResources, NamedRule } from './configuration.ts';

/** Whether a policy is about a request: some rule of it is, none that leaves out is, and its selectors choose it. Pure. */
export function constrains(
  constraints: MatchResources,
  request: AdmissionRequest,
  labelsOf: NamespaceLabels,
): boolean {
  const { resourceRules = [] } = constraints;
  return resourceRules.some(rule => isAbout(rule, request)) && included(constraints, request, labelsOf);
}

/** Whether a binding is: one without rules is about all that its policy is about. Pure. */
export function binds(
  resources: MatchResources | undefined,
  request: AdmissionRequest,
  labelsOf: NamespaceLabels,
): boolean {
  if (resources === undefined) return true;
  if ((resources.resourceRules ?? []).length > 0) return constrains(resources, request, labelsOf);
  return included(resources, request, labelsOf);
}

function included(resources: MatchResources, request: AdmissionRequest, labelsOf: NamespaceLabels): boolean {
  const { excludeResourceRules: excluded = [] } = resources;
  return !excluded.some(rule => isAbout(rule, request)) && selects(resources, request, labelsOf);
}

function isAbout(rule: NamedRule, request: AdmissionRequest): boolean {
  const { resourceNames = [] } = rule;
  if (resourceNames.length > 0 && !resourceNames.includes(request.name)) return false;
  return ruleMatches(rule, request);
}
