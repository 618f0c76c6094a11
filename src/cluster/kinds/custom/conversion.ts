import {
  type FieldError,
  forbiddenField,
  invalidValue,
  type KubeObject,
  requiredValue,
  unsupportedValue,
} from '../../meta/index.ts';
import {
  bundleFault,
  clientErrors,
  isKnownVersion,
  reviewVersionErrors,
} from '../rules/admissionregistration/clients.ts';
import { type Conversion, isTrue, specOf } from './definition.ts';

const strategies = ['None', 'Webhook'];
const at = 'spec.conversion';

/** Rules of `spec.conversion`; fields are named as in apiextensions' internal version. `old` is what is stored, if anything is. */
export function conversionErrors(conversion: Conversion | undefined, old?: KubeObject): FieldError[] {
  if (conversion === undefined) return [];
  const { strategy = '', webhook } = conversion;
  const errors: FieldError[] = [];
  if (strategy === '') errors.push(requiredValue(`${at}.strategy`));
  else if (!strategies.includes(strategy))
    errors.push(unsupportedValue(`${at}.strategy`, strategy, strategies));
  if (strategy === 'Webhook') return [...errors, ...webhookErrors(webhook, old)];
  const detail = 'should not be set when strategy is not set to Webhook';
  if (webhook?.clientConfig !== undefined) errors.push(forbiddenField(`${at}.webhookClientConfig`, detail));
  if ((webhook?.conversionReviewVersions ?? []).length > 0) {
    errors.push(forbiddenField(`${at}.conversionReviewVersions`, detail));
  }
  return errors;
}

function webhookErrors(webhook: Conversion['webhook'], old: KubeObject | undefined): FieldError[] {
  const { clientConfig, conversionReviewVersions: versions = [] } = webhook ?? {};
  const field = `${at}.webhookClientConfig`;
  const errors =
    clientConfig === undefined
      ? [requiredValue(field, 'required when strategy is set to Webhook')]
      : clientErrors(clientConfig, field);
  const fault = bundleFault(clientConfig ?? {});
  if (fault !== undefined && !mayBeUnusable(old)) {
    errors.push(invalidValue(`${field}.caBundle`, clientConfig?.caBundle, fault));
  }
  const versionsAt = `${at}.conversionReviewVersions`;
  if (versions.length === 0) return [...errors, requiredValue(versionsAt)];
  const found = reviewVersionErrors(versions, versionsAt);
  return [...errors, ...(isForeign(old) ? found.filter(error => error.field !== versionsAt) : found)];
}

/** Certificates that cannot be read only keep a definition from being served, if it is not served yet or had such before. */
function mayBeUnusable(old: KubeObject | undefined): boolean {
  if (old === undefined || !isTrue(old, 'Established')) return true;
  return hasUnusableBundle(old);
}

/** Whether the certificates of a definition's webhook cannot be read. */
export function hasUnusableBundle(definition: KubeObject): boolean {
  return bundleFault(specOf(definition).conversion?.webhook?.clientConfig ?? {}) !== undefined;
}

/** Whether a definition that is stored has no version of reviews that is known, which then may stay so. */
function isForeign(old: KubeObject | undefined): boolean {
  const versions = old === undefined ? [] : specOf(old).conversion?.webhook?.conversionReviewVersions;
  return versions !== undefined && versions.length > 0 && !versions.some(isKnownVersion);
}
