import {
  type FieldError,
  forbiddenField,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from '../../meta/index.ts';
import type { Conversion } from './definition.ts';

const strategies = ['None', 'Webhook'];
const at = 'spec.conversion';

/** Rules of `spec.conversion`; fields are named as in apiextensions' internal version. */
export function conversionErrors(conversion: Conversion | undefined): FieldError[] {
  if (conversion === undefined) return [];
  const { strategy = '', webhook } = conversion;
  const errors: FieldError[] = [];
  if (strategy === '') errors.push(requiredValue(`${at}.strategy`));
  else if (!strategies.includes(strategy))
    errors.push(unsupportedValue(`${at}.strategy`, strategy, strategies));
  if (strategy === 'Webhook') return [...errors, ...webhookErrors(webhook)];
  const detail = 'should not be set when strategy is not set to Webhook';
  if (webhook?.clientConfig !== undefined) errors.push(forbiddenField(`${at}.webhookClientConfig`, detail));
  if ((webhook?.conversionReviewVersions ?? []).length > 0) {
    errors.push(forbiddenField(`${at}.conversionReviewVersions`, detail));
  }
  return errors;
}

function webhookErrors(webhook: Conversion['webhook']): FieldError[] {
  const config = webhook?.clientConfig;
  const field = `${at}.webhookClientConfig`;
  const errors: FieldError[] = [];
  if (config === undefined) errors.push(requiredValue(field, 'required when strategy is set to Webhook'));
  else if ((config.url === undefined) === (config.service === undefined)) {
    errors.push(requiredValue(field, 'exactly one of url or service is required'));
  }
  const versions = webhook?.conversionReviewVersions ?? [];
  if (versions.length === 0) errors.push(requiredValue(`${at}.conversionReviewVersions`));
  else if (!versions.some(version => version === 'v1' || version === 'v1beta1')) {
    const detail = 'must include at least one of v1, v1beta1';
    errors.push(invalidValue(`${at}.conversionReviewVersions`, versions, detail));
  }
  return errors;
}
