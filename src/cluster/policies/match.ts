import type { AdmissionRequest } from '../admission/index.ts';
import type { Equivalents, Kind } from '../kinds/index.ts';
import { matchedKind, type NamespaceLabels, ruleMatches, selects } from '../webhooks/index.ts';
import type { MatchResources, NamedRule } from './configuration.ts';

/**
 * The version of a kind as which a policy is about a request: some rule of it is, none that leaves out is, and its selectors choose it;
 * undefined where it is not. Pure.
 */
export function constrains(
  constraints: MatchResources,
  request: AdmissionRequest,
  labelsOf: NamespaceLabels,
  equivalents: Equivalents,
): Kind | undefined {
  if (!included(constraints, request, labelsOf, equivalents)) return undefined;
  return matched(constraints.resourceRules, constraints, request, equivalents);
}

/** Whether a binding is: one without rules is about all that its policy is about. Pure. */
export function binds(
  resources: MatchResources | undefined,
  request: AdmissionRequest,
  labelsOf: NamespaceLabels,
  equivalents: Equivalents,
): boolean {
  if (resources === undefined) return true;
  if ((resources.resourceRules ?? []).length > 0) {
    return constrains(resources, request, labelsOf, equivalents) !== undefined;
  }
  return included(resources, request, labelsOf, equivalents);
}

function included(
  resources: MatchResources,
  request: AdmissionRequest,
  labelsOf: NamespaceLabels,
  equivalents: Equivalents,
): boolean {
  return (
    matched(resources.excludeResourceRules, resources, request, equivalents) === undefined &&
    selects(resources, request, labelsOf)
  );
}

function matched(
  rules: readonly NamedRule[] = [],
  { matchPolicy }: MatchResources,
  request: AdmissionRequest,
  equivalents: Equivalents,
): Kind | undefined {
  return matchedKind(request, matchPolicy, equivalents, one => rules.some(rule => isAbout(rule, one)));
}

function isAbout(rule: NamedRule, request: AdmissionRequest): boolean {
  const { resourceNames = [] } = rule;
  if (resourceNames.length > 0 && !resourceNames.includes(request.name)) return false;
  return ruleMatches(rule, request);
}
