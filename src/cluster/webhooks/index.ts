export { answerReview, type Asked, type KindOf } from './answer.ts';
export { webhookAdmission, type WebhookParts } from './steps.ts';
