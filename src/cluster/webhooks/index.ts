export { conversionWebhook } from './conversion.ts';
export { answerReview, type Asked, type KindOf } from './answer.ts';
export { webhookAdmission, type WebhookParts } from './steps.ts';
export type { Rule } from './configuration.ts';
export { type NamespaceLabels, ruleMatches, selects } from './match.ts';
export { inKind, matchedKind, type MatchPolicy } from './versions.ts';
export { reviewRequest } from './review.ts';
export { authorizerFor } from './authorizer.ts';
