import { badRequest, type FieldError, forbiddenField, invalid, invalidValue } from '../../meta/index.ts';

/** Parameters that go on to the kubelet as they are. */
const passed = [
  'follow',
  'previous',
  'timestamps',
  'tailLines',
  'sinceSeconds',
  'sinceTime',
  'limitBytes',
  'stream',
];

/** Of numbers, the least that they may be. */
const numbers = [
  ['tailLines', 0, 'must be greater than or equal to 0'],
  ['limitBytes', 1, 'must be greater than 0'],
  ['sinceSeconds', 1, 'must be greater than 0'],
] as const;

/**
 * The query for a kubelet, of a query for a log.
 * @throws StatusError 422 about `PodLogOptions`, 400 for what is no number
 */
export function logQuery(pod: string, query: URLSearchParams): URLSearchParams {
  const errors: FieldError[] = [];
  for (const [name, least, detail] of numbers) {
    const value = numberIn(query.get(name) ?? '');
    if (value !== undefined && value < least) errors.push(invalidValue(name, value, detail));
  }
  if ((query.get('sinceTime') ?? '') !== '' && (query.get('sinceSeconds') ?? '') !== '') {
    const detail = 'at most one of `sinceTime` or `sinceSeconds` may be specified';
    errors.push(forbiddenField('', detail));
  }
  if (errors.length > 0) throw invalid({ group: '', resource: 'PodLogOptions' }, pod, errors);
  const onward = new URLSearchParams();
  for (const name of passed) {
    const value = query.get(name) ?? '';
    if (value !== '') onward.set(name, value);
  }
  return onward;
}

function numberIn(text: string): number | undefined {
  if (text === '') return undefined;
  if (/^[-+]?\d{1,18}$/.test(text)) return Number(text);
  throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
}
