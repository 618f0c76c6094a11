export { webhookAdmission, type WebhookParts } from './steps.ts';
